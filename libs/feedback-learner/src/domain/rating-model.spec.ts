import { seededRandom } from '@contentflow/kernel';
import { emptyCurve, withErrors } from './learning-curve.ts';
import {
  predictRating,
  type RatedFeatures,
  type RatingModel,
  updatedRatingModel,
  untrainedRatingModel,
} from './rating-model.ts';
import { regretOf } from './regret.ts';

/** Readers with a leniency of their own, tastes by content type, and noise. */
function ratings(count: number, seed = 3): { features: RatedFeatures; rating: number }[] {
  const random = seededRandom(seed);
  const leniency = Array.from({ length: 60 }, () => 0.6 * random.normal());
  return Array.from({ length: count }, () => {
    const rater = random.below(60);
    const type = random.below(3);
    const quality = 7 + random.normal();
    const mean = 3 + 0.4 * (type - 1) + 0.5 * (quality - 7) + (leniency[rater] as number);
    return {
      features: { contentType: `t${type}`, recipe: `r${type}`, rater: `rater-${rater}`, quality, words: 200 },
      rating: Math.max(1, Math.min(5, Math.round(mean + 0.5 * random.normal()))),
    };
  });
}

function learn(stream: ReturnType<typeof ratings>) {
  return stream.reduce(
    ({ model, curve, sum }, { features, rating }) => {
      const mean = curve.ratings === 0 ? 3 : sum / curve.ratings;
      return {
        model: updatedRatingModel(model, features, rating),
        curve: withErrors(curve, Math.abs(predictRating(model, features) - rating), Math.abs(mean - rating)),
        sum: sum + rating,
      };
    },
    { model: untrainedRatingModel as RatingModel, curve: emptyCurve, sum: 0 },
  );
}

describe('the rating model', () => {
  it('errs less the more ratings it has seen, and less than the mean of all', () => {
    const { curve } = learn(ratings(3200));
    const errors = curve.points.map(({ error }) => error);
    expect(errors.at(-1)).toBeLessThan(0.75 * (errors[0] as number));
    expect(errors.at(-1)).toBeLessThan(0.65 * (curve.points.at(-1)?.meanError as number));
    expect(curve.points.map(({ to }) => to)).toEqual([25, 50, 100, 200, 400, 800, 1600, 3200]);
  });

  it('says the middle of the scale before it has seen any', () => {
    expect(predictRating(untrainedRatingModel, ratings(1)[0]?.features as RatedFeatures)).toBe(3);
  });

  it('stays on the scale', () => {
    const { model } = learn(ratings(50).map(({ features }) => ({ features, rating: 5 })));
    const prediction = predictRating(model, {
      contentType: 't0',
      recipe: 'r0',
      rater: 'rater-1',
      quality: 10,
      words: 10,
    });
    expect(prediction).toBeLessThanOrEqual(5);
  });

  it('stays bounded', () => {
    let model = untrainedRatingModel;
    for (let i = 0; i < 1500; i++)
      model = updatedRatingModel(
        model,
        { contentType: `t${i}`, recipe: `r${i}`, rater: `x${i}`, quality: 7, words: 100 },
        3,
      );
    for (const effects of [model.types, model.recipes, model.raters])
      expect(Object.values(effects).flatMap((each) => Object.keys(each)).length).toBeLessThanOrEqual(64 * 10);
  });
});

describe('regret', () => {
  it('is what readers missed by not getting the best arm', () => {
    const { total, best } = regretOf({ a: { n: 1000, sum: 3000 }, b: { n: 1000, sum: 4000 } });
    expect(best).toBe('b');
    expect(total).toBeCloseTo(1000, -2);
  });

  it('does not take a lucky few for the best arm', () => {
    expect(regretOf({ a: { n: 500, sum: 2000 }, lucky: { n: 1, sum: 5 } }).total).toBeLessThan(30);
    expect(regretOf({}).total).toBe(0);
  });
});
