import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLogContract } from '../testing/event-log.contract.ts';

let folder: string;
let places = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-log-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the embedded log with a writer thread', () => {
  eventLogContract({
    engine: 'thread',
    newPlace: () => ({ at: join(folder, `${++places}.db`) }),
    isShared: true,
  });
});

describe('the embedded log inline, in memory', () => {
  eventLogContract({ engine: 'inline', newPlace: () => ({ at: ':memory:' }), isShared: false });
});
