import { canonicalJson, hash128 } from '@contentflow/kernel';
import { measureNames, type MeasureName, measuresOf, type TextMeasures } from './measured-brief.ts';

/**
 * Who judged: the rules' version, and the calibration's where there is one. Scores of different identities are on different
 * scales and must never be averaged or compared.
 */
export type JudgeIdentity = string;

/** Raised with every change that moves a score. */
export const rulesVersion = 'rules/2';

/** The share of each measure in an uncalibrated score; they sum to 1. Set by hand: what an editor would send back first. */
export const priorWeights: TextMeasures = {
  lengthFit: 0.1,
  keyPointCoverage: 0.2,
  keywordCoverage: 0.07,
  toneFit: 0.12,
  languageFit: 0.08,
  grammar: 0.14,
  readability: 0.06,
  structure: 0.06,
  repetition: 0.08,
  groundedness: 0.09,
};

/** What people's ratings have taught about the measures; plain JSON. */
export interface Calibration {
  readonly judge: JudgeIdentity;
  readonly rules: string;
  /** Pairs it was learned from. */
  readonly pairs: number;
  /** Points of 0–10. */
  readonly intercept: number;
  /** Points of 0–10 per measure, none negative. */
  readonly weights: TextMeasures;
  /** Half-width of the 90 % interval, in points, by cross-conformal residuals. */
  readonly halfWidth: number;
}

/** A text's measures and what a person gave it. */
export interface RatedMeasures {
  readonly measures: TextMeasures;
  /** 1 to 5. */
  readonly rating: number;
  /** What is left under severe failures, (0, 1]; 1 where not given. */
  readonly remainder?: number;
  /** The measures that the brief asked for; all where not given. */
  readonly applicable?: readonly MeasureName[];
}

/** Half-width of an uncalibrated 90 % interval: raters of one text differ by about this much (in points of 0–10). */
const uncalibratedHalfWidth = 1.5;
/** How much of a score the weakest measure may take: people notice one glaring fault before nine merits. */
const weakestShare = 0.3;
const coverage = 0.9;
const folds = 5;
const sweeps = 3000;
/** The general level of ratings is learned sooner than what moves them. */
const interceptShare = 0.1;
/** Of a measure over texts: a pair tells as much about a weight as its measure varies. */
const priorVariance = 0.05;
const minPairs = 10;

export function judgeOf(calibration: Calibration | undefined): JudgeIdentity {
  return calibration?.judge ?? rulesVersion;
}

/** Scores of one judge alone, with the expected range of a person's verdict. */
export function scoreOf(
  measures: TextMeasures,
  applicable: readonly MeasureName[],
  remainder: number,
  calibration: Calibration | undefined,
): { score: number; lower: number; upper: number } {
  if (remainder === 0) return { score: 0, lower: 0, upper: 0 };
  const weights = calibration?.weights ?? pointsOf(priorWeights);
  const inputs = inputsOf(measures, applicable, remainder);
  const score = clampScore(
    predict({ intercept: calibration?.intercept ?? 0, weights: measureNames.map((name) => weights[name]) }, inputs),
  );
  const halfWidth = calibration?.halfWidth ?? uncalibratedHalfWidth;
  return { score, lower: clampScore(score - halfWidth), upper: clampScore(score + halfWidth) };
}

/**
 * Learns weights from ratings by ridge regression towards the prior weights, none below zero, so that a better measure never
 * lowers a score (monotone). With few pairs the prior rules.
 * Source: Hoerl and Kennard (1970), Technometrics 12(1), shrunk to the prior instead of to zero; solved by cyclic coordinate
 * descent (Friedman, Hastie, Tibshirani 2010, JSS 33(1)). The interval: cross-conformal residuals, Vovk (2015), Ann. Math. AI 74.
 * @param pairs     in any order that is stable: folds are taken by index
 * @param strength  pairs that the prior is worth, > 0
 * @returns undefined below ten pairs
 */
export function calibrate(pairs: readonly RatedMeasures[], strength = 40): Calibration | undefined {
  if (pairs.length < minPairs) return undefined;
  const rows = pairs.map(rowOf);
  const fitted = fit(rows, strength);
  const residuals = rows.map(() => 0);
  for (let fold = 0; fold < folds; fold++) {
    const rest = fit(
      rows.filter((_, i) => i % folds !== fold),
      strength,
    );
    rows.forEach((row, i) => {
      if (i % folds === fold) residuals[i] = Math.abs(row.target - clampScore(predict(rest, row.inputs)));
    });
  }
  const state = {
    rules: rulesVersion,
    pairs: pairs.length,
    intercept: fitted.intercept,
    weights: measuresOf((_, i) => fitted.weights[i] ?? 0),
    halfWidth: conformalQuantile(residuals, coverage),
  };
  return { judge: `${rulesVersion}+ratings/${hash128(canonicalJson(state)).slice(0, 12)}`, ...state };
}

/** A rating of 1–5 on the scale of scores, 0–10. */
export function scoreOfRating(rating: number): number {
  return (rating - 1) * 2.5;
}

/** The smallest residual that covers this share of the next one, given exchangeability; the largest where there are too few. */
export function conformalQuantile(residuals: readonly number[], share: number): number {
  const sorted = [...residuals].sort((a, b) => a - b);
  const rank = Math.ceil((sorted.length + 1) * share);
  return sorted[Math.min(sorted.length, rank) - 1] ?? 0;
}

/** A measure that was not asked for takes the weighted mean of those that were, so that it neither lifts nor lowers. */
export function completed(measures: TextMeasures, applicable: readonly MeasureName[]): TextMeasures {
  if (applicable.length === measureNames.length) return measures;
  let sum = 0;
  let weight = 0;
  for (const name of applicable) {
    sum += priorWeights[name] * measures[name];
    weight += priorWeights[name];
  }
  const mean = weight === 0 ? 1 : sum / weight;
  return measuresOf((name) => (applicable.includes(name) ? measures[name] : mean));
}

interface Row {
  readonly inputs: readonly number[];
  readonly target: number;
}

interface LinearFit {
  readonly intercept: number;
  readonly weights: readonly number[];
}

function rowOf({ measures, rating, remainder = 1, applicable = measureNames }: RatedMeasures): Row {
  return { inputs: inputsOf(measures, applicable, remainder), target: scoreOfRating(rating) };
}

/** What the weights apply to: the measures, dimmed by the weakest of them and by what severe failures leave. */
function inputsOf(measures: TextMeasures, applicable: readonly MeasureName[], remainder: number): number[] {
  const complete = completed(measures, applicable);
  const weakest = Math.min(...applicable.map((name) => measures[name]));
  const left = remainder * (1 - weakestShare * (1 - weakest));
  return measureNames.map((name) => complete[name] * left);
}

/** Coordinate descent on the normal equations: eleven unknowns, the intercept first, however many pairs. */
function fit(rows: readonly Row[], strength: number): LinearFit {
  const prior = [0, ...measureNames.map((name) => 10 * priorWeights[name])];
  const columns = rows.map(({ inputs, target }) => ({ inputs: [1, ...inputs], target }));
  const gram = prior.map((_, i) =>
    prior.map((_, j) => total(columns, ({ inputs }) => (inputs[i] ?? 0) * (inputs[j] ?? 0))),
  );
  const aims = prior.map((_, i) => total(columns, ({ inputs, target }) => (inputs[i] ?? 0) * target));
  const weights = [...prior];
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let j = 0; j < weights.length; j++) {
      const pull = strength * (j === 0 ? interceptShare : priorVariance);
      const others = weights.reduce((sum, weight, k) => (k === j ? sum : sum + weight * (gram[j]?.[k] ?? 0)), 0);
      const best = ((aims[j] ?? 0) - others + pull * (prior[j] ?? 0)) / ((gram[j]?.[j] ?? 0) + pull);
      weights[j] = j === 0 ? best : Math.max(0, best);
    }
  }
  return { intercept: weights[0] ?? 0, weights: weights.slice(1) };
}

function total<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function predict({ intercept, weights }: LinearFit, inputs: readonly number[]): number {
  return inputs.reduce((sum, input, j) => sum + input * (weights[j] ?? 0), intercept);
}

function pointsOf(shares: TextMeasures): TextMeasures {
  return measuresOf((name) => 10 * shares[name]);
}

function clampScore(score: number): number {
  return Math.min(10, Math.max(0, score));
}
