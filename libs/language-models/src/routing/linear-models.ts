import { conjugateGradients } from '@contentflow/statistics';
import type { SparseVector } from './prompt-features.ts';

/**
 * Weights of a linear model with the least squared error and ridge penalty; index 0 is the intercept, not penalised.
 * @param penalty  on the sum of squared weights, > 0
 * @param rowWeights  of each row's squared error; 1 where left out
 * By conjugate gradients on the normal equations, which need no matrix.
 */
export function fitRidge(
  rows: readonly SparseVector[],
  targets: readonly number[],
  size: number,
  penalty: number,
  rowWeights?: readonly number[],
): Float64Array {
  const weightOf = (row: number): number => rowWeights?.[row] ?? 1;
  const image = (weights: Float64Array): Float64Array => {
    const predicted = rows.map((row) => predict(weights, row));
    const product = normalProduct(rows, (row) => weightOf(row) * (predicted[row] ?? 0), size);
    for (let j = 1; j < size; j++) product[j] = (product[j] ?? 0) + penalty * (weights[j] ?? 0);
    return product;
  };
  const wanted = normalProduct(rows, (row) => weightOf(row) * (targets[row] ?? 0), size);
  return conjugateGradients(image, wanted, { steps: 100, tolerance: 1e-8 });
}

const NEWTON_STEPS = 6;

/**
 * Weights of a logistic model with ridge penalty; index 0 is the intercept, not penalised.
 * @param targets  shares, in [0, 1]
 * Source: Green (1984), JRSS B 46(2), iteratively reweighted least squares
 */
export function fitLogistic(
  rows: readonly SparseVector[],
  targets: readonly number[],
  size: number,
  penalty: number,
): Float64Array {
  let weights: Float64Array = new Float64Array(size);
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const odds = rows.map((row) => predict(weights, row));
    const spread = odds.map((each) => Math.max(1e-6, logistic(each) * (1 - logistic(each))));
    const working = odds.map((each, row) => each + ((targets[row] ?? 0) - logistic(each)) / (spread[row] ?? 1));
    weights = fitRidge(rows, working, size, penalty, spread);
  }
  return weights;
}

export const logistic = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

export function predict(weights: Float64Array, { indices, values }: SparseVector): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += (weights[indices[k] ?? 0] ?? 0) * (values[k] ?? 0);
  return sum;
}

/** Each row times its factor, summed. */
function normalProduct(rows: readonly SparseVector[], factor: (row: number) => number, size: number): Float64Array {
  const product = new Float64Array(size);
  rows.forEach(({ indices, values }, row) => {
    const by = factor(row);
    for (let k = 0; k < indices.length; k++) {
      const j = indices[k] ?? 0;
      product[j] = (product[j] ?? 0) + by * (values[k] ?? 0);
    }
  });
  return product;
}
