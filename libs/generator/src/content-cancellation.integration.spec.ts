import {
  type ContentDocument,
  ContentGenerated,
  GenerationClaimed,
  GenerationFailed,
  Topic,
  topics,
} from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog } from '@contentflow/event-log';
import { systemClock } from '@contentflow/kernel';
import { until } from '@contentflow/kernel/testing';
import type { TestedService } from '@contentflow/nest-platform/testing';
import { ScriptedModelServer } from './testing/scripted-model-server.ts';
import { mortalLog, startTestedGenerator } from './testing/tested-generator.ts';

const step = { instruction: 'Write it.', maxOutputTokens: 200 };
const configuration = {
  leaseMs: 1500,
  recipes: [
    {
      contentType: 'note',
      prompt: { instructions: 'Write well.' },
      steps: [
        { ...step, id: 'draft' },
        { ...step, id: 'title', needs: ['draft'] },
      ],
      output: { body: 'draft', title: 'title' },
      cache: { strategy: 'exact' },
      model: 'm',
    },
  ],
};
/** Longer than any of these tests waits. */
const NEVER_MS = 60_000;
const RESULTS: readonly string[] = [ContentGenerated.type, GenerationFailed.type];

describe('a brief that is cancelled', () => {
  let log: EventLog;
  let models: ScriptedModelServer;
  let services: TestedService[];

  beforeEach(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock: systemClock, writer: 'inline' });
    models = await new ScriptedModelServer().start();
    services = [];
  });
  afterEach(async () => {
    models.release();
    for (const service of services) await service.close();
    await models.close();
    await log.close();
  });

  const start = async (callsAtOnce = 4, instance = 'generator-1', over = log): Promise<TestedService> => {
    const service = await startTestedGenerator({ models, configuration, log: over, callsAtOnce, instance });
    services.push(service);
    await until(
      () => service.get<{ items: unknown[] }>('/v1/recipes'),
      ({ items }) => items.length > 0,
    );
    return service;
  };
  const stop = async (service: TestedService): Promise<void> => {
    services = services.filter((each) => each !== service);
    await service.close();
  };
  const accepted = async (service: TestedService, topic: string): Promise<string> => {
    const { status, body } = await service.answer('POST', '/v1/content', { contentType: 'note', topic });
    expect(status).toBe(202);
    return (body as { id: string }).id;
  };
  const cancel = (service: TestedService, id: string, body?: object) =>
    service.answer('POST', `/v1/content/${id}/cancel`, body);
  const ended = (service: TestedService, id: string): Promise<ContentDocument> =>
    until(
      () => service.get<ContentDocument>(`/v1/content/${id}`),
      ({ endedAt }) => endedAt !== undefined,
    );
  const eventsOf = async (id: string, types: readonly string[]) =>
    (await services[0]!.events(Topic.content)).filter(({ subject, type }) => subject === id && types.includes(type));
  const isAsked = (topic: string) => until(() => models.received.some(({ user }) => user.includes(topic)));
  const cancelled = (reason: string) => ({
    status: 200,
    body: { status: 'failed', error: { failure: 'cancelled', message: `cancelled: ${reason}` } },
  });

  it('before anybody claims it is never begun', async () => {
    // Given one brief under way where there is room for one, and a second that waits
    models.delayMs = NEVER_MS;
    const service = await start(1);
    const first = await accepted(service, 'first');
    await isAsked('first');
    const second = await accepted(service, 'second');
    // When the second is cancelled, and then the first, which makes room
    expect(await cancel(service, second, { reason: 'sold out' })).toMatchObject(cancelled('sold out'));
    expect(await cancel(service, first)).toMatchObject(cancelled('nobody wants it any more'));
    models.release();
    // Then the second was not claimed, and what comes after is made
    expect(await ended(service, await accepted(service, 'third'))).toMatchObject({ status: 'generated' });
    expect(await eventsOf(second, [GenerationClaimed.type])).toEqual([]);
    expect(models.received.filter(({ user }) => user.includes('second'))).toEqual([]);
  });

  it('in flight is broken off: its call ends, no further step begins, its room is free', async () => {
    models.delayMs = NEVER_MS;
    const service = await start(1);
    const id = await accepted(service, 'a bottle');
    await isAsked('a bottle');
    expect(await cancel(service, id, { reason: 'a mistake' })).toMatchObject(cancelled('a mistake'));
    await until(() => models.left === 1);
    models.release();
    expect(await ended(service, await accepted(service, 'a cup'))).toMatchObject({ status: 'generated' });
    expect(models.received.filter(({ user }) => user.includes('a bottle'))).toHaveLength(1);
    // Its one result names the call that was broken off
    expect(await eventsOf(id, RESULTS)).toMatchObject([
      { data: { failure: 'cancelled', calls: [{ step: 'draft', outcome: 'cancelled' }] } },
    ]);
  });

  it('through another process than the one that makes it is broken off there', async () => {
    models.delayMs = NEVER_MS;
    const both = [await start(4, 'generator-1'), await start(4, 'generator-2')] as const;
    const id = await accepted(both[0], 'a bottle');
    await isAsked('a bottle');
    const [claim] = await eventsOf(id, [GenerationClaimed.type]);
    const isFirst = (claim!.data as { worker: string }).worker === 'generator-1';
    expect(await cancel(both[isFirst ? 1 : 0], id)).toMatchObject({ status: 200, body: { status: 'failed' } });
    await until(() => models.left === 1);
    expect(await eventsOf(id, RESULTS)).toHaveLength(1);
  });

  it('takes nothing from an equal brief that waits for the same answer', async () => {
    models.delayMs = NEVER_MS;
    const service = await start();
    const [id, other] = [await accepted(service, 'a bottle'), await accepted(service, 'a bottle')];
    await isAsked('a bottle');
    models.release();
    expect(await cancel(service, id)).toMatchObject({ status: 200 });
    expect(await cancel(service, id)).toMatchObject({ status: 200 });
    expect(await ended(service, other)).toMatchObject({ status: 'generated' });
  });

  it('twice, also at once and after a restart, is cancelled once and answered alike', async () => {
    const service = await start(0);
    const id = await accepted(service, 'a bottle');
    const answers = await Promise.all([
      cancel(service, id, { reason: 'sold out' }),
      cancel(service, id, { reason: 'sold out' }),
    ]);
    for (const answer of answers) expect(answer).toMatchObject(cancelled('sold out'));
    expect(await cancel(service, id, { reason: 'for another reason' })).toMatchObject(cancelled('sold out'));
    await stop(service);
    const next = await start();
    expect(await cancel(next, id)).toMatchObject(cancelled('sold out'));
    expect(await eventsOf(id, RESULTS)).toHaveLength(1);
    expect(models.received).toEqual([]);
  });

  it('after a restart, though it was accepted before, is not made', async () => {
    const before = await start(0);
    const id = await accepted(before, 'a bottle');
    await stop(before);
    const paused = await start(0);
    expect(await cancel(paused, id)).toMatchObject({ status: 200, body: { error: { failure: 'cancelled' } } });
    await stop(paused);
    const after = await start();
    expect(await ended(after, await accepted(after, 'a cup'))).toMatchObject({ status: 'generated' });
    expect(models.received.filter(({ user }) => user.includes('a bottle'))).toEqual([]);
  });

  it('while a dead process holds its claim is not taken up when the lease runs out', async () => {
    // Given a process that dies with the brief in its hands
    models.delayMs = 3 * configuration.leaseMs;
    const mortal = mortalLog(log);
    const dead = await start(4, 'generator-1', mortal);
    const id = await accepted(dead, 'a bottle');
    await isAsked('a bottle');
    await mortal.die();
    // When it is cancelled through the next one, which outlives the lease
    const next = await start(4, 'generator-2');
    expect(await cancel(next, id)).toMatchObject({ status: 200, body: { error: { failure: 'cancelled' } } });
    models.release();
    await systemClock.sleep(2 * configuration.leaseMs);
    // Then nobody claims it again
    const claims = await eventsOf(id, [GenerationClaimed.type]);
    expect(new Set(claims.map(({ data }) => (data as { worker: string }).worker))).toEqual(new Set(['generator-1']));
    expect(await eventsOf(id, RESULTS)).toHaveLength(1);
    mortal.bury();
  });

  it('too late keeps its result, and says so', async () => {
    const service = await start();
    const made = await accepted(service, 'a bottle');
    await ended(service, made);
    models.answer = () => ' ';
    const failed = await accepted(service, 'a cup');
    await ended(service, failed);
    for (const [id, status] of [
      [made, 'generated'],
      [failed, 'failed'],
    ] as const) {
      expect(await cancel(service, id, { reason: 'too late' })).toMatchObject({
        status: 409,
        headers: { 'content-type': expect.stringContaining('application/problem+json') },
        body: { type: 'urn:contentflow:problem:conflict', detail: expect.stringContaining(status) },
      });
      expect(await eventsOf(id, RESULTS)).toHaveLength(1);
    }
  });

  it('is refused where there is none, or where the request says what nobody reads', async () => {
    const service = await start(0);
    const id = await accepted(service, 'a bottle');
    expect(await cancel(service, 'nobody')).toMatchObject({ status: 404 });
    expect(await cancel(service, id, { reason: 7 })).toMatchObject({ status: 400 });
    expect(await cancel(service, id, { why: 'sold out' })).toMatchObject({ status: 400 });
    expect(await service.get(`/v1/content/${id}`)).toMatchObject({ status: 'accepted' });
  });

  it('counts in its batch as failed by its class', async () => {
    const service = await start(0);
    const { body } = await service.answer('POST', '/v1/content/batch', {
      briefs: [{ contentType: 'note', topic: 'a bottle' }],
    });
    const { id, items } = body as { id: string; items: { id: string }[] };
    await cancel(service, items[0]!.id);
    await until(
      () => service.get<{ failed: number }>(`/v1/content/batch/${id}`),
      ({ failed }) => failed === 1,
    );
    expect(await service.get(`/v1/content/batch/${id}`)).toMatchObject({ failures: { cancelled: 1 } });
  });
});
