import {
  type Answer,
  type EventData,
  type EventOf,
  FeedbackReceived,
  idInPartition,
  type Policy,
  projection,
} from '@contentflow/contracts';
import { ownValue, setOwnValue, withoutOwnValue } from '@contentflow/kernel';
import { emptyCurve, learningCurveSchema, mergedCurve, withErrors } from '../domain/learning-curve.ts';
import {
  predictRating,
  type RatedFeatures,
  ratingModelSchema,
  updatedRatingModel,
  untrainedRatingModel,
} from '../domain/rating-model.ts';
import { type ArmRatings, armRatingsSchema } from '../domain/regret.ts';
import { z } from 'zod';

const counts = z.record(z.string(), z.number());
type Counts = Answer<typeof counts>;

const ratedAlike = z
  .object({ ratings: z.number(), named: counts })
  .describe('how often a rating was given, and how often aspects, and what is wanted, were named with it');
type RatedAlike = Answer<typeof ratedAlike>;

const learnedOfTypeSchema = z.object({
  ratings: z.number(),
  sum: z.number(),
  byRating: z
    .record(z.string(), ratedAlike)
    .describe('to a tenth: which of them are good ones, the policy in force says to who asks'),
  suggestions: counts.describe('aspect, and what is wanted, by how often it was a wish'),
  arms: armRatingsSchema,
});
export type LearnedOfType = Answer<typeof learnedOfTypeSchema>;

/** What has been learned from all ratings of one partition so far. */
const learningSchema = z.object({
  id: z.string(),
  model: ratingModelSchema,
  curve: learningCurveSchema,
  sum: z.number(),
  contentTypes: z.record(z.string(), learnedOfTypeSchema),
});
export type LearningDocument = Answer<typeof learningSchema>;

const nothing: Omit<LearningDocument, 'id'> = {
  model: untrainedRatingModel,
  curve: emptyCurve,
  sum: 0,
  contentTypes: {},
};
const emptyLearnedOfType: LearnedOfType = {
  ratings: 0,
  sum: 0,
  byRating: {},
  suggestions: {},
  arms: {},
};

const TYPES_KEPT = 200;
const PATTERNS_KEPT = 100;
const ARMS_KEPT = 100;

type Feedback = EventData<typeof FeedbackReceived>;

const idOf = (event: EventOf<typeof FeedbackReceived>): string => idInPartition('learning', event);

export const learning = projection<LearningDocument>('feedback-learner.learned-of-partitions', learningSchema).on(
  FeedbackReceived,
  (document, event) => {
    const before = document ?? { id: idOf(event), ...nothing };
    if (event.data.flood) return before;
    return event.data.replaces === undefined
      ? learned(before, event.data)
      : corrected(before, event.data, event.data.replaces);
  },
  idOf,
);

/** What all partitions have learned together; each predicts by what it has seen itself. */
export function mergedLearning(documents: readonly LearningDocument[]) {
  const parts = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const contentTypes = new Map<string, LearnedOfType>();
  for (const part of parts)
    for (const [name, learnedThere] of Object.entries(part.contentTypes))
      contentTypes.set(name, mergedOfType(contentTypes.get(name) ?? emptyLearnedOfType, learnedThere));
  return { curve: mergedCurve(parts.map(({ curve }) => curve)), contentTypes };
}

function mergedOfType(a: LearnedOfType, b: LearnedOfType): LearnedOfType {
  return {
    ratings: a.ratings + b.ratings,
    sum: a.sum + b.sum,
    byRating: mergedValues(a.byRating, b.byRating, (x, y) => ({
      ratings: x.ratings + y.ratings,
      named: mergedValues(x.named, y.named, add),
    })),
    suggestions: mergedValues(a.suggestions, b.suggestions, add),
    arms: mergedValues(a.arms, b.arms, (x, y) => ({ n: x.n + y.n, sum: x.sum + y.sum })),
  };
}

const add = (a: number, b: number): number => a + b;

function mergedValues<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  merge: (a: T, b: T) => T,
): Record<string, T> {
  const all = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const known = all.get(key);
    all.set(key, known === undefined ? value : merge(known, value));
  }
  return Object.fromEntries(all);
}

/** Each rating is predicted before it is learned from. */
function learned(document: LearningDocument, feedback: Feedback): LearningDocument {
  const { contentType, assignment, rater, quality, words, rating } = feedback;
  const features: RatedFeatures = { contentType, recipe: assignment.recipe, rater, quality, words };
  const { model, curve, sum, contentTypes } = document;
  const meanSoFar = curve.ratings === 0 ? 3 : sum / curve.ratings;
  const ofType = ownValue(contentTypes, contentType);
  const isKept = ofType !== undefined || Object.keys(contentTypes).length < TYPES_KEPT;
  return {
    ...document,
    model: updatedRatingModel(model, features, rating),
    curve: withErrors(curve, Math.abs(predictRating(model, features) - rating), Math.abs(meanSoFar - rating)),
    sum: sum + rating,
    contentTypes: isKept
      ? { ...contentTypes, [contentType]: learnedOfType(ofType ?? emptyLearnedOfType, feedback) }
      : contentTypes,
  };
}

/** Who rates a content again has changed a mind, and is no second voice; what was predicted of the first word stays as it was. */
function corrected(document: LearningDocument, feedback: Feedback, replaced: number): LearningDocument {
  const { contentType, rating, assignment } = feedback;
  const ofType = ownValue(document.contentTypes, contentType);
  const change = rating - replaced;
  if (!ofType) return { ...document, sum: document.sum + change };
  const { ratings, named } = ownValue(ofType.byRating, tenthOf(replaced)) ?? { ratings: 0, named: {} };
  const without = { ...ofType.byRating, [tenthOf(replaced)]: { ratings: Math.max(0, ratings - 1), named } };
  const arm = ownValue(ofType.arms, assignment.recipe);
  return {
    ...document,
    sum: document.sum + change,
    contentTypes: {
      ...document.contentTypes,
      [contentType]: {
        ...learnedOfType({ ...ofType, byRating: without }, feedback),
        ratings: ofType.ratings,
        sum: ofType.sum + change,
        arms: arm ? { ...ofType.arms, [assignment.recipe]: { n: arm.n, sum: arm.sum + change } } : ofType.arms,
      },
    },
  };
}

const tenthOf = (rating: number): string => String(Math.round(rating * 10) / 10);

function learnedOfType(before: LearnedOfType, { rating, aspects, assignment }: Feedback): LearnedOfType {
  const named = aspects.map(({ aspect, wanted }) => (wanted === undefined ? aspect : `${aspect}: ${wanted}`));
  const preferences = aspects
    .filter(({ wanted, polarity }) => wanted !== undefined && polarity === 'negative')
    .map(({ aspect, wanted }) => `${aspect}: ${wanted}`);
  const tenth = tenthOf(rating);
  const alike = ownValue(before.byRating, tenth) ?? { ratings: 0, named: {} };
  return {
    ratings: before.ratings + 1,
    sum: before.sum + rating,
    byRating: {
      ...before.byRating,
      [tenth]: { ratings: alike.ratings + 1, named: counted(alike.named, named) },
    },
    suggestions: counted(before.suggestions, preferences),
    arms: withArm(before.arms, assignment.recipe, rating),
  };
}

/** What readers said in good ratings, in bad ones, and as a wish; by this policy. */
export function reactionsIn({ byRating, suggestions }: LearnedOfType, policy: Policy['feedback']) {
  const { positiveFrom, negativeTo } = policy;
  const positive = combined(byRating, (rating) => rating >= positiveFrom);
  const negative = combined(byRating, (rating) => rating <= negativeTo);
  return {
    positive: positive.ratings,
    negative: negative.ratings,
    patterns: { positive: positive.named, negative: negative.named, suggestions },
  };
}

function combined(byRating: LearnedOfType['byRating'], isMeant: (rating: number) => boolean): RatedAlike {
  const meant = Object.entries(byRating).filter(([rating]) => isMeant(Number(rating)));
  const named: Record<string, number> = {};
  for (const [, alike] of meant)
    for (const [aspect, times] of Object.entries(alike.named))
      setOwnValue(named, aspect, (ownValue(named, aspect) ?? 0) + times);
  return { ratings: meant.reduce((sum, [, { ratings }]) => sum + ratings, 0), named };
}

function counted(counts: Counts, keys: readonly string[]): Counts {
  return keys.reduce(
    (all, key) =>
      Object.hasOwn(all, key) || Object.keys(all).length < PATTERNS_KEPT
        ? { ...all, [key]: (ownValue(all, key) ?? 0) + 1 }
        : all,
    counts,
  );
}

function withArm(arms: ArmRatings, recipe: string, rating: number): ArmRatings {
  const before = ownValue(arms, recipe) ?? { n: 0, sum: 0 };
  const others = withoutOwnValue(arms, recipe);
  const names = Object.keys(others);
  const kept = names.length < ARMS_KEPT ? others : withoutOwnValue(others, names[0] as string);
  return { ...kept, [recipe]: { n: before.n + 1, sum: before.sum + rating } };
}
