import { OperatorIntervened, Topic } from '@contentflow/contracts';
import { eventsOf } from '../testing/tested-service.ts';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { CheckedFiles } from './checked-files.ts';
import { keptFileFaults, setAside } from './kept-files.ts';
import { openEmbeddedPlatform, type OpenPlatform } from './open-platform.ts';

const kept = ['budgets.sqlite', 'idempotency-keys.sqlite', 'responses.sqlite', 'subject-keys.db'];
const harms: readonly (readonly [how: string, harm: (file: string) => void, said: string])[] = [
  ['gone', (file) => rmSync(file), 'is gone'],
  ['emptied', (file) => truncateSync(file), 'is gone'],
  ['garbage', (file) => writeFileSync(file, Buffer.alloc(8192, 'garbage')), 'is damaged: file is not a database'],
  ['cut', (file) => truncateSync(file, 4096), 'is damaged'],
  [
    'a folder',
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
    'is damaged: it is no file',
  ],
];

describe('a file that nothing can be made into again', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-kept-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As a process leaves the folder in which it wrote to the file. */
  function left(name: string): string {
    const file = join(folder, name);
    const checked = new CheckedFiles(folder);
    keptFileFaults(folder, checked);
    const database = new DatabaseSync(file);
    database.exec('BEGIN; CREATE TABLE IF NOT EXISTS words (word TEXT)');
    const insert = database.prepare('INSERT INTO words VALUES (?)');
    for (let n = 0; n < 500; n++) insert.run(`a word of some length, the ${n}th`);
    database.exec('COMMIT');
    database.close();
    checked.leave();
    return file;
  }
  const faults = () => keptFileFaults(folder, new CheckedFiles(folder)).map(({ problem }) => problem);
  const started = (acceptsLoss = false): Promise<OpenPlatform> =>
    openEmbeddedPlatform(folder, 60_000, pino({ level: 'silent' }), acceptsLoss);

  it.each(kept.flatMap((name) => harms.map(([how, harm, said]) => [name, how, harm, said] as const)))(
    '%s is missed when it is %s',
    (name, _how, harm, said) => {
      const file = left(name);
      expect(faults()).toEqual([]);
      harm(file);
      expect(faults()).toEqual([expect.stringContaining(`${name} ${said}`)]);
    },
  );

  it.each([
    ['budgets.sqlite', harms[0]],
    ['idempotency-keys.sqlite', harms[2]],
  ] as const)(
    'stops a start, which names %s and the ways out; when that is accepted it is gone on without, and the ledger says so',
    async (name, harm) => {
      harm?.[1](left(name));
      await expect(started()).rejects.toMatchObject({
        code: 'damaged',
        message: expect.stringMatching(/bring it back from a copy, or .*--accept-loss": \w/),
      });
      const platform = await started(true);
      const interventions = (await eventsOf(platform.log, Topic.decisions)).filter(
        ({ type }) => type === OperatorIntervened.type,
      );
      await platform.close();
      expect(interventions).toMatchObject([{ data: { action: 'accept_loss', target: name } }]);
      expect(faults()).toEqual([]);
    },
  );

  it('stays under another name, however often', () => {
    for (let time = 0; time < 2; time++) setAside(left('budgets.sqlite'));
    expect(readdirSync(folder).toSorted()).toEqual([
      '.checked.json',
      'budgets.sqlite.damaged',
      'budgets.sqlite.damaged-2',
    ]);
  });

  it('is not missed where it never was, is also in a folder that another release left, and no more once it is gone on without', () => {
    expect(faults()).toEqual([]);
    const file = left('budgets.sqlite');
    rmSync(file);
    const note = join(folder, '.checked.json');
    writeFileSync(note, readFileSync(note, 'utf8').replace(/"code":"[^"]*"/, '"code":"another"'));
    expect(faults()).toEqual(['budgets.sqlite is gone']);
    new CheckedFiles(folder).forgo(file);
    expect(faults()).toEqual([]);
  });
});
