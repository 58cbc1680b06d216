import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  GenerationFailed,
  newEvent,
  Topic,
  topics,
} from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { type StoredEvent, systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { startTestedGenerator } from './testing/tested-generator.ts';

const LEASE_MS = 1000;
const configuration = {
  leaseMs: LEASE_MS,
  recipes: [
    {
      contentType: 'note',
      prompt: { instructions: 'Write well.' },
      steps: [{ instruction: 'Write it.', maxOutputTokens: 200, id: 'draft' }],
      output: { body: 'draft' },
      model: 'm',
    },
  ],
};
const RESULTS: readonly string[] = [ContentGenerated.type, GenerationFailed.type];

describe('a brief that was accepted once is made once', () => {
  let log: EventLog;
  let models: ScriptedModelServer;
  let service: TestedService | undefined;

  beforeEach(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    models = await new ScriptedModelServer().start();
  });
  afterEach(async () => {
    await service?.close();
    await log.close();
    await models.close();
  });

  const start = async (over: EventLog): Promise<void> => {
    service = await startTestedGenerator({ models, log: over, configuration });
  };
  const accepted = (contentId: string) =>
    newEvent(BriefAccepted, {
      subject: contentId,
      data: {
        contentId,
        brief: { contentType: 'note', topic: contentId } as EventData<typeof BriefAccepted>['brief'],
        unit: contentId,
        simulated: false,
        cache: 'off',
      },
      time: systemClock.now(),
      cause: { id: contentId },
    });
  const eventsOf = async (contentId: string, types: readonly string[]): Promise<StoredEvent[]> => {
    const events = (await service!.events(Topic.content)) as StoredEvent[];
    return events.filter(({ subject, type }) => subject === contentId && types.includes(type));
  };
  const resultsOf = (contentId: string): Promise<StoredEvent[]> => eventsOf(contentId, RESULTS);
  const ended = (contentId: string): Promise<unknown> =>
    until(
      () => resultsOf(contentId),
      (results) => results.length > 0,
    );

  it.each([
    ['content', ContentGenerated],
    ['a failure', GenerationFailed],
  ])('though another worker, which was taken to be dead, ends it meanwhile with %s', async (_with, definition) => {
    await start(log);
    // Given the making of another brief's result, as the other worker would have it
    await log.append([accepted('model')]);
    await ended('model');
    const [made] = (await resultsOf('model')) as StoredEvent<EventData<typeof ContentGenerated>>[];
    const { content: _content, quality: _quality, ...facts } = made!.data;
    const failed = { ...facts, failure: 'timeout', message: 'too late' } as EventData<typeof GenerationFailed>;
    const brief = accepted('brief-b');
    const common = { subject: 'brief-b', time: systemClock.now(), cause: brief, index: 'result' };
    const others =
      definition === ContentGenerated
        ? newEvent(ContentGenerated, { ...common, data: { ...made!.data, contentId: 'brief-b', worker: 'other' } })
        : newEvent(GenerationFailed, { ...common, data: { ...failed, contentId: 'brief-b', worker: 'other' } });
    // When the other's result arrives while ours is being made
    models.delayMs = 300;
    await log.append([brief]);
    await until(() => models.received.some(({ user }) => user.includes('brief-b')));
    await log.append([others]);
    await pause(600);
    // Then it alone counts
    expect(await resultsOf('brief-b')).toMatchObject([{ type: definition.type, data: { worker: 'other' } }]);
  });

  it('though its own result is read long after it was written', async () => {
    // Given a log whose results come to readers later than a lease lasts
    const lagging: EventLog = {
      ...boundTo(log),
      follow: ({ handle, ...options }) =>
        log.follow({
          ...options,
          handle: async (events) => {
            if (events.some(({ type }) => RESULTS.includes(type))) await pause(3 * LEASE_MS);
            return handle(events);
          },
        }),
    };
    await start(lagging);
    await log.append([accepted('brief-b')]);
    await ended('brief-b');
    const claims = (await eventsOf('brief-b', [GenerationClaimed.type])).length;
    await pause(2 * LEASE_MS);
    // Then nobody claims again what has its result
    expect(await eventsOf('brief-b', [GenerationClaimed.type])).toHaveLength(claims);
    expect(models.received).toHaveLength(1);
  });

  it('though the log takes its result only at the third try: the model is paid once', async () => {
    let refused = 0;
    const failing: EventLog = {
      ...boundTo(log),
      append: async (events) => {
        if (events.some(({ type }) => RESULTS.includes(type)) && refused++ < 2) throw new Error('no room');
        return log.append(events);
      },
    };
    await start(failing);
    await log.append([accepted('brief-b')]);
    await ended('brief-b');
    expect([models.received.length, refused, (await resultsOf('brief-b')).length]).toEqual([1, 3, 1]);
  });

  it('though the log took its result and the answer was lost', async () => {
    let isLost = false;
    const failing: EventLog = {
      ...boundTo(log),
      append: async (events) => {
        const stored = await log.append(events);
        if (!isLost && events.some(({ type }) => RESULTS.includes(type))) {
          isLost = true;
          throw new Error('connection closed');
        }
        return stored;
      },
    };
    await start(failing);
    await log.append([accepted('brief-b')]);
    await ended('brief-b');
    await pause(500);
    expect([models.received.length, isLost, (await resultsOf('brief-b')).length]).toEqual([1, true, 1]);
  });
});

const boundTo = (log: EventLog): EventLog => ({
  append: (events) => log.append(events),
  subscribe: (options) => log.subscribe(options),
  follow: (options) => log.follow(options),
  read: (range) => log.read(range),
  ends: (topics) => log.ends(topics),
  close: () => log.close(),
});
