/** Lower triangle, row by row. */
export type Cholesky = readonly (readonly number[])[];

/**
 * L with L Lᵀ = matrix, of which the lower triangle is enough.
 * @throws RangeError for a matrix that is not positive definite
 * Source: Golub and Van Loan (2013), Matrix Computations, 4.2
 */
export function cholesky(matrix: readonly (readonly number[])[]): Cholesky {
  const lower: number[][] = [];
  for (let i = 0; i < matrix.length; i++) {
    const row: number[] = [];
    lower.push(row);
    for (let j = 0; j <= i; j++) {
      let sum = at(at2(matrix, i), j);
      for (let k = 0; k < j; k++) sum -= at(row, k) * at(at2(lower, j), k);
      if (i === j && !(sum > 0)) throw new RangeError('the matrix is not positive definite');
      row.push(i === j ? Math.sqrt(sum) : sum / at(at2(lower, j), j));
    }
  }
  return lower;
}

/** L⁻¹ right. */
export function forwardSolved(lower: Cholesky, right: readonly number[]): number[] {
  const solution: number[] = [];
  for (let i = 0; i < right.length; i++) {
    let sum = at(right, i);
    for (let k = 0; k < i; k++) sum -= at(at2(lower, i), k) * at(solution, k);
    solution.push(sum / at(at2(lower, i), i));
  }
  return solution;
}

/** L⁻ᵀ right. */
export function backSolved(lower: Cholesky, right: readonly number[]): number[] {
  const n = right.length;
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(right, i);
    for (let k = i + 1; k < n; k++) sum -= at(at2(lower, k), i) * at(solution, k);
    solution[i] = sum / at(at2(lower, i), i);
  }
  return solution;
}

const at = (row: readonly number[], i: number): number => row[i] as number;
const at2 = (rows: readonly (readonly number[])[], i: number): readonly number[] => rows[i] as readonly number[];
