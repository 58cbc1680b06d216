import { defaultPolicy } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';
import * as fc from 'fast-check';
import { decideScaling, type ScalingDecision, type ScalingEvidence } from './scaling.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const policy = defaultPolicy.scaling;

const quiet = { cpu: 0.5, memory: 0.5, queue: 10, responseTimeMs: 2000 };
const idle = { cpu: 0.1, memory: 0.1, queue: 0, responseTimeMs: 100 };

const instances = (count: number): Partial<ScalingEvidence> => ({ instances: count });
const capacity = (each: number | null): Partial<ScalingEvidence> => ({ capacityPerInstance: each });
const forecast = ({ expected = 1, upper = 1 }): Partial<ScalingEvidence> => ({
  forecast: { expected, upper },
  peak: upper,
});
const now = (load: Partial<typeof quiet>): Partial<ScalingEvidence> => ({
  now: { ...quiet, ...load },
  lately: { ...quiet, ...load },
});
const scaledMinutesAgo = (minutes: number): Partial<ScalingEvidence> => ({ lastScaledAt: NOON - minutes * MINUTE_MS });

const scalingIsDue = (evidence: ScalingEvidence): ScalingDecision | undefined => decideScaling(evidence, policy, NOON);

function given(...known: Partial<ScalingEvidence>[]) {
  const nothing: ScalingEvidence = {
    instances: 1,
    capacityPerInstance: 10,
    now: quiet,
    lately: quiet,
    forecast: null,
    peak: 0,
    lastScaledAt: null,
    experiments: [],
  };
  const evidence: ScalingEvidence = Object.assign({}, nothing, ...known);
  return {
    when: (decide: (evidence: ScalingEvidence) => ScalingDecision | undefined) => ({
      then: (expected: ScalingDecision | undefined) => expect(decide(evidence)).toEqual(expected),
    }),
  };
}
const scaledTo = (to: number, reason: ScalingDecision['reason']): ScalingDecision => ({ to, reason });
const noScaling = undefined;

describe('scaling', () => {
  it('starts what the forecast needs before the load arrives', () => {
    given(instances(2), capacity(10), forecast({ upper: 45 }))
      .when(scalingIsDue)
      .then(scaledTo(5, 'predicted_high_load'));
  });

  it('leaves things as they are while the forecast fits into the usable share', () => {
    given(instances(2), capacity(10), forecast({ upper: 16 }))
      .when(scalingIsDue)
      .then(noScaling);
  });

  it('says nothing of a forecast that as many instances are enough for', () => {
    given(instances(5), capacity(10), forecast({ upper: 45 }))
      .when(scalingIsDue)
      .then(noScaling);
  });

  it.each([
    ['CPU', { cpu: 0.81 }],
    ['memory', { memory: 0.86 }],
    ['queue', { queue: 51 }],
    ['response time', { responseTimeMs: 5001 }],
  ])('takes one step up when the %s exceeds its limit', (_name, load) => {
    given(instances(2), now(load)).when(scalingIsDue).then(scaledTo(3, 'current_high_load'));
  });

  it('starts no more than the machine has room for, and stops none of those that it has', () => {
    const room = { mostInstances: 3 };
    given(instances(2), room, forecast({ upper: 45 }))
      .when(scalingIsDue)
      .then(scaledTo(3, 'predicted_high_load'));
    given(instances(3), room, forecast({ upper: 45 }))
      .when(scalingIsDue)
      .then(noScaling);
    given(instances(2), room, now({ queue: 51 }))
      .when(scalingIsDue)
      .then(scaledTo(3, 'current_high_load'));
    given(instances(3), room, now({ queue: 51 }))
      .when(scalingIsDue)
      .then(noScaling);
    given(instances(5), room, now({ queue: 51 }))
      .when(scalingIsDue)
      .then(noScaling);
  });

  it.each([
    ['its cores are taken', 0, undefined],
    ['there is room for one', 1, 3],
    ['it has no cores for those there is room for now', 9, 4],
  ])('starts what the machine has room for now: %s', (_name, moreInstances, to) => {
    const room = { mostInstances: 4, moreInstances };
    given(instances(2), room, forecast({ upper: 45 }))
      .when(scalingIsDue)
      .then(to === undefined ? noScaling : scaledTo(to, 'predicted_high_load'));
    given(instances(2), room, now({ queue: 51 }))
      .when(scalingIsDue)
      .then(to === undefined ? noScaling : scaledTo(3, 'current_high_load'));
  });

  it('takes one step down when all are low', () => {
    given(instances(3), now(idle), forecast({ upper: 2 }))
      .when(scalingIsDue)
      .then(scaledTo(2, 'low_utilization'));
  });

  it.each(['cpu', 'memory', 'queue', 'responseTimeMs'] as const)('does not step down while %s is not', (level) => {
    given(instances(3), now({ ...idle, [level]: quiet[level] }))
      .when(scalingIsDue)
      .then(noScaling);
  });

  it('reacts where nothing can be foreseen yet', () => {
    given(capacity(null), now({ queue: 90 }))
      .when(scalingIsDue)
      .then(scaledTo(2, 'current_high_load'));
  });

  it('keeps at least one instance', () => {
    given(instances(1), now(idle)).when(scalingIsDue).then(noScaling);
  });

  it('keeps to the most instances', () => {
    given(instances(19), forecast({ upper: 900 }))
      .when(scalingIsDue)
      .then(scaledTo(20, 'predicted_high_load'));
    given(instances(20), forecast({ upper: 900 }), now({ cpu: 1 }))
      .when(scalingIsDue)
      .then(noScaling);
  });

  it('follows limits that a person has changed', () => {
    given(instances(30)).when(scalingIsDue).then(scaledTo(20, 'operator'));
  });

  describe('does not flap', () => {
    it('stops nothing that the forecast would start again', () => {
      given(instances(3), now(idle), forecast({ upper: 17 }))
        .when(scalingIsDue)
        .then(noScaling);
    });

    it('does not take a quiet moment for a quiet time', () => {
      given(instances(3), { now: idle, lately: quiet }).when(scalingIsDue).then(noScaling);
    });

    it('waits after a change before it steps down', () => {
      given(instances(3), now(idle), scaledMinutesAgo(9)).when(scalingIsDue).then(noScaling);
      given(instances(3), now(idle), scaledMinutesAgo(10)).when(scalingIsDue).then(scaledTo(2, 'low_utilization'));
    });

    it('waits for what was started to take effect before it starts more', () => {
      given(instances(3), now({ queue: 90 }), scaledMinutesAgo(4))
        .when(scalingIsDue)
        .then(noScaling);
      given(instances(3), now({ queue: 90 }), scaledMinutesAgo(5))
        .when(scalingIsDue)
        .then(scaledTo(4, 'current_high_load'));
    });

    it('under a steady load, whatever it is, comes to rest', () => {
      const steady = fc.record({
        load: fc.double({ min: 0, max: 250, noNaN: true }),
        start: fc.integer({ min: 1, max: 20 }),
        noise: fc.double({ min: 1, max: 1.3, noNaN: true }),
      });
      fc.assert(
        fc.property(steady, ({ load, start, noise }) => {
          const counts = countsUnder(load, start, noise);
          const directions = counts.slice(1).map((count, i) => Math.sign(count - (counts[i] as number)));
          const turns = directions.filter((d) => d !== 0).filter((d, i, all) => i > 0 && d !== all[i - 1]);
          expect(turns.length).toBeLessThanOrEqual(1);
          expect(counts.at(-1)).toBe(counts.at(-2));
        }),
      );
    });
  });

  /** Instances hour after hour under one load, as utilisation would have it. */
  function countsUnder(load: number, start: number, noise: number): number[] {
    const counts = [start];
    for (let tick = 0; tick < 60; tick++) {
      const count = counts.at(-1) as number;
      const use = Math.min(1, load / (count * 10));
      const level = { cpu: use, memory: use, queue: use === 1 ? 100 : 0, responseTimeMs: use === 1 ? 9000 : 100 };
      const evidence: ScalingEvidence = {
        instances: count,
        capacityPerInstance: 10,
        now: level,
        lately: level,
        forecast: { expected: load, upper: load * noise },
        peak: load * noise,
        lastScaledAt: null,
        experiments: [],
      };
      counts.push(decideScaling(evidence, policy, NOON)?.to ?? count);
    }
    return counts;
  }
});
