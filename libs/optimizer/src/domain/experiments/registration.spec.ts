import {
  defaultPolicy,
  type EventData,
  ExperimentRegistered,
  HypothesisProposed,
  OperatorIntervened,
  type Policy,
  type RecipeChange,
  RecipeRegistered,
} from '@contentflow/contracts';
import { decided, levelOfNextExperiment } from '@contentflow/decisions';
import { canonicalJson, DAY_MS, seededRandom, sha256 } from '@contentflow/kernel';
import { horizonUnitsNeeded } from '@contentflow/statistics';
import {
  basis,
  drawn,
  HOUR,
  measured,
  observed,
  recipe,
  systemAfter,
  type TestDecision,
} from '../../testing/traffic.ts';
import type { Candidate } from './candidates.ts';
import { decideRegistration, type RegistrationEvidence, registrationsDue } from './registration.ts';
import { startsDue } from './starts.ts';
import { sampleOfMetric } from '../arm-statistics.ts';
import { trafficSince } from '../traffic.ts';

const candidate: Candidate = {
  origin: { kind: 'hypothesis', id: 'h' },
  contentType: 'email',
  lever: 'model',
  change: { kind: 'use_model', model: 'small' },
  metric: 'cost',
  context: 'c',
  isOfReaders: false,
};

/** Traffic of an hour: so many generations. */
function trafficOf(count: number, change: Partial<Parameters<typeof measured>[0]> = {}) {
  const random = seededRandom('traffic');
  const events = Array.from({ length: count }, (_, index) =>
    measured({ unit: `${index}`, time: 1, ...drawn(random, {}), ...change }),
  );
  return trafficSince([observed(events)], 'email', 0, HOUR).statistics;
}

function registered(over: Partial<RegistrationEvidence> = {}, policy: Policy = defaultPolicy) {
  const evidence = {
    kind: 'register' as const,
    candidate,
    traffic: trafficOf(2000),
    overMs: HOUR,
    level: 0.02,
    round: 0,
    spentToday: 0,
    predictionOutcomes: [],
    spans: [],
    ...over,
  };
  const [registration] = decideRegistration(evidence, policy);
  return ExperimentRegistered.schema.parse({ ...registration?.data, basis });
}

describe('registering an experiment', () => {
  it('begins with more units on a lever that brought what was predicted of it', () => {
    const kept = {
      improvementId: 'i',
      predicted: { effect: 0.2, error: 0.02 },
      observed: { effect: 0.2, error: 0.02 },
    };
    expect(registered().design.ramp).toEqual([0.05, 0.25, 0.5]);
    const [first, ...later] = registered({ predictionOutcomes: [{ ...kept, isRolledBack: false }] }).design.ramp;
    expect(first).toBeGreaterThan(0.1);
    expect(later).toEqual([0.25, 0.5]);
    expect(registered({ predictionOutcomes: [{ ...kept, isRolledBack: true }] }).design.ramp).toEqual([
      0.05, 0.25, 0.5,
    ]);
  });

  it('tests at the level of the lifetime error control, and never above 5 %', () => {
    expect(registered({ level: 0.0123 }).design.alpha).toBe(0.0123);
    expect(registered({ level: 0.4 }).design.alpha).toBe(0.05);
  });

  it('asks the error control of all tests before it', () => {
    const before = systemAfter([generation0, hypothesis('h', 'model')]);
    const [question] = registrationsDue([observed([])], before, HOUR);
    expect(question?.evidence.level).toBe(levelOfNextExperiment(before));
    const [registration] = decideRegistration(question?.evidence as RegistrationEvidence, defaultPolicy);
    const after = systemAfter([registration as TestDecision], before);
    expect(levelOfNextExperiment(after)).toBeLessThan(levelOfNextExperiment(before));
  });

  it('runs for an hour where an hour is enough', () => {
    expect(registered({ traffic: trafficOf(5000) }).design.horizonMs).toBe(HOUR);
  });

  it('runs longer where 80 % power at an effect of 10 % needs it, and no longer than a day', () => {
    const { horizonMs } = registered({ traffic: trafficOf(150) }).design;
    expect(horizonMs).toBeGreaterThan(HOUR);
    expect(horizonMs).toBeLessThan(24 * HOUR);
    expect(registered({ traffic: trafficOf(1) }).design.horizonMs).toBe(24 * HOUR);
  });

  it('plans for contents two by two where it is asked how far they are apart in quality', () => {
    const traffic = trafficOf(600);
    const { horizonMs, alpha } = registered({ traffic, candidate: { ...candidate, metric: 'qualitySpread' } }).design;
    const { mean, variance } = sampleOfMetric(traffic, 'qualitySpread');
    const pairs = horizonUnitsNeeded(variance / mean ** 2, 0.1, alpha, 0.8);
    expect(horizonMs / HOUR).toBeCloseTo(pairs / 300, 2);
  });

  it('needs longer the stricter its level', () => {
    const horizonAt = (level: number): number => registered({ level, traffic: trafficOf(150) }).design.horizonMs;
    expect(horizonAt(0.001)).toBeGreaterThan(horizonAt(0.05));
  });

  it.each([
    ['nothing was seen', trafficOf(0)],
    ['nothing was made', trafficOf(60, { failed: true })],
    ['every generation is like the other', trafficOf(60, { cost: 0.01, quality: 8, tokens: 900, timeMs: 1000 })],
    ['nothing costs anything', trafficOf(60, { cost: 0 })],
  ])('has a horizon and units also where %s', (_case, traffic) => {
    const { horizonMs, unitsPerArm } = registered({ traffic }).design;
    expect(horizonMs).toBeGreaterThanOrEqual(HOUR);
    expect(horizonMs).toBeLessThanOrEqual(24 * HOUR);
    expect(unitsPerArm).toBeGreaterThanOrEqual(50);
  });

  it('is planned until readers can tell, where the measures of a text cannot judge', () => {
    const shorter = { ...candidate, lever: 'style' as const, change: { kind: 'set_words' as const, words: 80 } };
    expect(registered({ candidate: shorter }).design.horizonMs).toBeGreaterThan(2 * registered().design.horizonMs);
    const asked = registered({ candidate: { ...shorter, metric: 'satisfaction' } }).design;
    expect(asked.minimumImprovement).toBe(0);
  });

  it('seals the design: its hash is that of everything that was written down', () => {
    const { experimentId: _id, registration, basis: _basis, ...written } = registered();
    expect(registration).toBe(sha256(canonicalJson(written)));
    const stricter = { ...defaultPolicy, guardrails: { ...defaultPolicy.guardrails, qualityMargin: 0.1 } };
    expect(registered({}, stricter).registration).not.toBe(registration);
    expect(registered({ level: 0.01 }).registration).not.toBe(registration);
  });

  it('asks readers whether they are better served, not whether by a tenth; also when it tests that again', () => {
    const adjustment: Candidate = {
      ...candidate,
      origin: { kind: 'adjustment', id: 'a' },
      metric: 'satisfaction',
      isOfReaders: true,
    };
    const retest: Candidate = { ...adjustment, origin: { kind: 'retest', id: 'a' } };
    expect(registered().design.minimumImprovement).toBe(0.1);
    expect(registered({ candidate: adjustment }).design.minimumImprovement).toBe(0);
    expect(registered({ candidate: retest }).design.minimumImprovement).toBe(0);
  });

  it('is another experiment when the first was void, though all else is the same', () => {
    expect(registered({ round: 1 }).experimentId).not.toBe(registered({ round: 0 }).experimentId);
  });
});

describe('a metric that comes and goes with the hours of the day', () => {
  /** What the holdback did, twelve contents an hour, each so many times as dear as the hour of the day makes it. */
  const heldFor = (days: number, dearness: (hour: number) => number) => {
    const random = seededRandom('season');
    return Array.from({ length: days * 24 * 12 }, (_, index) => {
      const hour = Math.floor(index / 12);
      const generation = drawn(random, { cost: 0.01 * dearness(hour % 24) });
      return measured({ unit: `${index}`, time: hour * HOUR, assignment: { holdback: true }, ...generation });
    });
  };
  const byDay = (hour: number): number => 1 + 0.25 * Math.sin((hour / 24) * 2 * Math.PI);
  const bySteps = (hour: number): number => (hour < 12 ? 1 : 0.96);
  function designAt(days: number, dearness = byDay, rules: Partial<Policy['experiments']> = {}) {
    const policy = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, ...rules } };
    const system = { ...systemAfter([generation0, hypothesis('h', 'model')]), policy };
    const lately = drawnTraffic(days * DAY_MS);
    const parts = [observed(heldFor(days, dearness)), observed(lately)];
    const [question] = registrationsDue(parts, system, days * DAY_MS);
    const [registration] = decideRegistration(question?.evidence as RegistrationEvidence, policy);
    return ExperimentRegistered.schema.parse({ ...registration?.data, basis }).design;
  }

  it('is tried for a full cycle at least, which is registered; but not before two cycles were seen', () => {
    expect(designAt(3)).toMatchObject({ minimumRunMs: DAY_MS, horizonMs: DAY_MS, longestMs: DAY_MS });
    expect(designAt(2)).toMatchObject({ minimumRunMs: DAY_MS });
    expect(designAt(1)).toMatchObject({ minimumRunMs: 0, horizonMs: HOUR });
  });

  it('is not told from one that stays, or that moves by less than the least improvement', () => {
    expect(designAt(3, () => 1)).toMatchObject({ minimumRunMs: 0, horizonMs: HOUR });
    expect(designAt(7, bySteps)).toMatchObject({ minimumRunMs: 0 });
    expect(designAt(7, bySteps, { minimumImprovement: 0.01 })).toMatchObject({ minimumRunMs: DAY_MS });
  });

  it('is given the cycle whatever the longest run is, unless the policy heeds no season', () => {
    expect(designAt(2, byDay, { longestMs: 2 * HOUR })).toMatchObject({ longestMs: DAY_MS, horizonMs: DAY_MS });
    const season = { enabled: false, cycleMs: DAY_MS };
    expect(designAt(3, byDay, { season })).toMatchObject({ minimumRunMs: 0, horizonMs: HOUR });
  });

  it('may have a cycle of a week', () => {
    const season = { enabled: true, cycleMs: 7 * DAY_MS };
    expect(designAt(8, byDay, { season })).toMatchObject({ minimumRunMs: 0 });
    const onWeekends = heldFor(14, () => 1).map(({ data, time, ...event }) => {
      const isWeekend = Math.floor(time / DAY_MS) % 7 > 4;
      const metrics = { ...data.metrics, cost: data.metrics.cost * (isWeekend ? 2 : 1) };
      return { ...event, time, data: { ...data, metrics } };
    });
    const policy = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, season } };
    const system = { ...systemAfter([generation0, hypothesis('h', 'model')]), policy };
    const [question] = registrationsDue([observed(onWeekends)], system, 14 * DAY_MS);
    const [registration] = decideRegistration(question?.evidence as RegistrationEvidence, policy);
    expect(registration?.data.design).toMatchObject({ minimumRunMs: 7 * DAY_MS, longestMs: 7 * DAY_MS });
  });

  function drawnTraffic(until: number) {
    const random = seededRandom('lately');
    return Array.from({ length: 5000 }, (_, index) =>
      measured({ unit: `lately-${index}`, time: until - HOUR, ...drawn(random, {}) }),
    );
  }
});

describe('what goes on trial next', () => {
  const due = (...decisions: TestDecision[]) =>
    registrationsDue([observed([])], systemAfter([generation0, ...decisions]), HOUR).map(
      ({ evidence }) => evidence.candidate.origin.id,
    );

  it('is one at a time, the hypothesis that promises most', () => {
    expect(due(hypothesis('small', 'model', 0.2), hypothesis('large', 'prompt', 0.4))).toEqual(['large']);
  });

  it('leaves out levers on which a person decides', () => {
    const asking = decided(OperatorIntervened, 'autonomy', {
      action: 'set_autonomy',
      target: 'levers',
      levels: { prompt: 'propose' },
      reason: '',
      by: 'a person',
    });
    expect(due(hypothesis('small', 'model', 0.2), hypothesis('large', 'prompt', 0.4), asking)).toEqual(['small']);
  });

  /** What is registered after the first of these. */
  const besides = (...decisions: TestDecision[]): string[] => {
    const first = systemAfter([generation0, ...decisions]);
    const [question] = registrationsDue([observed([])], first, HOUR);
    const after = systemAfter(decideRegistration(question?.evidence as RegistrationEvidence, defaultPolicy), first);
    return registrationsDue([observed([])], after, HOUR).map(({ evidence }) => evidence.candidate.origin.id);
  };
  const cooler: RecipeChange = { kind: 'set_temperature', temperature: 0.3 };

  it('goes beside what moves another part, on one lever too', () => {
    expect(besides(hypothesis('model', 'model', 0.4), hypothesis('temperature', 'model', 0.3, cooler))).toEqual([
      'temperature',
    ]);
    expect(besides(hypothesis('model', 'model', 0.4), hypothesis('again', 'model', 0.3))).toEqual([]);
  });

  it('waits while those that run may lose what the learning budget bears', () => {
    const risky = { effect: -0.2, error: 0.4 };
    const first = hypothesis('model', 'model', 0.4, undefined, risky);
    expect(besides(first, hypothesis('temperature', 'model', 0.3, cooler, risky))).toEqual([]);
    expect(besides(first, hypothesis('temperature', 'model', 0.3, cooler, { effect: 0.6, error: 0.4 }))).toEqual([
      'temperature',
    ]);
    expect(besides(first, hypothesis('temperature', 'model', 0.3, cooler))).toEqual(['temperature']);
  });

  it('leaves out levers that an experiment holds, and starts what is registered', () => {
    const first = systemAfter([generation0, hypothesis('large', 'prompt', 0.4), hypothesis('other', 'prompt', 0.3)]);
    const [question] = registrationsDue([observed([])], first, HOUR);
    const after = systemAfter(decideRegistration(question?.evidence as RegistrationEvidence, defaultPolicy), first);
    expect(registrationsDue([observed([])], after, HOUR)).toEqual([]);
    expect(startsDue(after, HOUR)).toHaveLength(1);
  });

  it('is nothing while the learning budget is used up', () => {
    const none = { ...defaultPolicy, learningBudget: { ...defaultPolicy.learningBudget, concurrentExperiments: 0 } };
    expect(
      registrationsDue([observed([])], { ...systemAfter([generation0, hypothesis('h', 'model')]), policy: none }, HOUR),
    ).toEqual([]);
  });

  it('is nothing once learning has cost what a day may cost, until the next day', () => {
    const tried = (['control', 'treatment'] as const).flatMap((variant) =>
      Array.from({ length: 10 }, (_, index) =>
        measured({
          unit: `${index}`,
          time: HOUR,
          cost: variant === 'control' ? 1 : 1.5,
          assignment: { exposures: [{ experiment: 'e', variant, epoch: 0 }] },
        }),
      ),
    );
    const withLimit = (spending: number | null) => ({
      ...systemAfter([generation0, hypothesis('h', 'model')]),
      policy: { ...defaultPolicy, learningBudget: { ...defaultPolicy.learningBudget, spending } },
    });
    const due = (spending: number | null, at: number) => registrationsDue([observed(tried)], withLimit(spending), at);
    expect(due(5, 2 * HOUR)).toEqual([]);
    expect(due(5.1, 2 * HOUR)[0]?.evidence.spentToday).toBeCloseTo(5);
    expect(due(null, 2 * HOUR)).toHaveLength(1);
    expect(due(5, 25 * HOUR)).toHaveLength(1);
  });

  it('neither registers nor starts anything within a freeze window', () => {
    const frozen = { ...defaultPolicy, freezeWindows: [{ from: '00:30', until: '01:30' }] };
    const proposed = { ...systemAfter([generation0, hypothesis('h', 'model')]), policy: frozen };
    expect(registrationsDue([observed([])], proposed, HOUR)).toEqual([]);
    const [question] = registrationsDue([observed([])], proposed, 2 * HOUR);
    const registration = decideRegistration(question?.evidence as RegistrationEvidence, frozen);
    const waiting = { ...systemAfter(registration, proposed), policy: frozen };
    expect(startsDue(waiting, 25 * HOUR)).toEqual([]);
    expect(startsDue(waiting, 26 * HOUR)).toHaveLength(1);
  });
});

const generation0 = decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' });
const hypothesis = (
  hypothesisId: string,
  lever: EventData<typeof HypothesisProposed>['lever'],
  expectedGain = 0.3,
  change: RecipeChange = { kind: 'use_model', model: 'small' },
  qualityForeseen: EventData<typeof HypothesisProposed>['qualityForeseen'] = null,
): TestDecision =>
  decided(HypothesisProposed, 'email', {
    hypothesisId,
    kind: 'test',
    contentType: 'email',
    lever,
    change,
    metric: 'cost',
    reason: '',
    context: hypothesisId,
    expectedGain,
    qualityForeseen,
  });
