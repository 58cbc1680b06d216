import { HOUR, measured, MINUTE, observed } from '../testing/traffic.ts';
import { sampleOfMetric } from './arm-statistics.ts';
import { asTrialsSee, latestTraffic, trafficSince } from './traffic.ts';

describe('traffic outside the holdback', () => {
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

  it('says over which span its traffic was seen', () => {
    const known = observed([measured({ unit: 'a', time: 30 * MINUTE }), measured({ unit: 'b', time: 70 * MINUTE })]);
    expect(trafficSince([known], 'email', 0, 90 * MINUTE)).toMatchObject({ overMs: HOUR });
    expect(trafficSince([known], 'email', 0, 90 * MINUTE).statistics.success.n).toBe(2);
    expect(trafficSince([known], 'email', 40 * MINUTE, 90 * MINUTE).statistics.success.n).toBe(1);
  });

  it('varies for a trial as much as contents of one recipe do, however far recipes on trial and in force are apart', () => {
    const luck = (index: number): number => 1 + 0.2 * ((index % 5) - 2);
    const made = (has: (index: number) => boolean) =>
      Array.from({ length: 200 }, (_, index) =>
        measured({
          unit: `${index}`,
          time: index * 1000,
          assignment: { improvements: has(index) ? ['model'] : [] },
          cost: (has(index) ? 0.1 : 1) * luck(index),
          quality: 7 + (has(index) ? 1 : 0) + luck(index),
        }),
      );
    const spreadOf = (has: (index: number) => boolean, asSeen: boolean) => {
      const parts = [observed(made(has))];
      const seen = latestTraffic(parts, 'email', HOUR, 50, HOUR);
      const statistics = asSeen ? asTrialsSee(parts, 'email', seen, HOUR) : seen.statistics;
      const [cost, quality] = [sampleOfMetric(statistics, 'cost'), sampleOfMetric(statistics, 'quality')];
      return { cost: Math.sqrt(cost.variance) / cost.mean, quality: Math.sqrt(quality.variance), mean: cost.mean };
    };
    const alone = spreadOf(() => false, false);
    // All but one in ten have it.
    const most = (index: number): boolean => index % 10 !== Math.floor(index / 10) % 10;
    expect(spreadOf(most, false).cost).toBeGreaterThan(5 * alone.cost);
    expect(spreadOf(most, true)).toEqual({
      cost: expect.closeTo(alone.cost, 2),
      quality: expect.closeTo(alone.quality, 2),
      mean: expect.closeTo(spreadOf(most, false).mean, 9),
    });
    expect(spreadOf(() => false, true)).toEqual(alone);
  });
});
