import { conjugateGradients, dot } from './linear-algebra.ts';

describe('conjugate gradients', () => {
  const matrix = [
    [4, 1, 0],
    [1, 3, -1],
    [0, -1, 2],
  ];
  const image = (vector: Float64Array): Float64Array => Float64Array.from(matrix, (row) => dot(row, vector));

  it('solve a system of n equations in n steps', () => {
    const solution = conjugateGradients(image, Float64Array.of(1, 2, 3), { steps: 3, tolerance: 0 });
    // By Cramer's rule: determinants over 18.
    [-2, 26, 40].forEach((each, i) => expect(solution[i]).toBeCloseTo(each / 18, 12));
  });

  it('stop as soon as they are near enough', () => {
    let steps = 0;
    const counted = (vector: Float64Array): Float64Array => (steps++, image(vector));
    conjugateGradients(counted, Float64Array.of(1, 2, 3), { steps: 3, tolerance: 1 });
    expect(steps).toBe(0);
  });
});
