import { cpSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  changeText,
  forgetDocuments,
  LeftFolders,
  logOf,
  middlePage,
  overwrite,
  readModelOf,
  removeLog,
  runSql,
} from './testing/left-folder.ts';

type Harm = (data: string) => void;
const SPAN = 2 ** 36;
const walOf = (data: string): string => `${logOf(data)}-wal`;

/** More of the kinds of `lost-log.e2e.spec.ts`: what a killed process left is harmed, and what a stopped one left, in its place. */
describe('files that are not what was left', () => {
  const folders = new LeftFolders();
  beforeAll(async () => {
    await folders.open();
    await folders.makes(folders.at('stopped'), 'a bottle');
    folders.copied('stopped', 'older');
    // What was made lies in the write-ahead log, and nothing takes it into the file.
    await folders.makes(folders.copied('stopped', 'killed'), 'a second bottle', 'SIGKILL');
    expect(statSync(walOf(folders.at('killed'))).size).toBeGreaterThan(0);
  });
  afterAll(() => folders.close());

  const committed = /was committed to it: contentflow\.\S+ ends at \d+, \d+ were committed/;
  const seen = /the documents of \S+ have seen: contentflow\.\S+ ends at \d+, \d+ were seen/;
  const olderLog: Harm = (data) => {
    removeLog(data);
    cpSync(logOf(folders.at('older')), logOf(data));
  };

  it.each<[string, RegExp, Harm]>([
    ['its write-ahead log is removed', committed, (data) => rmSync(walOf(data))],
    [
      'its write-ahead log is cut short',
      committed,
      (data) => truncateSync(walOf(data), Math.floor(statSync(walOf(data)).size / 3)),
    ],
    [
      'its write-ahead log is nothing but zeros',
      committed,
      (data) => writeFileSync(walOf(data), Buffer.alloc(statSync(walOf(data)).size)),
    ],
    [
      'read models are ahead of it, and no mark tells of its end',
      seen,
      (data) => {
        olderLog(data);
        rmSync(join(data, 'log.ends'));
      },
    ],
    ['it is swapped for an older one', committed, olderLog],
    ['it is gone', committed, removeLog],
    [
      'it is gone with its documents',
      committed,
      (data) => {
        removeLog(data);
        forgetDocuments(data);
      },
    ],
    [
      'it is without its tail',
      committed,
      (data) =>
        runSql(
          logOf(data),
          `DELETE FROM events WHERE place IN (SELECT max(place) FROM events GROUP BY place / ${SPAN})`,
        ),
    ],
    [
      'a whole topic is gone from it',
      /was committed to it: contentflow\.content\/\d+ ends at 0, \d+ were committed/,
      (data) =>
        runSql(
          logOf(data),
          `DELETE FROM events WHERE place / ${SPAN} IN (SELECT id FROM partitions WHERE topic = 'contentflow.content')`,
        ),
    ],
  ])('are named after a kill when %s, and gone on from only when that is accepted', async (what, said, harm) => {
    const data = folders.copied('killed', what);
    harm(data);
    expect(await folders.refusal(data)).toMatch(
      new RegExp(`^contentflow: the log ends before what ${said.source}.*--accept-loss`),
    );
    expect(await folders.doctor(data)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^BROKEN /m) });
    await folders.goesOn(data, '--accept-loss');
    await folders.goesOn(data);
  });

  const located = /damaged at contentflow\.\w+\/\d+\/\d+ \(event [0-9a-f]+\)/;
  const topic = '"topic":"a bottle that is left"';
  it.each<[string, RegExp, Harm]>([
    ['the log is cut short', /^contentflow: log\.sqlite is damaged: /, (data) => cutInTheMiddle(logOf(data))],
    [
      'the log is none',
      /^contentflow: log\.sqlite is damaged: .*not a database/,
      (data) => writeFileSync(logOf(data), 'x'.repeat(8192)),
    ],
    [
      'the head of the log is overwritten',
      /^contentflow: log\.sqlite is damaged: .*not a database/,
      (data) => overwrite(logOf(data), 0, Buffer.from('no log at all...')),
    ],
    [
      'an event is another text',
      located,
      (data) => runSql(logOf(data), `UPDATE events SET event = replace(event, 'a bottle that', 'a battle that')`),
    ],
    ['an event lost the name of a field', located, (data) => changeText(data, '"leaseUntil":', '"leaseUnti1":')],
    ['an event lost a figure', located, (data) => changeText(data, '"tokensOut":', '"tokensOut" :')],
    [
      'an event lost a quotation mark, so that it is no JSON any more',
      located,
      (data) => changeText(data, topic, topic.replace(/"$/, ' ')),
    ],
    [
      'an event holds a byte that is no UTF-8',
      located,
      (data) => changeText(data, topic, topic.replace('bottle', 'b\xffttle')),
    ],
    [
      'a page of a read model is zeroed',
      /^contentflow: generator\.sqlite is damaged: .*doctor --fix/,
      (data) =>
        overwrite(readModelOf(data, 'generator'), middlePage(readModelOf(data, 'generator')), Buffer.alloc(4096)),
    ],
    [
      'a read model is cut short',
      /^contentflow: ledger\.sqlite is damaged: .*doctor --fix/,
      (data) => cutInTheMiddle(readModelOf(data, 'ledger')),
    ],
  ])('are named in their place when %s', async (what, said, harm) => {
    const data = await leftIn(what);
    harm(data);
    expect(await folders.refusal(data)).toMatch(said);
    expect(await folders.doctor(data)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^BROKEN .*(damaged|not a database)/m),
    });
    if (!said.source.includes('--fix')) return;
    expect(await folders.doctor(data, '--fix')).toMatchObject({ code: 0 });
    await folders.goesOn(data);
  });

  it('are gone on from when nothing but the marks is damaged, which then say nothing', async () => {
    const data = await leftIn('marks');
    writeFileSync(join(data, 'log.ends'), 'no marks at all, and of no length either');
    await folders.goesOn(data);
    expect(await folders.doctor(data)).toMatchObject({
      stdout: expect.not.stringMatching(/^BROKEN +(log|documents)/m),
    });
  });

  /** Stopped where it lies, so that the next start finds all files as they were left, but for the harm. */
  async function leftIn(name: string): Promise<string> {
    const data = folders.copied('stopped', name);
    await folders.makes(data, 'a bottle that is left');
    return data;
  }
});

const cutInTheMiddle = (file: string): void => truncateSync(file, middlePage(file));
