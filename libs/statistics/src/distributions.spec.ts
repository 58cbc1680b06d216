import { readFileSync } from 'node:fs';
import * as distributions from './distributions.ts';

const reference = JSON.parse(
  readFileSync(new URL('./distributions.reference.json', import.meta.url), 'utf8'),
) as Record<string, readonly (readonly number[])[]>;

const near = (got: number, want: number): boolean =>
  want === 0 ? Math.abs(got) < 1e-14 : got === want || Math.abs(got / want - 1) <= 1e-10;

function matches(name: string, f: (...args: number[]) => number): void {
  for (const row of reference[name] ?? []) {
    const got = f(...row.slice(0, -1));
    const want = row.at(-1) as number;
    if (!near(got, want)) throw new Error(`${name}(${row.slice(0, -1).join(', ')}) is ${got}, SciPy has ${want}`);
  }
  expect(reference[name]?.length).toBeGreaterThan(5);
}

describe('distribution functions, to ten digits of SciPy', () => {
  it('log gamma', () => matches('logGamma', distributions.logGamma));
  it('normal tail', () => matches('normalUpperTail', distributions.normalUpperTail));
  it('normal quantile', () => matches('normalQuantile', distributions.normalQuantile));
  it('beta', () => matches('betaCdf', distributions.betaCdf));
  it("Student's tail", () => matches('studentUpperTail', distributions.studentUpperTail));
  it("Student's quantile", () => matches('studentQuantile', distributions.studentQuantile));
  it('chi-square tail', () => matches('chiSquareUpperTail', distributions.chiSquareUpperTail));
  it('chi-square quantile', () => matches('chiSquareQuantile', distributions.chiSquareQuantile));
  it('supremum of a Brownian motion', () => matches('brownianSupremumTail', distributions.brownianSupremumTail));

  it('incomplete gamma, both tails', () => {
    for (const [a, x, lower, upper] of reference['incompleteGamma'] as [number, number, number, number][]) {
      const got = distributions.incompleteGamma(a, x);
      expect([a, x, near(got.lower, lower), Math.abs(got.upper - upper) < 1e-12]).toEqual([a, x, true, true]);
    }
  });

  it('quantiles undo tails', () => {
    expect(distributions.brownianSupremumTail(distributions.brownianSupremumQuantile(0.05))).toBeCloseTo(0.05, 12);
    expect(distributions.chiSquareCdf(distributions.chiSquareQuantile(0.3, 4), 4)).toBeCloseTo(0.3, 12);
    expect(distributions.studentCdf(distributions.studentQuantile(0.3, 4), 4)).toBeCloseTo(0.3, 12);
  });

  it('refuses what has no answer', () => {
    expect(() => distributions.logGamma(0)).toThrow(RangeError);
    expect(() => distributions.normalQuantile(1.2)).toThrow(RangeError);
    expect(() => distributions.brownianSupremumQuantile(0)).toThrow(RangeError);
  });
});
