import type { Answer } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { z } from 'zod';

/** What is known of a content item before its rating. */
export interface RatedFeatures {
  readonly contentType: string;
  readonly recipe: string;
  readonly rater: string | null;
  /** 0–10, null where it was not measured. */
  readonly quality: number | null;
  readonly words: number;
}

/** Count and sum of what is left of ratings when all else is accounted for. */
const residuals = z.tuple([z.number(), z.number()]);
/** By the end of the name, then by name: to change one of many hundred copies only a few. */
const effects = z.record(z.string(), z.record(z.string(), residuals));
type Effects = Answer<typeof effects>;

/**
 * Predicts ratings: a line in quality and length for all content, and beside it the effects of content type, recipe and
 * rater, each drawn towards 0 the less is known of it. Learned one rating at a time; bounded.
 */
export const ratingModelSchema = z.object({
  weights: z.array(z.number()),
  uncertainty: z.array(z.number()).describe('covariance of the weights, row by row, in units of the noise'),
  types: effects,
  recipes: effects,
  raters: effects,
});
export type RatingModel = Answer<typeof ratingModelSchema>;

const FEATURES = 4;
/** Before the first rating: the middle of the scale. */
export const untrainedRatingModel: RatingModel = {
  weights: [3, 0, 0, 0],
  uncertainty: Array.from({ length: FEATURES * FEATURES }, (_, i) => (i % (FEATURES + 1) === 0 ? 1 : 0)),
  types: {},
  recipes: {},
  raters: {},
};

/** Ratings that an effect must overcome: the variance of one rating over that of the effect. */
const PRIOR = { types: 4, recipes: 15, raters: 3 } as const;
/** Names kept of those that end alike; raters' hashes have 16 ends. */
const KEPT = 64;
const endOf = (name: string): string => name.slice(-1);

export function predictRating(model: RatingModel, features: RatedFeatures): number {
  const { types, recipes, raters } = effectsOf(model, features);
  return Math.max(1, Math.min(5, linearPrediction(model, features) + types + recipes + raters));
}

/** The model after one more rating. Source of the line's update: recursive least squares (Plackett 1950), Biometrika 37 */
export function updatedRatingModel(model: RatingModel, features: RatedFeatures, rating: number): RatingModel {
  const { types, recipes, raters } = effectsOf(model, features);
  const line = linearPrediction(model, features);
  const { weights, uncertainty } = withPoint(model, vectorOf(features), rating - types - recipes - raters);
  const residual = rating - line;
  return {
    weights,
    uncertainty,
    types: withResidual(model.types, features.contentType, residual - recipes - raters),
    recipes: withResidual(model.recipes, features.recipe, residual - types - raters),
    raters:
      features.rater === null ? model.raters : withResidual(model.raters, features.rater, residual - types - recipes),
  };
}

const vectorOf = ({ quality, words }: RatedFeatures): readonly number[] => {
  const length = Math.log(Math.max(10, words) / 200);
  return [1, ((quality ?? 7) - 7) / 2, length, length * length];
};

const linearPrediction = ({ weights }: RatingModel, features: RatedFeatures): number =>
  vectorOf(features).reduce((sum, x, i) => sum + x * (weights[i] as number), 0);

const effectsOf = (model: RatingModel, { contentType, recipe, rater }: RatedFeatures) => ({
  types: effectOf(model.types, contentType, PRIOR.types),
  recipes: effectOf(model.recipes, recipe, PRIOR.recipes),
  raters: rater === null ? 0 : effectOf(model.raters, rater, PRIOR.raters),
});

function effectOf(effects: Effects, name: string, prior: number): number {
  const residuals = ownValue(ownValue(effects, endOf(name)) ?? {}, name);
  return residuals ? residuals[1] / (residuals[0] + prior) : 0;
}

/** Where there is no room for a name more, the one that came first is forgotten. */
function withResidual(effects: Effects, name: string, residual: number): Effects {
  const end = endOf(name);
  const alike = ownValue(effects, end) ?? {};
  const before = ownValue(alike, name);
  const kept = before || Object.keys(alike).length < KEPT ? alike : withoutFirst(alike);
  const [n, sum] = before ?? [0, 0];
  return { ...effects, [end]: { ...kept, [name]: [n + 1, sum + residual] } };
}

function withoutFirst(alike: Effects[string]): Effects[string] {
  const [, ...others] = Object.entries(alike);
  return Object.fromEntries(others);
}

function withPoint(
  { weights, uncertainty }: RatingModel,
  x: readonly number[],
  y: number,
): Pick<RatingModel, 'weights' | 'uncertainty'> {
  const px = x.map((_, i) => x.reduce((sum, xj, j) => sum + (uncertainty[i * FEATURES + j] as number) * xj, 0));
  const scale = 1 + x.reduce((sum, xi, i) => sum + xi * (px[i] as number), 0);
  const miss = y - x.reduce((sum, xi, i) => sum + xi * (weights[i] as number), 0);
  return {
    weights: weights.map((weight, i) => weight + ((px[i] as number) / scale) * miss),
    uncertainty: uncertainty.map(
      (value, at) => value - ((px[Math.floor(at / FEATURES)] as number) * (px[at % FEATURES] as number)) / scale,
    ),
  };
}
