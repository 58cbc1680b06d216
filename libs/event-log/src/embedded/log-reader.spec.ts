import { systemClock, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EmbeddedLog, openEmbeddedLog } from './embedded-log.ts';
import { LogReader } from './log-reader.ts';

const TOPICS = [
  { name: 'orders', partitions: 2 },
  { name: 'notes', partitions: 1 },
];
const event = (n: number): NewEvent => ({
  id: `e${n}`,
  topic: n % 3 === 0 ? 'notes' : 'orders',
  type: 'test.v1',
  source: 'test',
  subject: `s${n % 7}`,
  time: n,
  correlationId: 'c',
  data: { n, text: 'ä 🙂' },
});

describe('a log that is only read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-reader-'));
  const file = join(folder, 'log.sqlite');
  let log: EmbeddedLog;
  beforeAll(async () => {
    log = await openEmbeddedLog({ file, topics: TOPICS, clock: systemClock, writer: 'thread' });
    await log.append(Array.from({ length: 1200 }, (_, n) => event(n)));
  });
  afterAll(async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  });
  const all = async (
    source: Pick<EmbeddedLog, 'read' | 'ends'>,
    names = ['orders', 'notes'],
  ): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = [];
    for (const [key, to] of Object.entries(await source.ends(names))) {
      const [topic = '', partition] = key.split('/');
      for await (const batch of source.read({ topic, partition: Number(partition), from: 1, to: to - 1 }))
        events.push(...batch);
    }
    return events;
  };

  it('holds what its writers see, also what they append meanwhile', async () => {
    const reader = LogReader.open(file, TOPICS);
    expect(await all(reader)).toEqual(await all(log));
    await log.append([event(5000)]);
    expect(await reader.ends(['orders'])).toEqual(await log.ends(['orders']));
    reader.close();
  });

  it('gives the bytes that are stored', () => {
    const reader = new LogReader(file);
    const [first] = reader.stored({ topic: 'notes', partition: 0, from: 2, to: 4 });
    expect(first?.map(([offset]) => offset)).toEqual([2, 3]);
    expect(JSON.parse(Buffer.from(first?.[0]?.[1] ?? []).toString())).toMatchObject({ id: 'e6', data: event(6).data });
    reader.close();
  });

  it('names an event whose text is not what was written', async () => {
    const other = new DatabaseSync(file);
    other.exec('UPDATE events SET event = replace(event, \'"n":6\', \'"n":7\') WHERE event LIKE \'%"e6"%\'');
    const reader = new LogReader(file);
    await expect(all(reader)).rejects.toMatchObject({ code: 'damaged', message: expect.stringContaining('notes/0/2') });
    reader.close();
    other.exec('UPDATE events SET event = replace(event, \'"n":7\', \'"n":6\') WHERE event LIKE \'%"e6"%\'');
    other.close();
  });
});
