import { mean } from '@contentflow/statistics';
import { learnRatings, predictRating, ratingIntervalCoverage, type RatingModel } from '../learning/rating-model.ts';
import { numberField, textField, type FileRecord, type UnreadableRow } from './unreadable.ts';

export interface RatingRow {
  readonly row: number;
  readonly text: string;
  readonly rating: number;
}

export interface RatingResult {
  readonly row: number;
  readonly rating: number;
  readonly predicted: number;
  readonly lower: number;
  readonly upper: number;
}

/** The error on the tested rows after so many ratings. */
export interface LearningPoint {
  readonly ratings: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** The same errors of always saying the mean of those ratings. */
  readonly meanAbsoluteErrorOfMean: number;
  readonly rootMeanSquaredErrorOfMean: number;
}

export interface RatingsSummary {
  readonly trained: number;
  readonly tested: number;
  readonly intervalCoverage: number;
  readonly intendedCoverage: number;
  readonly learningCurve: readonly LearningPoint[];
}

export function readRatingRow(record: FileRecord, row: number): RatingRow | UnreadableRow {
  const text = textField(record, 'text');
  if (text === undefined) return { problem: 'text: is missing' };
  const rating = numberField(record, 'rating');
  if (rating === undefined || rating < 1 || rating > 5) return { problem: 'rating: is not a number from 1 to 5' };
  return { row, text, rating };
}

const firstPoint = 25;
const factor = 4;

/**
 * Learns from the first share of the rows in file order and predicts the rest.
 * @param train  share of rows, in (0, 1)
 */
export function ratingsBacktest(
  rows: readonly RatingRow[],
  train: number,
): { results: RatingResult[]; summary: RatingsSummary } {
  const split = Math.round(rows.length * train);
  const training = rows.slice(0, split);
  const tested = rows.slice(split);
  const model = learnRatings(training);
  const results = tested.map(({ row, text, rating }) => ({ row, rating, ...predictRating(model, text) }));
  const learningCurve = pointsUpTo(training.length).map((count) =>
    learningPoint(
      training.slice(0, count),
      count === training.length ? model : learnRatings(training.slice(0, count)),
      tested,
    ),
  );
  const held = results.filter(({ rating, lower, upper }) => rating >= lower && rating <= upper);
  return {
    results,
    summary: {
      trained: training.length,
      tested: tested.length,
      intervalCoverage: results.length === 0 ? 0 : held.length / results.length,
      intendedCoverage: ratingIntervalCoverage,
      learningCurve,
    },
  };
}

/** 25, 100, 400, … and all. */
function pointsUpTo(count: number): number[] {
  const points: number[] = [];
  for (let point = firstPoint; point < count; point *= factor) points.push(point);
  return count > 0 ? [...points, count] : points;
}

function learningPoint(
  training: readonly RatingRow[],
  model: RatingModel,
  tested: readonly RatingRow[],
): LearningPoint {
  const usual = mean(training.map(({ rating }) => rating));
  const errors = tested.map(({ text, rating }) => rating - predictRating(model, text).predicted);
  const plainErrors = tested.map(({ rating }) => rating - usual);
  return {
    ratings: training.length,
    meanAbsoluteError: mean(errors.map(Math.abs)),
    rootMeanSquaredError: Math.sqrt(mean(errors.map((error) => error ** 2))),
    meanAbsoluteErrorOfMean: mean(plainErrors.map(Math.abs)),
    rootMeanSquaredErrorOfMean: Math.sqrt(mean(plainErrors.map((error) => error ** 2))),
  };
}
