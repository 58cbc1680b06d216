import { canonicalJson, hash128, type StoredEvent } from '@contentflow/kernel';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Difference, eventsOf, type EventSource } from '../domain/event-source.ts';
import { exportLog, nextLineHash } from './export-log.ts';
import { openExportedLog } from './exported-log.ts';

describe('an exported log', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'contentflow-export-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const event = (id: string, partition: number, offset: number): StoredEvent => ({
    id,
    topic: 'contentflow.feedback',
    partition,
    offset,
    type: 'contentflow.test.said.v1',
    source: 'test',
    subject: 's',
    time: 0,
    correlationId: id,
    data: {},
  });

  it('marks what came before in its partition, as the log that it was written from would', async () => {
    // Given a log that was begun before ids counted once
    const events = [
      event('a', 0, 0),
      event('b', 0, 1),
      event('a', 0, 2),
      event('a', 1, 0),
      event('b', 0, 3),
      event('a', 0, 4),
    ];
    const source: EventSource = {
      ends: async () => ({ 'contentflow.feedback/0': 5, 'contentflow.feedback/1': 1 }),
      async *read({ partition }) {
        yield events.filter((each) => each.partition === partition);
      },
    };
    const lines: string[] = [];
    for await (const line of exportLog(source, ['contentflow.feedback'])) lines.push(line);
    const file = join(folder, 'log.jsonl');
    writeFileSync(file, `${lines.join('\n')}\n`);
    // When it is read from its export
    const exported = await openExportedLog(file);
    const found: string[] = [];
    for await (const { partition, offset, isRepeat } of eventsOf(
      exported,
      await exported.ends(['contentflow.feedback']),
    ))
      found.push(`${partition}/${offset}${isRepeat ? ' again' : ''}`);
    // Then
    expect(exported.differences).toEqual([]);
    exported.close();
    expect(found).toEqual(['0/0', '0/1', '0/2 again', '0/3 again', '0/4 again', '1/0']);
  });

  it.each([1e300, '0', null])('names the line whose exact time is none: %p', async (timems) => {
    const source: EventSource = {
      ends: async () => ({ 'contentflow.feedback/0': 1 }),
      async *read() {
        yield [event('a', 0, 0)];
      },
    };
    const lines: string[] = [];
    for await (const line of exportLog(source, ['contentflow.feedback'])) lines.push(line);
    const file = join(folder, 'log.jsonl');
    writeFileSync(
      file,
      lines.map((line) => `${line.replace('"time":', `"timems":${JSON.stringify(timems)},"time":`)}\n`).join(''),
    );
    const { differences, close } = await openExportedLog(file);
    close();
    expect(differences[0]).toMatchObject({ line: 1, field: 'timems' });
  });

  describe('whose text is another', () => {
    const source: EventSource = {
      ends: async () => ({ 'contentflow.feedback/0': 1 }),
      async *read() {
        yield [{ ...event('a', 0, 0), data: { zero: 0, word: 'ä', million: 1e21, '1': null, fraction: 0.5 } }];
      },
    };
    async function differencesOf(change: (line: string) => string | Buffer): Promise<readonly Difference[]> {
      const lines: string[] = [];
      for await (const each of exportLog(source, ['contentflow.feedback'])) lines.push(each);
      const [line = '', end = ''] = lines;
      const changed = Buffer.from(change(line));
      const manifest = { ...(JSON.parse(end) as object), hash: nextLineHash('', changed.toString('utf8')) };
      const file = join(folder, 'log.jsonl');
      writeFileSync(file, Buffer.concat([changed, Buffer.from(`\n${JSON.stringify(manifest)}\n`)]));
      const exported = await openExportedLog(file);
      exported.close();
      return exported.differences;
    }

    it('is as it was written, where nobody changed it', async () => {
      expect(await differencesOf((line) => line)).toEqual([]);
    });

    it.each<[string, string, (line: string) => string | Buffer]>([
      ['a key that stands twice', '(text)', (line) => line.replace('"data":{', '"data":{"zero":7,')],
      ['data that stand twice', '(text)', (line) => `{"data":{"zero":7},${line.slice(1)}`],
      ['a fraction of nothing', '(text)', (line) => line.replace('"zero":0', '"zero":0.0')],
      ['an exponent', '(text)', (line) => line.replace('0.5', '5e-1')],
      ['a zero below zero', '(text)', (line) => line.replace('"zero":0', '"zero":-0')],
      ['an escape', '(text)', (line) => line.replace('ä', '\\u00e4')],
      ['a blank', '(text)', (line) => line.replace(':', ': ')],
      ['keys in another order', '(text)', (line) => line.replace('"1":null,', '').replace('0.5', '0.5,"1":null')],
      ['bytes that are no text', '(line)', (line) => Buffer.from(line.replace('ä', 'ÿ'), 'latin1')],
      ['a time of another zone', 'time', (line) => redigested(line, { time: '1970-01-01T02:00:00.000+02:00' })],
      ['an attribute of its own', 'approved', (line) => redigested(line, { approved: true })],
    ])('is named with its line: %s', async (_kind, field, change) => {
      expect((await differencesOf(change))[0]).toMatchObject({ line: 1, field });
    });
  });
});

function redigested(line: string, attributes: object): string {
  const { digest: _digest, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const changed = { ...rest, ...attributes };
  return JSON.stringify({ ...changed, digest: hash128(canonicalJson(changed)) });
}
