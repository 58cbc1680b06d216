import { conjugateGradients } from '@contentflow/statistics';

/** One row of a sparse matrix: indices and their values, in step. */
export interface SparseRow {
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** A weighted regression within groups: only differences inside a group teach, as every group has its own level. */
export interface GroupedRegression {
  readonly rows: readonly SparseRow[];
  readonly targets: Float64Array;
  /** How much each row is trusted, > 0: the inverse of its variance. */
  readonly trust: Float64Array;
  /** The group of each row, 0 to groups − 1. One group for all rows is an ordinary regression with an intercept. */
  readonly groups: Int32Array;
  readonly groupCount: number;
  readonly dimensions: number;
}

const limits = { steps: 60, tolerance: 1e-8 };

/**
 * Ridge weights by conjugate gradients on the normal equations, never forming a matrix.
 * Source: ridge: Hoerl and Kennard (1970). Group means are swept out as in the
 * within estimator of fixed-effects panels (Mundlak 1978, Econometrica 46(1)).
 * @param penalties  per dimension, > 0
 */
export function ridgeWeights(problem: GroupedRegression, penalties: Float64Array): Float64Array {
  const { rows, targets, trust } = problem;
  const normal = (values: Float64Array): Float64Array => transposed(problem, trusted(centred(problem, values), trust));
  const image = (weights: Float64Array): Float64Array => {
    const product = normal(predictions(rows, weights));
    return product.map((value, j) => value + (penalties[j] ?? 0) * (weights[j] ?? 0));
  };
  return conjugateGradients(image, normal(targets), limits);
}

export function predictions(rows: readonly SparseRow[], weights: Float64Array): Float64Array {
  return Float64Array.from(rows, (row) => rowTimes(row, weights));
}

export function rowTimes({ indices, values }: SparseRow, weights: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += (values[k] ?? 0) * (weights[indices[k] ?? 0] ?? 0);
  return sum;
}

/** Each value less the trusted mean of its group. */
function centred({ groups, groupCount, trust }: GroupedRegression, values: Float64Array): Float64Array {
  const sums = new Float64Array(groupCount);
  const totals = new Float64Array(groupCount);
  values.forEach((value, i) => {
    const group = groups[i] ?? 0;
    sums[group] = (sums[group] ?? 0) + value * (trust[i] ?? 0);
    totals[group] = (totals[group] ?? 0) + (trust[i] ?? 0);
  });
  return values.map((value, i) => value - (sums[groups[i] ?? 0] ?? 0) / (totals[groups[i] ?? 0] || 1));
}

function trusted(values: Float64Array, trust: Float64Array): Float64Array {
  return values.map((value, i) => value * (trust[i] ?? 0));
}

function transposed({ rows, dimensions }: GroupedRegression, values: Float64Array): Float64Array {
  const result = new Float64Array(dimensions);
  rows.forEach(({ indices, values: own }, i) => {
    const value = values[i] ?? 0;
    for (let k = 0; k < indices.length; k++) {
      const j = indices[k] ?? 0;
      result[j] = (result[j] ?? 0) + value * (own[k] ?? 0);
    }
  });
  return result;
}
