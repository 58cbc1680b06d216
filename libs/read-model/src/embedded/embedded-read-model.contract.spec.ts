import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeReadModel } from '../testing/read-model.contract.ts';
import { openEmbeddedReadModel } from './open.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-model-'));
let files = 0;
const newest = (): string => join(folder, `${files}.sqlite`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeReadModel('embedded read model, inline', {
  fresh: () => {
    files++;
    return openEmbeddedReadModel({ file: newest(), writer: 'inline' });
  },
  place: () => ({ file: newest(), writer: 'inline' }),
  holdsAnything: true,
  runs: 200,
});

describeReadModel('embedded read model, threaded', {
  fresh: () => {
    files++;
    return openEmbeddedReadModel({ file: newest(), writer: 'thread' });
  },
  second: () => openEmbeddedReadModel({ file: newest(), writer: 'thread' }),
  place: () => ({ file: newest(), writer: 'thread' }),
});
