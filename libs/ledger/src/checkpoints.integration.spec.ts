import {
  AutonomyPaused,
  type Checkpoint,
  CheckpointSigned,
  newEvent,
  RecipeRegistered,
  Topic,
  topics,
} from '@contentflow/contracts';
import { decided, type DecisionProcedure } from '@contentflow/decisions';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { MINUTE_MS, type NewEvent, signingKeyFrom } from '@contentflow/kernel';
import { DecisionRuntime } from '@contentflow/nest-platform';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import type { DynamicModule } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { audit } from './domain/audit.ts';
import { LedgerModule } from './index.ts';

const ours = signingKeyFrom('ours');
const next = signingKeyFrom('the next');

describe('checkpoints, over the embedded log', () => {
  let clock: SteppedClock;
  let log: EmbeddedLog;
  let service: TestedService;

  const begun = (current = ours, before?: typeof ours): Promise<TestedService> =>
    startTestedService({
      services: [LedgerModule],
      clock,
      log,
      hasLedger: true,
      signingKeys: { current, ...(before && { before }), handedOver: () => undefined },
    });
  beforeEach(async () => {
    clock = new SteppedClock();
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline', onError: () => {} });
    service = await begun();
    await service.happened(registered('email'), registered('headline'));
  });
  afterEach(async () => {
    await service.close();
    await log.close();
  });

  const signedSoFar = () => service.events<Checkpoint>(Topic.checkpoints);
  const audited = (publicKeys = [ours.publicKey]) =>
    audit({ source: log, procedures: {}, code: 'test', witness: { publicKeys } });
  const minutesPass = async (minutes: number): Promise<void> => {
    clock.advance(minutes * MINUTE_MS);
    await service.settled();
  };

  it('are signed every five minutes in which something came', async () => {
    await minutesPass(5);
    expect(await signedSoFar()).toMatchObject([
      { type: CheckpointSigned.type, data: { seq: 2, publicKey: ours.publicKey } },
    ]);
    await minutesPass(5);
    expect(await signedSoFar()).toHaveLength(1);
    await service.happened(registered('ad_copy'));
    await minutesPass(5);
    expect((await signedSoFar()).map(({ data }) => data.seq)).toEqual([2, 3]);
    expect(await audited()).toMatchObject({
      ok: true,
      signatures: { signedTo: { seq: 3 }, unsigned: { decisions: 0 } },
    });
  });

  it('are signed when asked, and are shown the latest first', async () => {
    const { body: first } = await service.answer('POST', '/v1/checkpoints');
    await service.happened(registered('ad_copy'));
    const { body: second } = await service.answer('POST', '/v1/checkpoints');
    expect(await service.answer('POST', '/v1/checkpoints')).toMatchObject({ status: 200, body: second });
    const page = await service.get<{ next: string }>('/v1/checkpoints?limit=1');
    expect(page).toMatchObject({ items: [second], publicKey: ours.publicKey });
    expect(await service.get(`/v1/checkpoints?limit=1&after=${page.next}`)).toMatchObject({
      items: [first],
      next: null,
    });
    expect(await service.answer('GET', '/v1/checkpoints?after=x')).toMatchObject({ status: 400 });
  });

  it('are signed at a stop, and go on at the next start', async () => {
    await service.close();
    service = await begun();
    await service.happened(registered('ad_copy'));
    await minutesPass(5);
    expect((await signedSoFar()).map(({ data }) => data.seq)).toEqual([2, 3]);
    expect(await audited()).toMatchObject({ ok: true, differences: [] });
  });

  it('cover, at a stop, the decision that was still being taken', async () => {
    const { promise: isPrepared, resolve: prepared } = Promise.withResolvers<void>();
    const deciding = await startTestedService({
      services: [LedgerModule, deciderOf({ ...pausing, prepare: () => isPrepared })],
      clock,
      log,
      hasLedger: true,
      signingKeys: { current: ours, handedOver: () => undefined },
    });
    await service.close();
    await minutesPass(1);

    let isClosed = false;
    const closing = deciding.close().then(() => (isClosed = true));
    for (let turn = 1; !isClosed; turn++) {
      await nextTurn();
      clock.advance(20);
      if (turn === 50) prepared();
    }
    await closing;

    expect(await audited()).toMatchObject({
      decisions: 3,
      signatures: { signedTo: { seq: 3 }, unsigned: { decisions: 0, events: 0 } },
    });
    service = await begun();
  });

  it('go on by the next key, which the one before names', async () => {
    await service.close();
    service = await begun(next, ours);
    await service.happened(registered('ad_copy'));
    await minutesPass(5);
    expect(await audited()).toMatchObject({ ok: true, signatures: { keys: [ours.publicKey, next.publicKey] } });
  });

  it('tell where another key signs without a word of the one before', async () => {
    await service.close();
    service = await begun(next);
    await service.happened(registered('ad_copy'));
    await minutesPass(5);
    expect(await audited()).toMatchObject({ ok: false, differences: [{ field: 'data.publicKey' }] });
    expect(await audited([ours.publicKey, next.publicKey])).toMatchObject({ ok: true });
  });

  it('are none of a forged one: what it says is read again', async () => {
    await minutesPass(5);
    const [{ data } = { data: {} as Checkpoint }] = await signedSoFar();
    const forged = { ...data, seq: 99, partitions: {} };
    await service.happened(
      newEvent(CheckpointSigned, { subject: 'checkpoints', data: forged, time: START_MS, cause: { id: 'forged' } }),
    );
    await service.happened(registered('ad_copy'));
    await minutesPass(5);
    expect((await signedSoFar()).at(-1)?.data.seq).toBe(3);
    const { differences } = await audited();
    expect(differences).toMatchObject([{ field: 'data.signature' }]);
  });

  it('are refused where there is no key', async () => {
    const keyless = await startTestedService({ services: [LedgerModule], clock, hasLedger: true });
    expect(await keyless.answer('POST', '/v1/checkpoints')).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('no key') },
    });
    await keyless.close();
  });
});

/** Pauses autonomy once. */
const pausing: DecisionProcedure = {
  name: 'test.pausing',
  every: () => MINUTE_MS,
  fold: { topics: [Topic.content], initial: () => ({}), handlers: new Map() },
  due: (_parts, { autonomy }) => (autonomy.state === 'paused' ? [] : [{ question: 'pause', evidence: {} }]),
  decide: () => [decided(AutonomyPaused, 'autonomy', { reason: 'a test', by: 'ada' })],
};

function deciderOf(procedure: DecisionProcedure): DynamicModule {
  class Decider {}
  const start = { provide: Decider, useFactory: (runtime: DecisionRuntime) => runtime.start(procedure), inject: [DecisionRuntime] }; // prettier-ignore
  return { module: Decider, providers: [start] };
}

const registered = (contentType: string): NewEvent =>
  newEvent(RecipeRegistered, {
    subject: contentType,
    time: START_MS,
    cause: { id: contentType },
    data: { contentType, recipe: recipe(contentType), version: 'v', source: 'test' },
  });
const recipe = (contentType: string) => ({
  contentType,
  prompt: { instructions: 'Write.', examples: [] },
  steps: [{ id: 'body', instruction: 'Write.', needs: [], maxOutputTokens: 100 }],
  output: { body: 'body' },
  parallel: false,
  candidates: 1,
  model: 'm',
  temperature: 0.5,
  style: {},
  qualityThreshold: 0,
  cache: { strategy: 'exact', timeToLiveMs: 1000, similarity: 0.9 },
});
