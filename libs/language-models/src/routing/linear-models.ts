import { conjugateGradients } from '@contentflow/statistics';
import type { SparseVector } from './prompt-features.ts';

/**
 * Weights of a linear model with the least squared error and ridge penalty; index 0 is the intercept, not penalised.
 * @param penalty  on the sum of squared weights, > 0
 * By conjugate gradients on the normal equations, which need no matrix.
 */
export function fitRidge(
  rows: readonly SparseVector[],
  targets: readonly number[],
  size: number,
  penalty: number,
): Float64Array {
  const image = (weights: Float64Array): Float64Array => {
    const predicted = rows.map((row) => predict(weights, row));
    const product = normalProduct(rows, predicted, size);
    for (let j = 1; j < size; j++) product[j] = (product[j] ?? 0) + penalty * (weights[j] ?? 0);
    return product;
  };
  return conjugateGradients(image, normalProduct(rows, targets, size), { steps: 100, tolerance: 1e-8 });
}

export function predict(weights: Float64Array, { indices, values }: SparseVector): number {
  let sum = 0;
  for (let k = 0; k < indices.length; k++) sum += (weights[indices[k] ?? 0] ?? 0) * (values[k] ?? 0);
  return sum;
}

/** Each row times its factor, summed. */
function normalProduct(rows: readonly SparseVector[], factors: readonly number[], size: number): Float64Array {
  const product = new Float64Array(size);
  rows.forEach(({ indices, values }, row) => {
    const by = factors[row] ?? 0;
    for (let k = 0; k < indices.length; k++) {
      const j = indices[k] ?? 0;
      product[j] = (product[j] ?? 0) + by * (values[k] ?? 0);
    }
  });
  return product;
}
