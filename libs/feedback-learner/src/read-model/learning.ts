import { type EventData, FeedbackReceived, projection } from '@contentflow/contracts';
import { emptyCurve, type LearningCurve, withErrors } from '../domain/learning-curve.ts';
import { predictRating, type RatedFeatures, type RatingModel, taught, untaught } from '../domain/rating-model.ts';
import type { ArmRatings } from '../domain/regret.ts';

/** What has been learned from all ratings so far: one document. */
export interface LearningDocument {
  readonly id: string;
  readonly model: RatingModel;
  readonly curve: LearningCurve;
  readonly sum: number;
  readonly contentTypes: Readonly<Record<string, LearnedOfType>>;
}

export interface LearnedOfType {
  readonly ratings: number;
  readonly sum: number;
  readonly positive: number;
  readonly negative: number;
  /** Aspect, and what is wanted, by how often it was said in good ratings, in bad ones, and as a wish. */
  readonly patterns: {
    readonly positive: Readonly<Record<string, number>>;
    readonly negative: Readonly<Record<string, number>>;
    readonly suggestions: Readonly<Record<string, number>>;
  };
  readonly arms: ArmRatings;
}

const nothing: LearningDocument = { id: 'learning', model: untaught, curve: emptyCurve, sum: 0, contentTypes: {} };
const nothingOfType: LearnedOfType = {
  ratings: 0,
  sum: 0,
  positive: 0,
  negative: 0,
  patterns: { positive: {}, negative: {}, suggestions: {} },
  arms: {},
};

const POSITIVE_FROM = 4;
const NEGATIVE_TO = 2;
const TYPES_KEPT = 200;
const PATTERNS_KEPT = 100;
const ARMS_KEPT = 100;

type Feedback = EventData<typeof FeedbackReceived>;

export const learning = projection<LearningDocument>('feedback-learner.learning').on(
  FeedbackReceived,
  (document = nothing, { data }) => (data.flood ? document : learned(document, data)),
  () => nothing.id,
);

/** Each rating is predicted before it is learned from. */
function learned(document: LearningDocument, feedback: Feedback): LearningDocument {
  const { contentType, assignment, rater, quality, words, rating } = feedback;
  const features: RatedFeatures = { contentType, recipe: assignment.recipe, rater, quality, words };
  const { model, curve, sum, contentTypes } = document;
  const meanSoFar = curve.ratings === 0 ? 3 : sum / curve.ratings;
  const ofType = contentTypes[contentType];
  const isKept = ofType !== undefined || Object.keys(contentTypes).length < TYPES_KEPT;
  return {
    ...document,
    model: taught(model, features, rating),
    curve: withErrors(curve, Math.abs(predictRating(model, features) - rating), Math.abs(meanSoFar - rating)),
    sum: sum + rating,
    contentTypes: isKept
      ? { ...contentTypes, [contentType]: learnedOfType(ofType ?? nothingOfType, feedback) }
      : contentTypes,
  };
}

function learnedOfType(before: LearnedOfType, { rating, aspects, assignment }: Feedback): LearnedOfType {
  const isPositive = rating >= POSITIVE_FROM;
  const isNegative = rating <= NEGATIVE_TO;
  const { positive, negative, suggestions } = before.patterns;
  const named = aspects.map(({ aspect, wanted }) => (wanted === undefined ? aspect : `${aspect}: ${wanted}`));
  const wishes = aspects
    .filter(({ wanted, polarity }) => wanted !== undefined && polarity === 'negative')
    .map(({ aspect, wanted }) => `${aspect}: ${wanted}`);
  return {
    ratings: before.ratings + 1,
    sum: before.sum + rating,
    positive: before.positive + (isPositive ? 1 : 0),
    negative: before.negative + (isNegative ? 1 : 0),
    patterns: {
      positive: isPositive ? counted(positive, named) : positive,
      negative: isNegative ? counted(negative, named) : negative,
      suggestions: counted(suggestions, wishes),
    },
    arms: withArm(before.arms, assignment.recipe, rating),
  };
}

function counted(counts: Readonly<Record<string, number>>, keys: readonly string[]): Readonly<Record<string, number>> {
  return keys.reduce(
    (all, key) =>
      key in all || Object.keys(all).length < PATTERNS_KEPT ? { ...all, [key]: (all[key] ?? 0) + 1 } : all,
    counts,
  );
}

function withArm(arms: ArmRatings, recipe: string, rating: number): ArmRatings {
  const { [recipe]: before = { n: 0, sum: 0 }, ...others } = arms;
  const names = Object.keys(others);
  const kept = names.length < ARMS_KEPT ? others : omit(others, names[0] as string);
  return { ...kept, [recipe]: { n: before.n + 1, sum: before.sum + rating } };
}

function omit(arms: ArmRatings, name: string): ArmRatings {
  const { [name]: _omitted, ...rest } = arms;
  return rest;
}
