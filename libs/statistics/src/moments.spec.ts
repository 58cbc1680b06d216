import fc from 'fast-check';
import {
  addToBivariate,
  covarianceOf,
  mergeBivariate,
  mergeMoments,
  momentsOf,
  momentsOfTrials,
  momentsOfX,
  momentsOfY,
  noBivariate,
  varianceOf,
  type Bivariate,
} from './moments.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 40 });
const pairs = fc.array(
  fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
  {
    maxLength: 40,
  },
);
const bivariateOf = (rows: readonly (readonly [number, number])[]): Bivariate =>
  rows.reduce((pair, [x, y]) => addToBivariate(pair, x, y), noBivariate);

function expectSame(a: object, b: object, scale: number): void {
  for (const [name, value] of Object.entries(a) as [string, number][]) {
    const other = (b as Record<string, number>)[name] as number;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(1e-9 * scale);
  }
}

describe('sufficient statistics', () => {
  it('merge as if the values had come in one stream', () => {
    fc.assert(
      fc.property(values, values, (a, b) =>
        expectSame(mergeMoments(momentsOf(a), momentsOf(b)), momentsOf([...a, ...b]), 1e14),
      ),
    );
  });

  it('merge associatively', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [momentsOf(a), momentsOf(b), momentsOf(c)];
        expectSame(mergeMoments(mergeMoments(x, y), z), mergeMoments(x, mergeMoments(y, z)), 1e14);
      }),
    );
  });

  it('merge pairs associatively, and as one stream', () => {
    fc.assert(
      fc.property(pairs, pairs, pairs, (a, b, c) => {
        const [x, y, z] = [bivariateOf(a), bivariateOf(b), bivariateOf(c)];
        expectSame(mergeBivariate(mergeBivariate(x, y), z), mergeBivariate(x, mergeBivariate(y, z)), 1e8);
        expectSame(mergeBivariate(mergeBivariate(x, y), z), bivariateOf([...a, ...b, ...c]), 1e8);
      }),
    );
  });

  it('keep their digits far from zero', () => {
    expect(varianceOf(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]))).toBeCloseTo(30, 9);
  });

  it('know variance and covariance', () => {
    const pair = bivariateOf([
      [1, 2],
      [2, 3],
      [4, 9],
    ]);
    expect(varianceOf(momentsOfX(pair))).toBeCloseTo(7 / 3, 12);
    expect(varianceOf(momentsOfY(pair))).toBeCloseTo(43 / 3, 12);
    expect(covarianceOf(pair)).toBeCloseTo(17 / 3, 12);
    expect(varianceOf(momentsOfTrials(10, 4))).toBeCloseTo(2.4 / 9, 12);
    expect(varianceOf(momentsOf([5]))).toBe(0);
  });
});
