import { seededRandom } from './random.ts';

describe('seeded randomness', () => {
  const draws = (seed: string, n = 20_000): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: n }, () => random.next());
  };
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('gives the same draws for the same seed, others for another', () => {
    expect(draws('a', 5)).toEqual(draws('a', 5));
    expect(draws('a', 5)).not.toEqual(draws('b', 5));
  });

  it('forks streams that do not depend on what was drawn before', () => {
    const used = seededRandom(1);
    used.next();
    expect(used.fork('x').next()).toBe(seededRandom(1).fork('x').next());
  });

  it('is uniform, normal, gamma and beta by their moments', () => {
    const random = seededRandom('moments');
    const n = 20_000;
    const sample = (draw: () => number): number => mean(Array.from({ length: n }, draw));
    expect(sample(() => random.next())).toBeCloseTo(0.5, 1);
    expect(sample(() => random.normal())).toBeCloseTo(0, 1);
    expect(sample(() => random.normal() ** 2)).toBeCloseTo(1, 1);
    expect(sample(() => random.gamma(2.5))).toBeCloseTo(2.5, 1);
    expect(sample(() => random.beta(2, 6))).toBeCloseTo(0.25, 2);
  });
});
