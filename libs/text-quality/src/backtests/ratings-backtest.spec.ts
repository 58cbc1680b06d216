import { seededRandom } from '@contentflow/kernel';
import { learnRatings, predictRating } from '../learning/rating-model.ts';
import { ratingsBacktest, readRatingRow, type RatingRow } from './ratings-backtest.ts';

const openings = [
  'We made this lamp for quiet evenings.',
  'The apparatus provides illumination pursuant to requirements.',
  'Meet your new favourite lamp!',
];
const worth = [0.3, -1.1, 0.7];
const details = [
  'It folds flat.',
  'The cable is long.',
  'It comes in four colours.',
  'You can charge it anywhere.',
  'The base is heavy.',
  'It is made of oak.',
];

/** Ratings that depend on the opening and on one of the details, with a rater's noise. */
function made(count: number): RatingRow[] {
  const random = seededRandom(11);
  return Array.from({ length: count }, (_, row) => {
    const opening = random.below(3);
    const chosen = random.shuffled(details).slice(0, 3);
    const mean = 3.2 + (worth[opening] ?? 0) + (chosen.includes('It is made of oak.') ? 0.6 : 0);
    const rating = Math.min(5, Math.max(1, Math.round(mean + 0.6 * random.normal())));
    return { row, text: [openings[opening], ...chosen].join(' '), rating };
  });
}

describe('the ratings backtest', () => {
  const { results, summary } = ratingsBacktest(made(900), 0.7);

  it('predicts every row after the split, and none before', () => {
    expect(results.map(({ row }) => row)).toEqual(Array.from({ length: 270 }, (_, i) => 630 + i));
  });

  it('errs less with more ratings, and less than the mean rating', () => {
    expect(summary.learningCurve.map(({ ratings }) => ratings)).toEqual([25, 100, 400, 630]);
    const errors = summary.learningCurve.map(({ rootMeanSquaredError }) => rootMeanSquaredError);
    expect(errors[2]).toBeLessThan(errors[0] ?? 0);
    const last = summary.learningCurve.at(-1);
    expect(last?.rootMeanSquaredError).toBeLessThan(0.75 * (last?.rootMeanSquaredErrorOfMean ?? 0));
  });

  it('holds its interval about as often as intended', () => {
    expect(summary.intervalCoverage).toBeGreaterThan(0.72);
    expect(summary.intervalCoverage).toBeLessThan(0.92);
  });

  it('stays on the scale, and bears having learned nothing', () => {
    const empty = learnRatings([]);
    expect(predictRating(empty, 'Anything')).toEqual({ predicted: 3, lower: 1, upper: 5 });
    expect(ratingsBacktest([], 0.7).results).toEqual([]);
  });

  it('survives a round trip through JSON', () => {
    const model = learnRatings(made(60));
    const text = made(61)[60]?.text ?? '';
    expect(predictRating(JSON.parse(JSON.stringify(model)), text)).toEqual(predictRating(model, text));
  });

  it.each([
    [{ rating: '4' }, 'text: is missing'],
    [{ text: 'x', rating: '6' }, 'rating: is not a number from 1 to 5'],
    [{ text: 'x', rating: '' }, 'rating: is not a number from 1 to 5'],
  ])('names what it cannot read: %j', (record, problem) => {
    expect(readRatingRow(record, 3)).toEqual({ problem });
  });
});
