import type { EventData, GenerationMeasured } from '@contentflow/contracts';
import { HOUR_MS, type Random } from '@contentflow/kernel';
import { type OfferedModel, priceOf } from '@contentflow/recipes';
import { backSolved, type Cholesky, cholesky, dot, forwardSolved } from '@contentflow/statistics';

/**
 * The learned model of what a content costs, takes and is worth by each model and brief. In each window of time, all models meet the same briefs
 * under the same recipe, because hashes decide who gets which; so models are compared within windows only (fixed effects), and what
 * changes from window to window (prompts, load, the hour) falls out. Evidence fades with its windows.
 *
 * y = level(window) + γ·x + δ(model)·[1, x] + noise, for ln cost, ln time and quality; γ and δ have normal priors: a new model is
 * expected to do as the others do at its price, and is unsure of it.
 * Source: Bayesian linear regression with fixed effects profiled out (Frisch and Waugh 1933); Gelman et al. (2013), ch. 14
 */
export const outcomeNames = ['cost', 'timeMs', 'quality'] as const;
export type OutcomeName = (typeof outcomeNames)[number];
/** USD, ms, 0–10. */
export type Outcomes = Readonly<Record<OutcomeName, number>>;

const FEATURES = 4;
/** Of one model: its own level, and what each feature does to it. */
const BLOCK = 1 + FEATURES;

/** What is known of a brief before it is made, each about 0 and of the order of 1. */
export function featuresOf({ keyPoints, words, material, language }: Measured['covariates']): number[] {
  return [
    (keyPoints - 4) / 4,
    words > 0 ? Math.log(words / 150) : 0,
    (Math.log1p(material) - 4.5) / 2,
    /^en\b/i.test(language) ? 0 : 1,
  ];
}

type Measured = EventData<typeof GenerationMeasured>;

/** Sums over the generations of one model in one window; z is [1, x]. Changed in place. */
interface ModelSums {
  /** Σ z zᵀ by rows; the first entry counts. */
  readonly zz: number[];
  /** Σ y z, by outcome. */
  readonly yz: number[][];
  /** Σ y², by outcome. */
  readonly yy: number[];
}

/** Briefs that look alike. */
export interface BriefCell {
  readonly keyPoints: number;
  /** At most so many words were asked for. */
  readonly words: number;
  count: number;
  /** Σ x */
  readonly features: number[];
}

/** One content type in one window of time. */
export interface OutcomeWindow {
  readonly models: Record<string, ModelSums>;
  readonly briefs: Record<string, BriefCell>;
  /** Generation 0's: what the weighted objective measures cost and time by. */
  readonly holdback: { count: number; cost: number; timeMs: number };
}

export const noOutcomes = (): OutcomeWindow => ({
  models: {},
  briefs: {},
  holdback: { count: 0, cost: 0, timeMs: 0 },
});

/** Adds what was made by a model; what came from a cache or failed says nothing of what a model makes. */
export function learnOutcome(window: OutcomeWindow, { model, metrics, covariates, assignment }: Measured): void {
  const { cost, timeMs, quality } = metrics;
  if (quality === null) return;
  if (assignment.holdback) {
    window.holdback.count++;
    window.holdback.cost += cost;
    window.holdback.timeMs += timeMs;
    return;
  }
  const x = featuresOf(covariates);
  addBrief(window.briefs, covariates, x);
  const sums = (window.models[model] ??= noSums());
  const z = [1, ...x];
  const y = [logOf(cost), logOf(timeMs), quality];
  for (let i = 0; i < BLOCK; i++) {
    const zi = z[i] as number;
    for (let j = 0; j < BLOCK; j++) (sums.zz[BLOCK * i + j] as number) += zi * (z[j] as number);
    for (let k = 0; k < y.length; k++) ((sums.yz[k] as number[])[i] as number) += zi * (y[k] as number);
  }
  for (let k = 0; k < y.length; k++) (sums.yy[k] as number) += (y[k] as number) ** 2;
}

const noSums = (): ModelSums => ({
  zz: new Array<number>(BLOCK * BLOCK).fill(0),
  yz: outcomeNames.map(() => new Array<number>(BLOCK).fill(0)),
  yy: outcomeNames.map(() => 0),
});

const logOf = (value: number): number => Math.log(Math.max(value, 1e-9));

function addBrief(briefs: OutcomeWindow['briefs'], { keyPoints, words }: Measured['covariates'], x: number[]): void {
  // Half-octaves of length, named by their upper edge.
  const edge = words > 0 ? Math.ceil(2 ** (Math.ceil(2 * Math.log2(words)) / 2)) : 0;
  const cell = (briefs[`${keyPoints}/${edge}`] ??= {
    keyPoints,
    words: edge,
    count: 0,
    features: new Array<number>(FEATURES).fill(0),
  });
  cell.count++;
  x.forEach((value, i) => ((cell.features[i] as number) += value));
}

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
const FEWEST_HOLDBACK = 30;

export function outcomeEvidence(
  windows: readonly AgedWindow[],
  models: readonly OfferedModel[],
  halfLifeMs: number,
): OutcomeEvidence {
  const size = FEATURES + BLOCK * models.length;
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const products = outcomeNames.map(() => new Array<number>(size).fill(0));
  const squares = outcomeNames.map(() => 0);
  const generations = models.map(() => 0);
  const lately = { count: 0, regressors: new Array<number>(size).fill(0), outcomes: outcomeNames.map(() => 0) };
  const holdback = { count: 0, cost: 0, timeMs: 0 };
  let degrees = 0;
  for (const { window, ageMs } of windows) {
    const weight = 2 ** (-ageMs / halfLifeMs);
    holdback.count += window.holdback.count;
    holdback.cost += window.holdback.cost;
    holdback.timeMs += window.holdback.timeMs;
    const { count, w, y } = addWindow(window, models, weight, matrix, products, squares, generations);
    if (count === 0) continue;
    degrees += weight * (count - 1);
    // About the window's own mean.
    for (let i = 0; i < size; i++) {
      const wi = (weight * (w[i] as number)) / count;
      if (wi === 0) continue;
      for (let j = 0; j < size; j++) ((matrix[i] as number[])[j] as number) -= wi * (w[j] as number);
      y.forEach((sum, k) => (((products[k] as number[])[i] as number) -= wi * sum));
    }
    y.forEach((sum, k) => ((squares[k] as number) -= (weight * sum * sum) / count));
    const level = 2 ** (-ageMs / LEVEL_HALF_LIFE_MS);
    lately.count += level * count;
    w.forEach((sum, i) => ((lately.regressors[i] as number) += level * sum));
    y.forEach((sum, k) => ((lately.outcomes[k] as number) += level * sum));
  }
  const per = (sums: readonly number[]): number[] => sums.map((sum) => shortened(sum / Math.max(1e-9, lately.count)));
  return {
    models,
    generations,
    within: {
      matrix: matrix.map((row, i) => row.slice(0, i + 1).map(shortened)),
      products: products.map((row) => row.map(shortened)),
      squares: squares.map(shortened),
      degrees: shortened(degrees),
    },
    lately: { count: lately.count, regressors: per(lately.regressors), outcomes: per(lately.outcomes) },
    briefs: mergedBriefs(windows.map(({ window }) => window)),
    generation0:
      holdback.count < FEWEST_HOLDBACK
        ? null
        : { cost: holdback.cost / holdback.count, timeMs: holdback.timeMs / holdback.count },
  };
}

/** Evidence stands in the log: ten digits are enough for a regression, and half the bytes. */
const shortened = (value: number): number => Number(value.toPrecision(10));

/** Adds a window's sums, not yet about its mean; returns its totals. */
function addWindow(
  window: OutcomeWindow,
  models: readonly OfferedModel[],
  weight: number,
  matrix: number[][],
  products: number[][],
  squares: number[],
  generations: number[],
): { count: number; w: number[]; y: number[] } {
  const w = new Array<number>(matrix.length).fill(0);
  const y = outcomeNames.map(() => 0);
  let count = 0;
  models.forEach(({ name }, m) => {
    const sums = window.models[name];
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

/** One window, as all partitions saw it. */
export function mergeOutcomes(windows: readonly OutcomeWindow[]): OutcomeWindow {
  const merged = noOutcomes();
  for (const { models, holdback } of windows) {
    for (const [name, { zz, yz, yy }] of Object.entries(models)) {
      const sums = (merged.models[name] ??= noSums());
      zz.forEach((value, i) => ((sums.zz[i] as number) += value));
      yz.forEach((row, k) => row.forEach((value, i) => (((sums.yz[k] as number[])[i] as number) += value)));
      yy.forEach((value, k) => ((sums.yy[k] as number) += value));
    }
    merged.holdback.count += holdback.count;
    merged.holdback.cost += holdback.cost;
    merged.holdback.timeMs += holdback.timeMs;
  }
  for (const cell of mergedBriefs(windows)) merged.briefs[`${cell.keyPoints}/${cell.words}`] = cell;
  return merged;
}

function mergedBriefs(windows: readonly OutcomeWindow[]): BriefCell[] {
  const merged = new Map<string, BriefCell>();
  for (const window of windows)
    for (const [key, { keyPoints, words, count, features }] of Object.entries(window.briefs)) {
      const before = merged.get(key);
      merged.set(key, {
        keyPoints,
        words,
        count: count + (before?.count ?? 0),
        features: features.map((sum, i) => sum + (before?.features[i] ?? 0)),
      });
    }
  return [...merged.values()].sort((a, b) => a.keyPoints - b.keyPoints || a.words - b.words);
}

/** What a fit says of an outcome: expected, and how unsure that is. Cost and time in logarithms. */
interface Fit {
  readonly coefficients: readonly number[];
  readonly noise: number;
}

/** The posterior, ready to foretell. */
export interface OutcomeModel {
  readonly evidence: OutcomeEvidence;
  readonly precision: Cholesky;
  readonly fits: readonly Fit[];
}

/** Precisions of the priors, in generations: a model's own level is left free, its slopes are expected to be like the others'. */
const PRIOR = { common: 1, level: 0.5, slope: 4 };

export function fitOutcomes(evidence: OutcomeEvidence): OutcomeModel {
  const { within, models } = evidence;
  const size = within.matrix.length;
  const weights = Array.from({ length: size }, (_, i) =>
    i < FEATURES ? PRIOR.common : (i - FEATURES) % BLOCK === 0 ? PRIOR.level : PRIOR.slope,
  );
  const precision = cholesky(
    within.matrix.map((row, i) => row.map((value, j) => (i === j ? value + (weights[i] as number) : value))),
  );
  const fits = outcomeNames.map((name, k): Fit => {
    const prior = new Array<number>(size).fill(0);
    // A model is expected to cost as its price has it.
    if (name === 'cost') models.forEach((model, m) => (prior[FEATURES + BLOCK * m] = logOf(priceOf(model))));
    const products = within.products[k] as readonly number[];
    const right = products.map((value, i) => value + (weights[i] as number) * (prior[i] as number));
    const coefficients = backSolved(precision, forwardSolved(precision, right));
    const explained = coefficients.map(
      (value, i) => value * (2 * (products[i] as number) - dot(symmetricRow(within.matrix, i), coefficients)),
    );
    const left = (within.squares[k] as number) - explained.reduce((a, b) => a + b, 0);
    return { coefficients, noise: Math.max(1e-6, left / Math.max(1, within.degrees)) };
  });
  return { evidence, precision, fits };
}

const symmetricRow = (lower: readonly (readonly number[])[], i: number): number[] =>
  lower.map((row, j) => (j <= i ? (lower[i] as readonly number[])[j] : row[i]) as number);

/** Coefficients as they could be, one set for each outcome: for Thompson sampling. */
export const drawnCoefficients = ({ precision, fits }: OutcomeModel, random: Random): number[][] =>
  fits.map(({ coefficients, noise }) => {
    const deviates = backSolved(
      precision,
      coefficients.map(() => Math.sqrt(noise) * random.normal()),
    );
    return coefficients.map((value, i) => value + (deviates[i] as number));
  });

/** What content with these mean features comes to by a model, under these coefficients or the expected ones. */
export function foretold(
  model: OutcomeModel,
  index: number,
  features: readonly number[],
  coefficients: readonly (readonly number[])[] = model.fits.map((fit) => fit.coefficients),
): Outcomes {
  const away = awayFromLevel(model.evidence, index, features);
  const [cost, timeMs, quality] = model.fits.map(({ noise }, k) => {
    const y = (model.evidence.lately.outcomes[k] as number) + dot(coefficients[k] as number[], away);
    return outcomeNames[k] === 'quality' ? y : Math.exp(y + noise / 2);
  }) as [number, number, number];
  return { cost, timeMs, quality };
}

/** Standard errors of what is foretold of the mean of `count` contents: cost and time relative, quality in points. */
export function foretoldErrors(
  model: OutcomeModel,
  index: number,
  features: readonly number[],
  count: number,
): Outcomes {
  const away = awayFromLevel(model.evidence, index, features);
  const half = forwardSolved(model.precision, away);
  const share = dot(half, half) + 1 / Math.max(1, model.evidence.lately.count) + 1 / Math.max(1, count);
  const [cost, timeMs, quality] = model.fits.map(({ noise }) => Math.sqrt(noise * share)) as [number, number, number];
  return { cost, timeMs, quality };
}

function awayFromLevel({ lately, within }: OutcomeEvidence, index: number, x: readonly number[]): number[] {
  const w = new Array<number>(within.matrix.length).fill(0);
  x.forEach((value, i) => {
    w[i] = value;
    w[FEATURES + BLOCK * index + 1 + i] = value;
  });
  w[FEATURES + BLOCK * index] = 1;
  return w.map((value, i) => value - (lately.regressors[i] as number));
}

/** What a model was seen to do in these windows: count, mean features, mean outcomes (cost and time geometric, to be held against medians). */
export function observedOf(
  windows: readonly OutcomeWindow[],
  model: string,
): { count: number; features: number[]; outcomes: Outcomes } {
  const all = windows.flatMap(({ models }) => models[model] ?? []);
  const total = (of: (sums: ModelSums) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  const count = total(({ zz }) => zz[0] as number);
  const mean = (of: (sums: ModelSums) => number): number => total(of) / Math.max(1, count);
  const [cost, timeMs, quality] = outcomeNames.map((_, k) => mean(({ yz }) => (yz[k] as number[])[0] as number)) as [
    number,
    number,
    number,
  ];
  return {
    count,
    features: Array.from({ length: FEATURES }, (_, i) => mean(({ zz }) => zz[i + 1] as number)),
    outcomes: { cost: Math.exp(cost), timeMs: Math.exp(timeMs), quality },
  };
}
