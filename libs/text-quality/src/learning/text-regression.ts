import { predictions, ridgeWeights, type GroupedRegression, type SparseRow } from './sparse-ridge.ts';
import { hashedDimensions, textFeaturesOf, totalDimensions, traitNames, type TextFeatures } from './text-features.ts';

/** A linear model of texts; plain JSON. */
export interface TextRegression {
  readonly version: 1;
  readonly texts: number;
  readonly intercept: number;
  /** Bucket, inverse document frequency, weight. */
  readonly buckets: readonly (readonly [bucket: number, idf: number, weight: number])[];
  readonly traits: readonly { readonly mean: number; readonly sd: number; readonly weight: number }[];
  /** What was chosen by cross-validation. */
  readonly penalty: number;
}

/** What one text teaches. */
export interface TrainingText {
  readonly features: TextFeatures;
  readonly target: number;
  /** The inverse of the target's variance, up to a factor. */
  readonly trust: number;
  /** Texts of one group are compared with one another alone; one group for all where levels are shared. */
  readonly group: number;
}

const penalties = [1, 3, 10, 30];
const folds = 4;
/** Traits are few and standardised; n-grams are many and rare, and are held shorter. */
const traitPenaltyShare = 0.5;
const minToDropRare = 60;

/** Fits with the penalty that predicts left-out groups best. Deterministic: folds go by group in order. */
export function fitTextRegression(texts: readonly TrainingText[]): TextRegression {
  const penalty = bestPenalty(texts);
  return fitWith(texts, penalty);
}

/** Out-of-sample predictions of every text by models that have not seen its fold, with the whole fit's penalty. */
export function crossPredictions(texts: readonly TrainingText[], penalty: number): number[] {
  const result = new Array<number>(texts.length).fill(0);
  for (let fold = 0; fold < folds; fold++) {
    const model = fitWith(
      texts.filter((text, i) => foldOf(text, i) !== fold),
      penalty,
    );
    texts.forEach((text, i) => {
      if (foldOf(text, i) === fold) result[i] = predictFeatures(model, text.features);
    });
  }
  return result;
}

export function predictText(model: TextRegression, text: string): number {
  return predictFeatures(model, textFeaturesOf(text));
}

export function predictFeatures(model: TextRegression, features: TextFeatures): number {
  const { indices, values } = rowOf(features, scalingOf(model));
  const { weights } = scalingOf(model);
  let sum = model.intercept;
  for (let k = 0; k < indices.length; k++) sum += (values[k] ?? 0) * (weights[indices[k] ?? 0] ?? 0);
  return sum;
}

interface Scaling {
  readonly idf: Float64Array;
  readonly means: readonly number[];
  readonly sds: readonly number[];
  readonly weights: Float64Array;
}

/** Unpacked states; the states are plain data and may be many, so they are held weakly. */
const unpacked = new WeakMap<TextRegression, Scaling>();

function scalingOf(model: TextRegression): Scaling {
  const known = unpacked.get(model);
  if (known) return known;
  const idf = new Float64Array(hashedDimensions);
  const weights = new Float64Array(totalDimensions);
  for (const [bucket, frequency, weight] of model.buckets) {
    idf[bucket] = frequency;
    weights[bucket] = weight;
  }
  model.traits.forEach(({ weight }, i) => (weights[hashedDimensions + i] = weight));
  const scaling = { idf, weights, means: model.traits.map(({ mean }) => mean), sds: model.traits.map(({ sd }) => sd) };
  unpacked.set(model, scaling);
  return scaling;
}

/** N-grams by inverse document frequency, scaled to length one; traits standardised. */
function rowOf({ buckets, traits }: TextFeatures, { idf, means, sds }: Omit<Scaling, 'weights'>): SparseRow {
  const known = buckets.filter((bucket) => idf[bucket] !== 0);
  const indices = new Int32Array(known.length + traits.length);
  const values = new Float64Array(known.length + traits.length);
  const norm = Math.sqrt(known.reduce((sum, bucket) => sum + (idf[bucket] ?? 0) ** 2, 0)) || 1;
  known.forEach((bucket, k) => {
    indices[k] = bucket;
    values[k] = (idf[bucket] ?? 0) / norm;
  });
  traits.forEach((trait, t) => {
    indices[known.length + t] = hashedDimensions + t;
    values[known.length + t] = clamp((trait - (means[t] ?? 0)) / (sds[t] || 1), 4) / Math.sqrt(traitNames.length);
  });
  return { indices, values };
}

function fitWith(texts: readonly TrainingText[], penalty: number): TextRegression {
  const scaling = learnScaling(texts);
  const columns = columnsOf(scaling.idf);
  const problem = problemOf(texts, scaling, columns);
  const weights = ridgeWeights(problem, penaltiesOf(penalty, columns.length));
  const levels = predictions(problem.rows, weights);
  const trust = problem.trust.reduce((sum, one) => sum + one, 0);
  const intercept =
    texts.reduce((sum, { target }, i) => sum + (problem.trust[i] ?? 0) * (target - (levels[i] ?? 0)), 0) / (trust || 1);
  return {
    version: 1,
    texts: texts.length,
    intercept,
    buckets: [...columns].map((bucket, column) => [bucket, scaling.idf[bucket] ?? 0, weights[column] ?? 0] as const),
    traits: scaling.means.map((mean, t) => ({
      mean,
      sd: scaling.sds[t] ?? 1,
      weight: weights[columns.length + t] ?? 0,
    })),
    penalty,
  };
}

/** The buckets in use; a problem has a column for each of them and for each trait, so that few texts are quick to learn from. */
function columnsOf(idf: Float64Array): Int32Array {
  const used: number[] = [];
  for (let bucket = 0; bucket < idf.length; bucket++) if (idf[bucket] !== 0) used.push(bucket);
  return Int32Array.from(used);
}

function problemOf(
  texts: readonly TrainingText[],
  scaling: Omit<Scaling, 'weights'>,
  columns: Int32Array,
): GroupedRegression {
  const groupNumbers = new Map<number, number>();
  for (const { group } of texts) if (!groupNumbers.has(group)) groupNumbers.set(group, groupNumbers.size);
  const columnOf = new Int32Array(totalDimensions);
  columns.forEach((bucket, column) => (columnOf[bucket] = column));
  traitNames.forEach((_, t) => (columnOf[hashedDimensions + t] = columns.length + t));
  return {
    rows: texts.map(({ features }) => {
      const { indices, values } = rowOf(features, scaling);
      return { indices: indices.map((index) => columnOf[index] ?? 0), values };
    }),
    targets: Float64Array.from(texts, ({ target }) => target),
    trust: normalisedTrust(texts),
    groups: Int32Array.from(texts, ({ group }) => groupNumbers.get(group) ?? 0),
    groupCount: groupNumbers.size,
    dimensions: columns.length + traitNames.length,
  };
}

/** Trust with mean one, so that a penalty means the same whatever the unit. */
function normalisedTrust(texts: readonly TrainingText[]): Float64Array {
  const mean = texts.reduce((sum, { trust }) => sum + trust, 0) / Math.max(1, texts.length);
  return Float64Array.from(texts, ({ trust }) => trust / (mean || 1));
}

function penaltiesOf(penalty: number, columns: number): Float64Array {
  return new Float64Array(columns + traitNames.length).fill(penalty).fill(penalty * traitPenaltyShare, columns);
}

function learnScaling(texts: readonly TrainingText[]): Omit<Scaling, 'weights'> {
  const frequency = new Float64Array(hashedDimensions);
  for (const { features } of texts)
    for (const bucket of features.buckets) frequency[bucket] = (frequency[bucket] ?? 0) + 1;
  const count = texts.length;
  // What one text alone says teaches nothing general, once there are enough texts to tell; it gets no column.
  const rarest = count < minToDropRare ? 1 : 2;
  const idf = frequency.map((documents) => (documents < rarest ? 0 : Math.log((1 + count) / (1 + documents)) + 0.1));
  const means = traitNames.map(
    (_, t) => texts.reduce((sum, { features }) => sum + (features.traits[t] ?? 0), 0) / Math.max(1, count),
  );
  const sds = traitNames.map((_, t) => {
    const spread = texts.reduce((sum, { features }) => sum + ((features.traits[t] ?? 0) - (means[t] ?? 0)) ** 2, 0);
    return Math.sqrt(spread / Math.max(1, count - 1)) || 1;
  });
  return { idf, means, sds };
}

/** The penalty with the least trusted squared error on left-out folds, each group's level taken out. */
function bestPenalty(texts: readonly TrainingText[]): number {
  if (texts.length < 2 * folds) return penalties.at(-1) ?? 1;
  let best = penalties[0] ?? 1;
  let least = Infinity;
  for (const penalty of penalties) {
    const predicted = crossPredictions(texts, penalty);
    const error = withinGroupError(texts, predicted);
    if (error < least) {
      least = error;
      best = penalty;
    }
  }
  return best;
}

function withinGroupError(texts: readonly TrainingText[], predicted: readonly number[]): number {
  const sums = new Map<number, { trust: number; error: number }>();
  texts.forEach(({ group, trust, target }, i) => {
    const sum = sums.get(group) ?? { trust: 0, error: 0 };
    sum.trust += trust;
    sum.error += trust * (target - (predicted[i] ?? 0));
    sums.set(group, sum);
  });
  return texts.reduce((total, { group, trust, target }, i) => {
    const sum = sums.get(group);
    const level = sum ? sum.error / sum.trust : 0;
    return total + trust * (target - (predicted[i] ?? 0) - level) ** 2;
  }, 0);
}

/** Texts of one group stay together; with one group for all, single texts are dealt out. */
function foldOf({ group }: TrainingText, index: number): number {
  return (group < 0 ? index : group) % folds;
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}
