import fc from 'fast-check';
import { backSolved, cholesky, forwardSolved } from './cholesky.ts';

const times = (matrix: readonly (readonly number[])[], x: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, i) => sum + value * (x[i] as number), 0));

it('solves what a symmetric positive definite matrix was multiplied by', () => {
  const vectors = fc.array(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(vectors, fc.tuple(fc.integer(), fc.integer(), fc.integer()), (rows, x) => {
      const matrix = [0, 1, 2].map((i) =>
        [0, 1, 2].map((j) => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), i === j ? 1 : 0)),
      );
      const lower = cholesky(matrix);
      const found = backSolved(lower, forwardSolved(lower, times(matrix, x)));
      found.forEach((value, i) =>
        expect(Math.abs(value - (x[i] as number))).toBeLessThanOrEqual(1e-9 * (1 + Math.max(...x.map(Math.abs))) * 100),
      );
    }),
  );
});

it('says which matrix it cannot take', () => {
  expect(() =>
    cholesky([
      [1, 2],
      [2, 1],
    ]),
  ).toThrow('not positive definite');
});
