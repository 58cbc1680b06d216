import { HOUR, measured, MINUTE, observed } from '../testing/traffic.ts';
import { sampleOfMetric } from './arm-statistics.ts';
import { trafficSince } from './traffic.ts';

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
});
