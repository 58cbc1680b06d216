import type { Random } from '@contentflow/kernel';
import { priceOf } from '@contentflow/recipes';
import { backSolved, cholesky, type Cholesky, dot, forwardSolved } from '@contentflow/statistics';
import type { OutcomeEvidence } from './outcome-evidence.ts';
import { BLOCK, FEATURES, logOf, outcomeNames, type Outcomes } from './outcome-windows.ts';

/** What a fit says of an outcome: expected, and how unsure that is. Cost and time in logarithms. */
interface Fit {
  readonly coefficients: readonly number[];
  readonly noise: number;
}

/**
 * The posterior, ready to predict: the learned model of what a content costs, takes and is worth by each model and brief. In each
 * window of time, all models meet the same briefs under the same recipe, because hashes decide who gets which; so models are
 * compared within windows only (fixed effects), and what changes from window to window (prompts, load, the hour) falls out.
 * Evidence fades with its windows.
 *
 * y = level(window) + γ·x + δ(model)·[1, x] + noise, for ln cost, ln time and quality; γ and δ have normal priors: a new model is
 * expected to do as the others do at its price, and is unsure of it.
 * Source: Bayesian linear regression with fixed effects profiled out (Frisch and Waugh 1933); Gelman et al. (2013), ch. 14
 */
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
export function predicted(
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

/** Standard errors of what is predicted of the mean of `count` contents: cost and time relative, quality in points. */
export function predictionErrors(
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
