import { ContentGenerated, newEvent } from '@contentflow/contracts';
import { folded, nothingFolded, partsInOrder, type StoredEvent } from '@contentflow/kernel';
import fc from 'fast-check';
import { type Generation, HOUR, measured, MINUTE, observed, rated } from '../testing/traffic.ts';
import { sampleOfMetric } from './arm-statistics.ts';
import { watchOf } from './experiments/reverse-holdback.ts';
import { armsOf } from './experiments/trials.ts';
import { stepsOf } from './hypotheses/steps.ts';
import { outcomeWindows } from './models/outcome-windows.ts';
import { observations } from './observations.ts';
import { holdbackSince } from './quality/holdback-seen.ts';
import { trafficSince } from './traffic.ts';

const exposed = (variant: 'control' | 'treatment', epoch = 0) => ({
  exposures: [{ experiment: 'e', variant, epoch }],
});

describe('what the optimizer has observed', () => {
  it('counts a unit by its first exposure alone; when it comes back, only its cache hit counts', () => {
    const known = observed([
      measured({ unit: 'a', time: 0, assignment: exposed('treatment'), cost: 1 }),
      measured({ unit: 'a', time: 1, assignment: exposed('treatment'), cost: 99, cacheHit: true }),
      measured({ unit: 'b', time: 2, assignment: exposed('treatment'), cost: 3 }),
    ]);
    const [{ treatment }] = armsOf([known], 'e') as [ReturnType<typeof armsOf>[number]];
    expect(sampleOfMetric(treatment, 'cost')).toMatchObject({ n: 2, mean: 2 });
    expect(sampleOfMetric(treatment, 'cacheHits')).toMatchObject({ n: 3, mean: expect.closeTo(1 / 3) });
  });

  it('leaves the holdback out of everything but what the weighted objective is measured by, and whether it still runs', () => {
    const known = observed([
      measured({ unit: 'a', time: 0, assignment: { holdback: true, ...exposed('control') } }),
      generated({ holdback: true }),
    ]);
    expect({ ...known, outcomes: {}, holdback: {}, seasons: {} }).toEqual(observations.initial());
    expect(holdbackSince([known], 'email', 0)).toMatchObject({ success: { n: 1, mean: 1 } });
    expect(outcomeWindows([known], 'email')).toMatchObject([{ window: { models: {}, holdback: { count: 1 } } }]);
  });

  it('counts what readers say of an improvement, with it and without', () => {
    const known = observed([
      rated({ unit: 'a', time: 0, assignment: { improvements: ['i'] } }, 5),
      rated({ unit: 'b', time: 0, assignment: { withheld: ['i'] } }, 2),
      rated({ unit: 'c', time: 0, assignment: { holdback: true } }, 1),
    ]);
    const [{ control, treatment }] = watchOf([known], 'i', 0) as [ReturnType<typeof watchOf>[number]];
    expect([control, treatment].map((arm) => sampleOfMetric(arm, 'satisfaction').mean)).toEqual([2, 5]);
  });

  it('counts cost and success over all, time and quality over what was made', () => {
    const known = observed([
      measured({ unit: 'a', time: 0, cost: 1, timeMs: 10 }),
      measured({ unit: 'b', time: 0, cost: 3, timeMs: 99, failed: true }),
    ]);
    const { statistics } = trafficSince([known], 'email', 0, HOUR);
    expect(sampleOfMetric(statistics, 'cost')).toMatchObject({ n: 2, mean: 2 });
    expect(sampleOfMetric(statistics, 'success')).toMatchObject({ n: 2, mean: 0.5 });
    expect(sampleOfMetric(statistics, 'time')).toMatchObject({ n: 1, mean: 10 });
    expect(sampleOfMetric(statistics, 'quality')).toMatchObject({ n: 1 });
  });

  it('knows how far contents are apart in quality, taken two by two; what failed has none', () => {
    const made = [9, 7, undefined, 8, 8, 3].map((quality, index) =>
      measured({ unit: `${index}`, time: 0, ...(quality === undefined ? { failed: true } : { quality }) }),
    );
    const elsewhere = observed([measured({ unit: 'x', time: 0, quality: 1 })]);
    const { statistics } = trafficSince([observed(made), elsewhere], 'email', 0, HOUR);
    expect(sampleOfMetric(statistics, 'qualitySpread')).toMatchObject({ n: 2, mean: 1 });
  });

  it('keeps the epochs of a ramp apart, also one that nobody of a partition met', () => {
    const early = observed([measured({ unit: 'a', time: 0, assignment: exposed('control', 0), cost: 1 })]);
    const late = observed([measured({ unit: 'b', time: 0, assignment: exposed('control', 2), cost: 5 })]);
    expect(armsOf([early, late], 'e').map(({ control }) => [control.cost.n, control.cost.meanY])).toEqual([
      [1, 1],
      [0, 0],
      [1, 5],
    ]);
  });

  it('sets those that have an improvement beside those that go without it', () => {
    const known = observed([
      measured({ unit: 'a', time: HOUR, assignment: { improvements: ['i'] }, cost: 1 }),
      measured({ unit: 'b', time: HOUR, assignment: { withheld: ['i'] }, cost: 2 }),
      measured({ unit: 'c', time: 0, assignment: { withheld: ['i'] }, cost: 9 }),
    ]);
    const windows = watchOf([known], 'i', HOUR);
    expect(windows).toHaveLength(1);
    expect([windows[0]?.treatment.cost.meanY, windows[0]?.control.cost.meanY]).toEqual([1, 2]);
  });

  it('knows what each step takes, calls from the cache left out', () => {
    const known = observed([
      generated({ timeMs: 100 }),
      generated({ timeMs: 300 }),
      generated({ timeMs: 1, cache: 'exact' }),
    ]);
    expect(stepsOf([known], 'email')['draft']).toMatchObject({ time: { n: 2, mean: 200 }, callsPerContent: 1 });
  });

  it('counts the calls of a step over all contents, also those that did without it', () => {
    const parts = [observed([generated({ steps: ['draft', 'revise'] })]), observed([generated({}), generated({})])];
    expect(stepsOf(parts, 'email')['revise']?.callsPerContent).toBeCloseTo(1 / 3);
    expect(stepsOf(parts, 'email')['draft']?.callsPerContent).toBe(1);
  });

  it('gives the same evidence, bit for bit, in whichever order the partitions were read', () => {
    fc.assert(
      fc.property(fc.array(generations, { maxLength: 60 }), fc.infiniteStream(fc.boolean()), (all, coin) => {
        const [left, right] = [0, 1].map((partition) =>
          all
            .filter(({ unit }) => Number(unit) % 2 === partition)
            .map((generation, offset) => measured(generation, offset, partition)),
        ) as [StoredEvent[], StoredEvent[]];
        const shuffled = interleaved(left, right, () => coin.next().value);
        expect(evidenceAfter(shuffled)).toEqual(evidenceAfter([...left, ...right]));
      }),
    );
  });

  it('is not changed by events that are delivered again', () => {
    fc.assert(
      fc.property(fc.array(generations, { minLength: 1, maxLength: 40 }), fc.nat(), (all, from) => {
        const events = all.map((generation, offset) => measured(generation, offset));
        const again = events.slice(from % events.length);
        expect(evidenceAfter([...events, ...again])).toEqual(evidenceAfter(events));
      }),
    );
  });

  it('stays bounded: a day of windows, and two days of experiments', () => {
    const known = observed(
      Array.from({ length: 24 * 10 }, (_, hour) =>
        measured({
          unit: `${hour}`,
          time: hour * HOUR,
          assignment: { exposures: [{ experiment: `e${hour}`, variant: 'control', epoch: 0 }], improvements: ['i'] },
        }),
      ),
    );
    expect(Object.keys(known.traffic['email'] ?? {}).length).toBeLessThanOrEqual(48);
    expect(Object.keys(known.improvements['i'] ?? {}).length).toBeLessThanOrEqual(48);
    expect(Object.keys(known.trials.experiments).length).toBeLessThanOrEqual(49);
  });

  it('says over which span its traffic was seen', () => {
    const known = observed([measured({ unit: 'a', time: 30 * MINUTE }), measured({ unit: 'b', time: 70 * MINUTE })]);
    expect(trafficSince([known], 'email', 0, 90 * MINUTE)).toMatchObject({ overMs: HOUR });
    expect(trafficSince([known], 'email', 0, 90 * MINUTE).statistics.success.n).toBe(2);
    expect(trafficSince([known], 'email', 40 * MINUTE, 90 * MINUTE).statistics.success.n).toBe(1);
  });
});

const generations: fc.Arbitrary<Generation> = fc.record({
  unit: fc.nat(12).map(String),
  time: fc.nat(3 * HOUR),
  cost: fc.double({ min: 0, max: 1, noNaN: true }),
  quality: fc.double({ min: 0, max: 10, noNaN: true }),
  failed: fc.boolean(),
  assignment: fc.record({
    holdback: fc.boolean(),
    exposures: fc.array(
      fc.record({
        experiment: fc.constantFrom('e', 'f'),
        variant: fc.constantFrom('control' as const, 'treatment' as const),
        epoch: fc.nat(2),
      }),
      { maxLength: 1 },
    ),
  }),
});

function evidenceAfter(events: readonly StoredEvent[]) {
  const parts = partsInOrder(
    events.reduce(
      (state, event) => folded(observations, state, event),
      nothingFolded<ReturnType<typeof observations.initial>>(),
    ),
  );
  return {
    arms: ['e', 'f'].map((experiment) => armsOf(parts, experiment)),
    traffic: trafficSince(parts, 'email', 0, 3 * HOUR),
  };
}

function interleaved<T>(left: readonly T[], right: readonly T[], isLeftNext: () => boolean): T[] {
  const [a, b] = [[...left], [...right]];
  const all: T[] = [];
  while (a.length + b.length > 0) all.push((b.length === 0 || (a.length > 0 && isLeftNext()) ? a : b).shift() as T);
  return all;
}

function generated({
  holdback = false,
  timeMs = 100,
  cache = 'miss' as 'miss' | 'exact',
  steps = ['draft'],
}): StoredEvent {
  const { data } = measured({ unit: 'g', time: 0 });
  const call = { step: 'draft', provider: 'test', model: 'large', attempt: 1, tokensIn: 10, tokensOut: 10, cost: 1 };
  const usage = { tokensIn: 10, tokensOut: 10, calls: 1, cost: 1, timeMs, waitMs: 0, cache };
  const event = newEvent(ContentGenerated, {
    subject: 'g',
    time: 0,
    cause: { id: 'g' },
    data: {
      contentId: 'g',
      brief: { contentType: 'email', topic: 'Tea' },
      unit: 'g',
      assignment: { ...data.assignment, holdback },
      worker: 'w',
      acceptedAt: 0,
      calls: steps.map((step) => ({
        ...call,
        step,
        timeToFirstTokenMs: 1,
        timeMs,
        waitMs: 0,
        outcome: 'ok' as const,
        cache,
      })),
      usage,
      simulated: true,
      content: { body: 'Tea.' },
      revised: false,
      belowThreshold: false,
    },
  });
  return { ...event, partition: 0, offset: 0 };
}
