import { BreakerClosed, BreakerOpened, newEvent, Topic, topics } from '@contentflow/contracts';
import { decodedLog, type EmbeddedLog, openEmbeddedLog, replayRequested } from '@contentflow/event-log';
import type { Clock, NewEvent, StoredEvent } from '@contentflow/kernel';
import { Controller, type INestApplication, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { DeadLetters } from './dead-letters.ts';
import { HandlerErrors, LogTransport, on } from './log-transport.ts';
import type { Platform } from './platform.ts';

/** Whoever waits on it has waited already. */
class InstantClock implements Clock {
  private time = 0;
  now = (): number => this.time;
  async sleep(ms: number): Promise<void> {
    this.time += ms;
  }
}

const seen: StoredEvent[] = [];
let tries = 0;
let isMended = false;

@Controller()
@UseFilters(new HandlerErrors())
class Listener {
  @EventPattern(on('listener', BreakerOpened))
  onOpened(@Payload() event: StoredEvent<{ provider: string; model: string }>): NewEvent[] {
    tries++;
    const { provider, model } = event.data;
    if (provider === 'broken' && !isMended) throw new Error('the listener has no hands');
    if (provider === 'shy' && tries < 3) throw new Error('not yet');
    seen.push(event);
    return [newEvent(BreakerClosed, { subject: provider, time: event.time, cause: event, data: { provider, model } })];
  }
}

describe('event handlers over the log', () => {
  let log: EmbeddedLog;
  let app: INestApplication;
  let deadLetters: DeadLetters;

  beforeEach(async () => {
    seen.length = 0;
    tries = 0;
    isMended = false;
    log = await openEmbeddedLog({
      file: ':memory:',
      topics,
      clock: new InstantClock(),
      writer: 'inline',
      onError: () => {},
    });
    const platform = {
      clock: new InstantClock(),
      log: decodedLog(log),
      storedLog: log,
      logger: pino({ level: 'silent' }),
    };
    deadLetters = new DeadLetters(platform as unknown as Platform);
    await deadLetters.onModuleInit();
    const module = await Test.createTestingModule({ controllers: [Listener] }).compile();
    app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    app.connectMicroservice({ strategy: new LogTransport(platform, deadLetters) }, { inheritAppConfig: true });
    await app.startAllMicroservices();
  });
  afterEach(async () => {
    await app.close();
    await deadLetters.onApplicationShutdown();
    await log.close();
  });

  const openedBy = (provider: string) =>
    newEvent(BreakerOpened, {
      subject: 's',
      time: 1,
      cause: { id: provider },
      data: { provider, model: 'm', failures: 3, until: 9 },
    });
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 20 || !log.isQuiet(); turn++)
      await new Promise<void>((resolve) => process.nextTick(resolve));
  };
  async function all(topic: string): Promise<StoredEvent[]> {
    await quiet();
    const found: StoredEvent[] = [];
    for (const [key, to] of Object.entries(await log.ends([topic])))
      for await (const batch of log.read({ topic, partition: Number(key.split('/').at(-1)), from: 0, to }))
        found.push(...batch);
    return found;
  }

  it('append what a handler returns, as an answer to what it was given', async () => {
    await log.append([openedBy('p')]);
    const [event, answer, ...rest] = await all(Topic.operations);
    expect(rest).toEqual([]);
    expect(seen).toMatchObject([{ id: event?.id, partition: event?.partition, offset: event?.offset }]);
    expect(answer).toMatchObject({ type: BreakerClosed.type, causationId: event?.id, data: { provider: 'p' } });
  });

  it('pass by events that nobody handles', async () => {
    await log.append([
      newEvent(BreakerClosed, { subject: 's', time: 1, cause: { id: 'x' }, data: { provider: 'p', model: 'm' } }),
    ]);
    expect(await all(Topic.operations)).toHaveLength(1);
    expect(tries).toBe(0);
  });

  it('are tried again when they fail, and their effect is there once', async () => {
    await log.append([openedBy('shy')]);
    expect(await all(Topic.operations)).toHaveLength(2);
    expect(tries).toBe(3);
  });

  it('let the log know the error itself, which the dead letter tells', async () => {
    await log.append([openedBy('broken'), openedBy('p')]);
    const letters = await all(`${Topic.operations}.dead-letter`);
    expect(letters).toHaveLength(1);
    expect(JSON.stringify(letters[0]?.data)).toContain('the listener has no hands');
    expect(seen).toHaveLength(1);
  });

  it('get the event of a dead letter once more when somebody requests it, and its answer settles the letter', async () => {
    await log.append([openedBy('broken')]);
    await quiet();
    const [letter] = deadLetters.open().letters;
    expect(letter).toMatchObject({ consumer: 'listener', offset: 0, reason: 'the listener has no hands' });

    await log.append([replayRequested(letter!, 1)]);
    await quiet();
    expect(deadLetters.open().letters).toMatchObject([{ id: letter?.id, isReplayRequested: true }]);

    isMended = true;
    await log.append([replayRequested(letter!, 2), replayRequested(letter!, 3)]);
    const answers = (await all(Topic.operations)).filter(({ type }) => type === BreakerClosed.type);
    expect(answers).toMatchObject([{ data: { provider: 'broken' } }]);
    expect(deadLetters.open()).toEqual({ letters: [], beyond: 0 });
  });

  it('never see data that the schema refuses: no further try could help', async () => {
    await log.append([{ ...openedBy('p'), data: { provider: 'p', model: 'm', failures: 'three', until: 9 } }]);
    const letters = await all(`${Topic.operations}.dead-letter`);
    expect(letters).toMatchObject([{ data: { attempts: 1 } }]);
    expect(JSON.stringify(letters[0]?.data)).toContain('data.failures');
    expect(tries).toBe(0);
  });
});
