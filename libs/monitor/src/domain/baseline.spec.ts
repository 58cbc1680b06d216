import { seededRandom } from '@contentflow/kernel';
import { medianValue, mergedMedian, noMedian, withValue } from './baseline.ts';

const random = seededRandom('baseline');
const learn = (n: number, value: (i: number) => number) =>
  Array.from({ length: n }, (_, i) => value(i)).reduce(withValue, noMedian);

describe('a running median', () => {
  it.each([0.1, 0.3, 0.8])('comes within a few per cent for a spread of %d', (sigma) => {
    const median = medianValue(learn(2000, () => random.logNormal(40_000, sigma))) as number;
    expect(Math.abs(median / 40_000 - 1)).toBeLessThan(0.1);
  });

  it('is not moved by how far out a value lies', () => {
    const values = (outlier: number) => (i: number) => (i % 10 === 3 ? outlier : 100 + (i % 7));
    expect(medianValue(learn(500, values(1e3)))).toBeCloseTo(medianValue(learn(500, values(1e9))) as number, 6);
  });

  it('forgets a bad beginning', () => {
    const median = medianValue(learn(400, (i) => (i === 0 ? 1e6 : random.logNormal(1000, 0.3)))) as number;
    expect(Math.abs(median / 1000 - 1)).toBeLessThan(0.15);
  });

  it('is the value itself where nothing varies', () => {
    expect(medianValue(learn(50, () => 7))).toBeCloseTo(7, 9);
  });

  it('merges by what each part has seen', () => {
    const merged = mergedMedian([learn(30, () => 100), noMedian, learn(90, () => 100)]);
    expect(merged.n).toBe(120);
    expect(medianValue(merged)).toBeCloseTo(100, 9);
    expect(medianValue(mergedMedian([]))).toBeUndefined();
  });
});
