import { cholesky, backSolved, forwardSolved } from './cholesky.ts';

/**
 * A linear regression that is learned row by row and forgets: least absolute errors by reweighting, drawn towards
 * zero by a ridge, so that with little to go by it predicts nothing. Plain data; each row makes a new one.
 *
 * Sources: ridge — Hoerl and Kennard (1970); reweighting — Holland and Welsch (1977), each row weighed by the error
 * that the regression made on it before it learned it.
 */
export interface RidgeRegression {
  /** Discounted sums over rows: lower triangle of x xᵀ row by row, and x y. */
  readonly products: readonly number[];
  readonly responses: readonly number[];
  /** Mean absolute error of late; null before the first row. */
  readonly error: number | null;
  readonly coefficients: readonly number[];
}

export interface RidgeOptions {
  /** Share of its weight that a row keeps with each later one. */
  readonly memory: number;
  /** How firmly coefficients are held at zero, against the weight 1 ÷ error² of a typical row; > 0. */
  readonly ridge: number;
}

export const noRegression: RidgeRegression = { products: [], responses: [], error: null, coefficients: [] };

/** What it makes of a row; 0 while it has learned nothing. */
export function regressed({ coefficients }: RidgeRegression, row: readonly number[]): number {
  return coefficients.reduce((sum, coefficient, i) => sum + coefficient * (row[i] as number), 0);
}

const ERROR_WEIGHT = 0.02;
/** Of the mean error: a smaller one weighs no more than this. */
const SMALLEST_ERROR = 0.3;
/** Of the unit that rows are told in. */
const NO_ERROR = 1e-9;

/** The regression after one more row. All rows are of one length, and in units in which values are about one. */
export function learned(
  before: RidgeRegression,
  row: readonly number[],
  response: number,
  { memory, ridge }: RidgeOptions,
): RidgeRegression {
  const missed = Math.abs(response - regressed(before, row));
  const error = before.error === null ? missed : before.error + ERROR_WEIGHT * (missed - before.error);
  const weight = 1 / (Math.max(missed, SMALLEST_ERROR * error, NO_ERROR) * Math.max(error, NO_ERROR));
  const products: number[] = [];
  for (let i = 0; i < row.length; i++)
    for (let j = 0; j <= i; j++)
      products.push(
        memory * (before.products[products.length] ?? 0) + weight * (row[i] as number) * (row[j] as number),
      );
  const responses = row.map((x, i) => memory * (before.responses[i] ?? 0) + weight * x * response);
  return { products, responses, error, coefficients: solved(products, responses, ridge) };
}

/** Share of the trace that is added to the ridge: what keeps equal columns apart. */
const JITTER = 1e-9;

function solved(products: readonly number[], responses: readonly number[], ridge: number): number[] {
  const size = responses.length;
  const first = (i: number): number => (i * (i + 1)) / 2;
  let trace = 0;
  for (let i = 0; i < size; i++) trace += products[first(i) + i] as number;
  const matrix = responses.map((_, i) =>
    products.slice(first(i), first(i + 1)).map((product, j) => (i === j ? product + ridge + JITTER * trace : product)),
  );
  const lower = cholesky(matrix);
  return backSolved(lower, forwardSolved(lower, responses));
}
