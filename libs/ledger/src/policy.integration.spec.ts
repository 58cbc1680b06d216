import { PolicyChanged, type Policy, type PolicyKeys, topics } from '@contentflow/contracts';
import { type EmbeddedLog, openEmbeddedLog } from '@contentflow/event-log';
import { adoptPolicy, SystemStateReader } from '@contentflow/nest-platform';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { LedgerModule } from './index.ts';

const night = [{ from: '22:00', until: '06:00' }];
const mergePatch = { 'content-type': 'application/merge-patch+json', 'x-operator': 'ada' };

describe('what a person set of the policy', () => {
  const clock = new SteppedClock();
  let log: EmbeddedLog;
  let service: TestedService;
  let isRunning = false;

  const stopped = async (): Promise<void> => {
    if (isRunning) await service.close();
    isRunning = false;
  };
  /** Starts on the same log, with what the configuration file says of the policy. */
  const started = async (file: PolicyKeys): Promise<void> => {
    await stopped();
    service = await startTestedService({ services: [LedgerModule], clock, hasLedger: true, log });
    isRunning = true;
    await adoptPolicy(service.platform, service.app.get(SystemStateReader), file);
    await service.settled();
  };
  const patched = async (patch: object) => service.answer('PATCH', '/v1/policy', patch, mergePatch);
  const policy = async (): Promise<Policy> => (await service.get<{ policy: Policy }>('/v1/policy')).policy;
  const changes = async () =>
    (await service.events<{ policy: Policy; by: string; changes?: object[] }>('contentflow.decisions'))
      .filter(({ type }) => type === PolicyChanged.type)
      .map(({ data: { by, changes: keys } }) => ({ by, changes: keys }));

  beforeEach(async () => {
    log = await openEmbeddedLog({ file: ':memory:', topics, clock, writer: 'inline' });
  });
  afterEach(async () => {
    await stopped();
    await log.close();
  });

  it('stays through a restart, key by key, and says who set it', async () => {
    await started({ holdbackShare: 0.1 });
    expect(await patched({ freezeWindows: night, scaling: { maxInstances: 7 } })).toMatchObject({ status: 200 });
    await started({ holdbackShare: 0.1 });
    expect(await service.get('/v1/policy')).toMatchObject({
      policy: { holdbackShare: 0.1, freezeWindows: night, scaling: { maxInstances: 7 } },
      setBy: { freezeWindows: 'ada', 'scaling.maxInstances': 'ada' },
    });
  });

  it.each<[string, PolicyKeys, object, (policy: Policy) => unknown, unknown]>([
    ['a figure that the file names', { holdbackShare: 0.1 }, { holdbackShare: 0.2 }, (p) => p.holdbackShare, 0.2],
    [
      'a figure taken back to its default',
      { holdbackShare: 0.1 },
      { holdbackShare: null },
      (p) => p.holdbackShare,
      0.05,
    ],
    ['bounds of the scaler', {}, { scaling: { maxInstances: 3 } }, (p) => p.scaling.maxInstances, 3],
    ['what the cache may do', {}, { cache: { wrongHitShare: 0.02 } }, (p) => p.cache.wrongHitShare, 0.02],
    ['a threshold', {}, { quality: { maxThreshold: 8 } }, (p) => p.quality.maxThreshold, 8],
    [
      'a lever',
      { 'autonomy.prompt': 'apply' },
      { autonomy: { prompt: 'observe' } },
      (p) => p.autonomy.prompt,
      'observe',
    ],
    ['a budget', {}, { learningBudget: { spending: 12 } }, (p) => p.learningBudget.spending, 12],
  ])('stays: %s', async (_, file, patch, of, value) => {
    await started(file);
    await patched(patch);
    expect(of(await policy())).toEqual(value);
    await started(file);
    await started(file);
    expect(of(await policy())).toEqual(value);
  });

  it('gives way to a file that says something new of that key, and of no other', async () => {
    await started({ holdbackShare: 0.1 });
    await patched({ holdbackShare: 0.2, freezeWindows: night });
    await started({ holdbackShare: 0.3 });
    expect(await policy()).toMatchObject({ holdbackShare: 0.3, freezeWindows: night });
    await started({ holdbackShare: 0.3, freezeWindows: [] });
    expect(await policy()).toMatchObject({ holdbackShare: 0.3, freezeWindows: [] });
  });

  it('outlives a start without the file', async () => {
    await started({ holdbackShare: 0.1, reverseHoldbackShare: 0.1 });
    await patched({ holdbackShare: 0.2 });
    await started({});
    expect(await policy()).toMatchObject({ holdbackShare: 0.2, reverseHoldbackShare: 0.05 });
    await started({ holdbackShare: 0.1, reverseHoldbackShare: 0.1 });
    expect(await policy()).toMatchObject({ holdbackShare: 0.2, reverseHoldbackShare: 0.1 });
  });

  it('is no difference where nothing is new: a restart is no event', async () => {
    await started({ holdbackShare: 0.1 });
    await started({ holdbackShare: 0.1 });
    expect(await changes()).toHaveLength(1);
  });

  it('is told with what was before and is after', async () => {
    await started({});
    await patched({ experiments: { alpha: 0.01 } });
    expect((await changes()).at(-1)).toEqual({
      by: 'ada',
      changes: [{ key: 'experiments.alpha', before: 0.05, after: 0.01 }],
    });
  });

  it('is whole or it is refused, naming what is missing', async () => {
    await started({});
    await patched({ freezeWindows: night });
    const { freezeWindows: _, ...rest } = await policy();
    expect(await service.answer('PUT', '/v1/policy', rest)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'freezeWindows', problem: 'is missing' }] },
    });
    expect(await policy()).toMatchObject({ freezeWindows: night });
  });

  it.each([
    [{ freezWindows: [] }, 'freezWindows', /"freezeWindows"/],
    [{ scaling: { maxInstance: 3 } }, 'scaling.maxInstance', /"maxInstances"/],
    [{ autonomy: { promt: 'observe' } }, 'autonomy.promt', /"prompt"/],
    [{ holdbackShare: 'much' }, 'holdbackShare', /number/],
    [{ objective: { goal: 'minimise_cost' } }, 'objective.minQuality', /needed/],
  ])('%j is refused, naming %s', async (patch, field, problem) => {
    await started({});
    expect(await patched(patch)).toMatchObject({
      status: 400,
      body: { errors: [{ field, problem: expect.stringMatching(problem) }] },
    });
  });

  it('is not lost to another person who speaks at the same time', async () => {
    await started({});
    await Promise.all([
      patched({ holdbackShare: 0.2 }),
      patched({ freezeWindows: night }),
      patched({ scaling: { maxInstances: 7 } }),
    ]);
    expect(await policy()).toMatchObject({ holdbackShare: 0.2, freezeWindows: night, scaling: { maxInstances: 7 } });
  });

  it('is the later word on a lever, whichever way it was said', async () => {
    await started({});
    const levels = { reason: 'a check', levers: { prompt: 'observe' } };
    const lever = async () => (await service.get<{ levers: object }>('/v1/autonomy')).levers;
    await service.answer('PUT', '/v1/autonomy', levels);
    expect(await lever()).toMatchObject({ prompt: 'observe' });
    await patched({ autonomy: { prompt: 'apply' } });
    expect(await lever()).toMatchObject({ prompt: 'apply' });
    await service.answer('PUT', '/v1/autonomy', levels);
    await started({});
    expect(await lever()).toMatchObject({ prompt: 'observe' });
    await started({ 'autonomy.prompt': 'propose' });
    expect(await lever()).toMatchObject({ prompt: 'propose' });
  });

  it('is named where it and the file do not go together', async () => {
    await started({ 'objective.minQuality': 7 });
    await patched({ objective: { goal: 'minimise_cost' } });
    const start = started({});
    await expect(start).rejects.toMatchObject({ code: 'configuration', field: 'policy.objective.minQuality' });
  });
});
