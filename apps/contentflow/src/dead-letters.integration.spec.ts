import { BriefAccepted, type ContentDocument, newEvent, Topic, topics } from '@contentflow/contracts';
import { deadLetterTopic, readOpenDeadLetters } from '@contentflow/event-log';
import { contents } from '@contentflow/generator';
import { DAY_MS, type NewEvent } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import { DeadLetters, openEmbeddedPlatform, type OpenPlatform, ProjectionHost } from '@contentflow/nest-platform';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { run as doctor } from './doctor/doctor.ts';
import { run as rebuild } from './repair/rebuild.ts';
import { run as replay } from './repair/replay-dead-letters.ts';

const nested = (levels: number): object => {
  let inner = {};
  for (let level = 0; level < levels; level++) inner = { inner };
  return inner;
};
const accepted = (contentId: string, metadata: object = {}): NewEvent =>
  newEvent(BriefAccepted, {
    subject: contentId,
    time: 1,
    cause: { id: contentId },
    data: { contentId, brief: { contentType: 'email', topic: 'Tea', metadata }, unit: 'u', simulated: false } as never,
  });

describe('a log that holds a brief which no document can hold', () => {
  const print = console.log;
  let folder: string;
  let said: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contentflow-poison-'));
    said = [];
    console.log = (line) => void said.push(String(line));
  });
  afterEach(() => {
    console.log = print;
    rmSync(folder, { recursive: true });
  });

  /** What the generator keeps of its contents, on the log of the folder. */
  async function served<T>(
    work: (of: { get(id: string): Promise<ContentDocument | undefined> }, platform: OpenPlatform) => Promise<T>,
  ) {
    const platform = await openEmbeddedPlatform(folder, DAY_MS, pino({ level: 'silent' }));
    const deadLetters = new DeadLetters(platform);
    const projections = new ProjectionHost(platform, deadLetters);
    try {
      return await work(await projections.start(contents), platform);
    } finally {
      await projections.onApplicationShutdown();
      await deadLetters.onApplicationShutdown();
      await platform.close();
    }
  }
  const letters = () => served(({}, { log }) => readOpenDeadLetters(log, topics));

  it.each([
    ['nested 1,000 levels deep', nested(1_000)],
    ['nested 2,500 levels deep', nested(2_500)],
    ['a list nested 1,000 levels deep', { list: JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown }],
  ])('goes on being read after metadata that is %s', async (_how, metadata) => {
    await served(async (documents, { log }) => {
      await log.append([accepted('before'), accepted('deep', metadata), accepted('after')]);
      // They may lie in two partitions, which do not wait for each other.
      for (const id of ['before', 'after']) await until(async () => (await documents.get(id)) !== undefined);
    });
    expect(await letters()).toMatchObject([
      { consumer: 'generator.contents', topic: Topic.content, event: accepted('deep').id },
    ]);

    // A restart and a rebuild say the same, and neither fails on it.
    await served((documents) => until(async () => (await documents.get('before')) !== undefined));
    await rebuild({ data: folder }, 'generator');
    expect(said.join('\n')).toContain('generator.contents: 1 events cannot be taken in; they are in the dead letters');
    expect(await letters()).toHaveLength(1);
    await served(async (documents, { log }) => {
      expect(await documents.get('after')).toBeDefined();
      await log.append([accepted('later')]);
      await until(async () => (await documents.get('later')) !== undefined);
    });

    expect(await doctor({ data: folder })).toBe(1);
    expect(said.join('\n')).toMatch(
      /BROKEN {2}dead letters: generator\.contents 1, e\.g\. contentflow\.content\/\d\/\d/,
    );
    expect(await replay({ data: folder })).toBe(1);
  });

  it('takes in what was set aside once its reason is fixed, and doctor is content', async () => {
    await served(async (_, platform) => {
      await platform.log.append([accepted('fixed')]);
      const [event] = await platform.log.append([accepted('other')]);
      await new DeadLetters(platform).setAside('generator.contents', event!, new Error('an earlier release stumbled'));
    });
    expect(await letters()).toHaveLength(1);
    expect(await replay({ data: folder, consumer: 'generator.batches' })).toBe(0);
    expect(await letters()).toHaveLength(1);

    expect(await replay({ data: folder })).toBe(0);

    expect(said.join('\n')).toContain('generator.contents: 1 events of the dead letters have been taken in');
    expect(await letters()).toEqual([]);
    expect(await doctor({ data: folder })).toBe(0);
  });

  it('says of a fold that it can fold the event now, and asks a service to handle it again', async () => {
    await served(async (_, platform) => {
      const [event] = await platform.log.append([accepted('a')]);
      const deadLetters = new DeadLetters(platform);
      for (const consumer of ['generator.prompt-orders', 'monitor'])
        await deadLetters.setAside(consumer, event!, new Error('an earlier release stumbled'));
      await deadLetters.onApplicationShutdown();
    });
    expect(await replay({ data: folder })).toBe(0);
    expect(said).toContain('generator.prompt-orders: 1 events can be folded; processes take them in when they start');
    expect(await letters()).toMatchObject([{ consumer: 'monitor', isReplayRequested: true }]);
    await served(async (_, { log }) => {
      expect(Object.values(await log.ends([deadLetterTopic(Topic.content)]))).toEqual([4]);
    });
  });
});
