import { evolve } from '@contentflow/kernel';
import { measured, observed, rated } from '../../testing/traffic.ts';
import { observations } from '../observations.ts';
import { sampleOfMetric } from '../arm-statistics.ts';
import { armsOf } from './trials.ts';

const exposed = (variant: 'control' | 'treatment', epoch = 0) => ({
  exposures: [{ experiment: 'e', variant, epoch }],
});

describe('what the units of an experiment did', () => {
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

  it('keeps the epochs of a ramp apart, also one that nobody of a partition met', () => {
    const early = observed([measured({ unit: 'a', time: 0, assignment: exposed('control', 0), cost: 1 })]);
    const late = observed([measured({ unit: 'b', time: 0, assignment: exposed('control', 2), cost: 5 })]);
    expect(armsOf([early, late], 'e').map(({ control }) => [control.cost.n, control.cost.meanY])).toEqual([
      [1, 1],
      [0, 0],
      [1, 5],
    ]);
  });

  it('is looked at again for nothing while nothing has changed, and never late', () => {
    const one = (unit: string, cost: number) => measured({ unit, time: 0, assignment: exposed('control'), cost });
    const [a, b, c] = [observed([one('a', 1)]), observed([one('b', 3)]), observed([one('c', 7)])];
    const meanOf = (...parts: (typeof a)[]) => armsOf(parts, 'e')[0]?.control.cost.meanY;
    expect([meanOf(a, b), meanOf(a, c), meanOf(a), meanOf(a, b)]).toEqual([2, 4, 1, 2]);
    expect(armsOf([a, b], 'e')).toBe(armsOf([a, b], 'e'));
    const more = evolve(observations, a, one('d', 5));
    expect(armsOf([more, b], 'e')[0]?.control.cost).toMatchObject({ n: 3, meanY: 3 });
  });

  it('keeps the scores of two judges apart, and times among different numbers of instances; all else counts together', () => {
    const made = (unit: string, judge: string, instances: number, quality: number, timeMs: number) => {
      const event = measured({ unit, time: 0, assignment: { ...exposed('control'), instances }, quality, timeMs });
      return { ...event, data: { ...event.data, judge } };
    };
    const parts = [
      observed([made('a', 'rules/1', 1, 8, 1000), made('b', 'rules/2', 1, 3, 1000)]),
      observed([made('c', 'rules/2', 4, 5, 400)]),
    ];
    const strata = armsOf(parts, 'e').map(({ control }) => control);
    expect(strata.map(({ quality }) => [quality.n, quality.meanY])).toEqual([
      [1, 8],
      [2, 4],
    ]);
    expect(strata.map(({ time }) => [time.n, time.meanY])).toEqual([
      [2, 1000],
      [1, 400],
    ]);
    expect(strata.map(({ cost, success }) => [cost.n, success.n])).toEqual([
      [3, 3],
      [0, 0],
    ]);
  });

  describe('the ratings of a content', () => {
    const MINUTE = 60_000;
    const ratedAt = (madeAt: number | undefined, time: number, rating: number) => {
      const event = rated({ unit: `${time}`, time, assignment: exposed('treatment') }, rating);
      return { ...event, data: { ...event.data, ...(madeAt === undefined ? {} : { madeAt }) } };
    };
    const seenAt = (events: Parameters<typeof observed>[0], at: number) => {
      const [arms] = armsOf([observed(events)], 'e', at);
      return arms ? sampleOfMetric(arms.treatment, 'satisfaction') : { n: 0, mean: 0 };
    };

    it('count when its window has closed, so that quick raters do not speak for all', () => {
      const quick = [ratedAt(0, MINUTE, 1)];
      expect(seenAt(quick, 29 * MINUTE).n).toBe(0);
      expect(seenAt(quick, 30 * MINUTE)).toMatchObject({ n: 1, mean: 1 });
      const more = [...quick, ratedAt(10 * MINUTE, 38 * MINUTE, 5)];
      expect(seenAt(more, 39 * MINUTE)).toMatchObject({ n: 1, mean: 1 });
      expect(seenAt(more, 40 * MINUTE)).toMatchObject({ n: 2, mean: 3 });
    });

    it('do not count when they come after it', () => {
      expect(seenAt([ratedAt(0, 31 * MINUTE, 1)], 90 * MINUTE).n).toBe(0);
      expect(seenAt([ratedAt(MINUTE, 31 * MINUTE, 1)], 90 * MINUTE).n).toBe(1);
    });

    it('count at once where an earlier release did not say when it was made', () => {
      expect(seenAt([ratedAt(undefined, MINUTE, 4)], MINUTE)).toMatchObject({ n: 1, mean: 4 });
    });
  });
});
