import { HOUR_MS, ownValue } from '@contentflow/kernel';
import type { OfferedModel } from '@contentflow/recipes';
import { BLOCK, type BriefCell, FEATURES, mergedBriefs, outcomeNames, type OutcomeWindow } from './outcome-windows.ts';

/** What all that was learned comes to: sufficient for every forecast, and for the audit. */
export interface OutcomeEvidence {
  readonly models: readonly OfferedModel[];
  /** Generations of each model, faded. */
  readonly generations: readonly number[];
  /** Within windows: Σ w wᵀ (its lower triangle), Σ w y and Σ y² about each window's mean, w = [x, [1, x] of each model]. */
  readonly within: {
    readonly matrix: readonly (readonly number[])[];
    readonly products: readonly (readonly number[])[];
    readonly squares: readonly number[];
    readonly degrees: number;
  };
  /** Mean of w and y lately: where the level is now. */
  readonly lately: {
    readonly count: number;
    readonly regressors: readonly number[];
    readonly outcomes: readonly number[];
  };
  readonly briefs: readonly BriefCell[];
  readonly generation0: { readonly cost: number; readonly timeMs: number } | null;
}

export interface AgedWindow {
  readonly window: OutcomeWindow;
  readonly ageMs: number;
}

/** The present level is that of the last hours, whatever the half-life of the rest. */
const LEVEL_HALF_LIFE_MS = HOUR_MS;
const MIN_HOLDBACK = 30;

export function outcomeEvidence(
  windows: readonly AgedWindow[],
  models: readonly OfferedModel[],
  halfLifeMs: number,
): OutcomeEvidence {
  const sums = noSums(models);
  for (const aged of windows) recordWindow(sums, aged, models, 2 ** (-aged.ageMs / halfLifeMs));
  const { matrix, products, squares, degrees, generations, lately, holdback } = sums;
  const per = (total: readonly number[]): number[] => total.map((sum) => rounded(sum / Math.max(1e-9, lately.count)));
  return {
    models,
    generations,
    within: {
      matrix: matrix.map((row, i) => row.slice(0, i + 1).map(rounded)),
      products: products.map((row) => row.map(rounded)),
      squares: squares.map(rounded),
      degrees: rounded(degrees),
    },
    lately: { count: lately.count, regressors: per(lately.regressors), outcomes: per(lately.outcomes) },
    briefs: mergedBriefs(windows.map(({ window }) => window)),
    generation0:
      holdback.count < MIN_HOLDBACK
        ? null
        : { cost: holdback.cost / holdback.count, timeMs: holdback.timeMs / holdback.count },
  };
}

/** Evidence stands in the log: ten digits are enough for a regression, and half the bytes. */
const rounded = (value: number): number => Number(value.toPrecision(10));

/** What the windows come to so far, changed in place: the parts of the evidence, before they are divided and cut. */
interface Sums {
  readonly matrix: number[][];
  readonly products: number[][];
  readonly squares: number[];
  readonly generations: number[];
  readonly lately: { count: number; readonly regressors: number[]; readonly outcomes: number[] };
  readonly holdback: { count: number; cost: number; timeMs: number };
  degrees: number;
}

const noSums = (models: readonly OfferedModel[]): Sums => {
  const size = FEATURES + BLOCK * models.length;
  return {
    matrix: Array.from({ length: size }, () => zeros(size)),
    products: outcomeNames.map(() => zeros(size)),
    squares: outcomeNames.map(() => 0),
    generations: models.map(() => 0),
    lately: { count: 0, regressors: zeros(size), outcomes: outcomeNames.map(() => 0) },
    holdback: { count: 0, cost: 0, timeMs: 0 },
    degrees: 0,
  };
};
const zeros = (size: number): number[] => new Array<number>(size).fill(0);

function recordWindow(
  sums: Sums,
  { window, ageMs }: AgedWindow,
  models: readonly OfferedModel[],
  weight: number,
): void {
  const { holdback, lately } = sums;
  holdback.count += window.holdback.count;
  holdback.cost += window.holdback.cost;
  holdback.timeMs += window.holdback.timeMs;
  const totals = recordModels(sums, window, models, weight);
  if (totals.count === 0) return;
  sums.degrees += weight * (totals.count - 1);
  recordMean(sums, totals, weight);
  const level = 2 ** (-ageMs / LEVEL_HALF_LIFE_MS);
  lately.count += level * totals.count;
  totals.w.forEach((sum, i) => ((lately.regressors[i] as number) += level * sum));
  totals.y.forEach((sum, k) => ((lately.outcomes[k] as number) += level * sum));
}

/** Of one window: how many generations, Σ w and Σ y. */
interface Totals {
  readonly count: number;
  readonly w: readonly number[];
  readonly y: readonly number[];
}

/** Adds a window's sums, not yet about its mean; returns its totals. */
function recordModels(
  { matrix, products, squares, generations }: Sums,
  window: OutcomeWindow,
  models: readonly OfferedModel[],
  weight: number,
): Totals {
  const w = zeros(matrix.length);
  const y = outcomeNames.map(() => 0);
  let count = 0;
  models.forEach(({ name }, m) => {
    const sums = ownValue(window.models, name);
    if (!sums) return;
    const n = sums.zz[0] as number;
    count += n;
    (generations[m] as number) += weight * n;
    // z counts twice in w: its features among the common ones, and all of it in the model's own block.
    const places = Array.from({ length: BLOCK }, (_, i) => [...(i > 0 ? [i - 1] : []), FEATURES + BLOCK * m + i]);
    for (let i = 0; i < BLOCK; i++) {
      for (const row of places[i] as number[]) {
        (w[row] as number) += sums.zz[i] as number;
        for (let j = 0; j < BLOCK; j++)
          for (const column of places[j] as number[])
            ((matrix[row] as number[])[column] as number) += weight * (sums.zz[BLOCK * i + j] as number);
        sums.yz.forEach((yz, k) => (((products[k] as number[])[row] as number) += weight * (yz[i] as number)));
      }
    }
    sums.yz.forEach((yz, k) => ((y[k] as number) += yz[0] as number));
    sums.yy.forEach((yy, k) => ((squares[k] as number) += weight * yy));
  });
  return { count, w, y };
}

/** Takes a window's own mean from the sums: what is left is about it. */
function recordMean({ matrix, products, squares }: Sums, { count, w, y }: Totals, weight: number): void {
  for (let i = 0; i < w.length; i++) {
    const wi = (weight * (w[i] as number)) / count;
    if (wi === 0) continue;
    for (let j = 0; j < w.length; j++) ((matrix[i] as number[])[j] as number) -= wi * (w[j] as number);
    y.forEach((sum, k) => (((products[k] as number[])[i] as number) -= wi * sum));
  }
  y.forEach((sum, k) => ((squares[k] as number) -= (weight * sum * sum) / count));
}
