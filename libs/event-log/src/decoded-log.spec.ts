import { BreakerClosed, EVENT_REFUSED, newEvent, Topic, topics } from '@contentflow/contracts';
import { type NewEvent, partitionKey, type StoredEvent, systemClock } from '@contentflow/kernel';
import { decodedLog } from './decoded-log.ts';
import { deadLetterTopic } from './dead-letter.ts';
import { type EmbeddedLog, openEmbeddedLog } from './embedded/embedded-log.ts';

describe('a log that is read by contract', () => {
  let stored: EmbeddedLog;
  beforeEach(async () => {
    stored = await openEmbeddedLog({
      file: ':memory:',
      topics,
      clock: systemClock,
      writer: 'inline',
      onError: () => {},
    });
  });
  afterEach(() => stored.close());

  const good = newEvent(BreakerClosed, {
    subject: 'p',
    time: 0,
    cause: { id: 'good' },
    data: { provider: 'p', model: 'm' },
  });
  const bad: NewEvent = { ...good, id: 'bad', data: { provider: 7 } };
  const read = async (log: EmbeddedLog | ReturnType<typeof decodedLog>, topic: string): Promise<StoredEvent[]> => {
    const to = (await log.ends([topic]))[partitionKey(topic, 0)] ?? 0;
    const events: StoredEvent[] = [];
    for await (const batch of log.read({ topic, partition: 0, from: 0, to })) events.push(...batch);
    return events;
  };
  const followed = (log: ReturnType<typeof decodedLog>, count: number): Promise<StoredEvent[]> =>
    new Promise((resolve, reject) => {
      const events: StoredEvent[] = [];
      const handle = async (batch: readonly StoredEvent[]): Promise<void> => {
        events.push(...batch);
        if (events.length >= count) resolve(events);
      };
      log.follow({ topics: [Topic.operations], from: {}, handle }).catch(reject);
    });

  it('gives readers and followers what stands in the place of an event that its contract refuses, and says so', async () => {
    await stored.append([bad, good]);
    const reported: string[] = [];
    const log = decodedLog(stored, ({ id }, { field }) => reported.push(`${id}: ${field}`));
    const types = [EVENT_REFUSED, BreakerClosed.type];
    expect((await read(log, Topic.operations)).map(({ type }) => type)).toEqual(types);
    expect((await followed(log, 2)).map(({ type, offset }) => [type, offset])).toEqual([
      [EVENT_REFUSED, 0],
      [BreakerClosed.type, 1],
    ]);
    expect(reported).toContain('bad: data.provider');
  });

  it('asks the contract no second time of what it made here, and of what was only made to look like it', async () => {
    const log = decodedLog(stored);
    const raw: StoredEvent[] = [];
    await stored.follow({ topics: [Topic.operations], from: {}, handle: async (events) => void raw.push(...events) });
    const following = followed(log, 2);
    await log.append([good, { ...good, id: 'other', data: { ...good.data, strange: 1 } }]);
    const [first, second] = await following;
    expect(first).toBe(raw[0]);
    expect(first?.data).toEqual(good.data);
    expect(second).not.toBe(raw[1]);
    expect(second?.data).toEqual(good.data);
  });

  it('keeps what is stored as it was', async () => {
    await stored.append([bad]);
    expect((await read(stored, Topic.operations))[0]).toMatchObject({
      type: BreakerClosed.type,
      data: { provider: 7 },
    });
  });

  it('sends what a group is refused to the dead letters at once, and the group goes on', async () => {
    const log = decodedLog(stored);
    const seen = new Promise<string>((resolve) => {
      void log.subscribe({
        group: 'g',
        topics: [Topic.operations],
        handle: async ({ id }) => {
          resolve(id);
          return [];
        },
      });
    });
    await stored.append([bad, good]);
    expect(await seen).toBe(good.id);
    expect((await read(stored, deadLetterTopic(Topic.operations)))[0]).toMatchObject({
      data: { attempts: 1, group: 'g', code: 'event-schema', event: { id: 'bad' } },
    });
  });
});
