import { conformalQuantile } from '../calibration.ts';
import { textFeaturesOf } from './text-features.ts';
import {
  crossPredictions,
  fitTextRegression,
  predictText,
  type TrainingText,
  type TextRegression,
} from './text-regression.ts';

/** What ratings have taught about texts; plain JSON. */
export interface RatingModel {
  readonly version: 1;
  readonly regression: TextRegression;
  /** Half-width of the 80 % prediction interval, in rating points. */
  readonly halfWidth: number;
}

export interface RatedText {
  readonly text: string;
  /** 1 to 5. */
  readonly rating: number;
}

export interface PredictedRating {
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
}

/** The share of new ratings that intervals are made to hold. */
export const ratingIntervalCoverage = 0.8;
const minForRegression = 8;
/** All ratings share one level; a negative group deals single texts to the folds. */
const oneLevel = -1;

/**
 * Learns to predict ratings from texts: ridge regression on hashed n-grams and traits, its penalty by cross-validation, its
 * interval from the residuals of left-out folds (cross-conformal, Vovk 2015, Ann. Math. AI 74; split-conformal: Lei et al. 2018,
 * arXiv:1604.04173). Deterministic.
 */
export function learnRatings(texts: readonly RatedText[]): RatingModel {
  const updatedRatingModel = texts.map(trainingTextOf);
  const regression = texts.length < minForRegression ? meanAlone(texts) : fitTextRegression(updatedRatingModel);
  const predicted =
    texts.length < minForRegression
      ? texts.map(() => regression.intercept)
      : crossPredictions(updatedRatingModel, regression.penalty);
  const residuals = texts.map(({ rating }, i) => Math.abs(rating - clampRating(predicted[i] ?? 0)));
  return {
    version: 1,
    regression,
    halfWidth: texts.length === 0 ? 4 : conformalQuantile(residuals, ratingIntervalCoverage),
  };
}

/** The rating a text is expected to get, with its interval; all in [1, 5]. */
export function predictRating(model: RatingModel, text: string): PredictedRating {
  const predicted = clampRating(predictText(model.regression, text));
  return {
    predicted,
    lower: clampRating(predicted - model.halfWidth),
    upper: clampRating(predicted + model.halfWidth),
  };
}

function trainingTextOf({ text, rating }: RatedText): TrainingText {
  return { features: textFeaturesOf(text), target: rating, trust: 1, group: oneLevel };
}

function meanAlone(texts: readonly RatedText[]): TextRegression {
  const mean = texts.reduce((sum, { rating }) => sum + rating, 0) / Math.max(1, texts.length);
  return {
    version: 1,
    texts: texts.length,
    intercept: texts.length === 0 ? 3 : mean,
    buckets: [],
    traits: [],
    penalty: 1,
  };
}

function clampRating(rating: number): number {
  return Math.min(5, Math.max(1, rating));
}
