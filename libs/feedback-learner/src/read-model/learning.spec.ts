import { defaultPolicy, type EventData, FeedbackReceived } from '@contentflow/contracts';
import { storedEvent, inOrder, sampleAssignment } from '@contentflow/contracts/testing';
import type { StoredEvent } from '@contentflow/kernel';
import { projected } from '@contentflow/read-model/testing';
import { learning, type LearnedOfType, type LearningDocument, mergedLearning, reactionsIn } from './learning.ts';

const rated = (rating: number, given: Partial<EventData<typeof FeedbackReceived>> = {}) =>
  storedEvent(FeedbackReceived, {
    contentId: 'c',
    contentType: 'email',
    unit: 'u',
    assignment: sampleAssignment,
    rater: 'r',
    simulated: false,
    rating,
    aspects: [],
    quality: 8,
    words: 100,
    ...given,
  });
const learned = async (...events: StoredEvent[]): Promise<LearningDocument> =>
  (await projected(learning, inOrder(...events))).get('learning|0')!;

describe('what was learned from ratings', () => {
  it('counts them for each content type', async () => {
    const { sum, curve, contentTypes } = await learned(rated(5), rated(4), rated(2, { contentType: 'headline' }));
    expect(sum).toBe(11);
    expect(curve.ratings).toBe(3);
    expect(contentTypes['email']).toMatchObject({ ratings: 2, sum: 9 });
    expect(contentTypes['headline']).toMatchObject({ ratings: 1, sum: 2 });
  });

  it('counts the last word of a rater on a content, once', async () => {
    const again = [rated(1), ...[2, 4, 5].map((rating, i) => rated(rating, { replaces: [1, 2, 4][i] as number }))];
    const { sum, curve, contentTypes } = await learned(...again, rated(3, { rater: 's' }));
    expect(sum).toBe(8);
    expect(curve.ratings).toBe(2);
    expect(contentTypes['email']).toMatchObject({ ratings: 2, sum: 8, arms: { r: { n: 2, sum: 8 } } });
    expect(reactionsIn(contentTypes['email']!, defaultPolicy.feedback)).toMatchObject({ positive: 1, negative: 0 });
  });

  it('sets the ratings of each recipe beside those of the others', async () => {
    const other = { ...sampleAssignment, recipe: 'recipe-2' };
    const { contentTypes } = await learned(rated(5), rated(2, { assignment: other }), rated(4));
    expect(contentTypes['email']?.arms).toEqual({ r: { n: 2, sum: 9 }, 'recipe-2': { n: 1, sum: 2 } });
  });

  it('comes to predict what a rater gives', async () => {
    const ratings = Array.from({ length: 100 }, (_, i) =>
      i % 2 === 0 ? rated(5, { rater: 'a' }) : rated(1, { rater: 'b' }),
    );
    const last = (await learned(...ratings)).curve.points.at(-1)!;
    expect(last.error).toBeLessThan(0.5 * last.meanError);
  });

  it('is kept apart for each partition, and merged by who asks, in whatever order they come', async () => {
    const assignment = { ...sampleAssignment, recipe: 'recipe-2' };
    const here = inOrder(rated(5), rated(4), rated(1, { contentType: 'headline' }));
    const there = inOrder(rated(2, { assignment })).map((event) => ({ ...event, partition: 1 }));
    const documents = [...(await projected(learning, [...there, ...here])).values()];
    expect(documents).toHaveLength(2);
    const merged = mergedLearning(documents);
    expect(merged).toEqual(mergedLearning(documents.toReversed()));
    expect(merged.curve).toMatchObject({ ratings: 4, points: [{ from: 0, to: 50, n: 4 }] });
    expect(merged.contentTypes.get('email')).toMatchObject({
      ratings: 3,
      sum: 11,
      arms: { r: { n: 2, sum: 9 }, 'recipe-2': { n: 1, sum: 2 } },
    });
    expect(merged.contentTypes.get('headline')).toMatchObject({ ratings: 1, sum: 1 });
  });

  it('is nothing from a flood', async () => {
    expect(await learned(rated(5), rated(1, { flood: true }))).toEqual(await learned(rated(5)));
  });

  it('keeps a content type and a recipe by the name of what every object inherits', async () => {
    const assignment = { ...sampleAssignment, recipe: '__proto__' };
    const { contentTypes } = await learned(rated(5, { contentType: 'constructor', rater: 'toString', assignment }));
    expect(contentTypes['constructor']).toMatchObject({ ratings: 1, sum: 5 });
    expect(Object.entries(contentTypes['constructor']!.arms)).toEqual([['__proto__', { n: 1, sum: 5 }]]);
  });
});

describe('what readers said in good ratings and in bad ones', () => {
  let reactions: LearnedOfType;
  beforeAll(async () => {
    const { contentTypes } = await learned(
      rated(5, { aspects: [{ aspect: 'tone', polarity: 'positive' }] }),
      rated(4, { aspects: [{ aspect: 'tone', polarity: 'positive' }] }),
      rated(3.5, { aspects: [{ aspect: 'length', polarity: 'positive' }] }),
      rated(2, { aspects: [{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }] }),
      rated(1),
    );
    reactions = contentTypes['email'] as LearnedOfType;
  });

  it('is told apart by the specification’s ratings where the policy says nothing else', () => {
    expect(reactionsIn(reactions, defaultPolicy.feedback)).toEqual({
      positive: 2,
      negative: 2,
      patterns: {
        positive: { tone: 2 },
        negative: { 'length: shorter': 1 },
        suggestions: { 'length: shorter': 1 },
      },
    });
  });

  it('follows the policy, for ratings of long ago too', () => {
    const policy = { ...defaultPolicy.feedback, positiveFrom: 3.5, negativeTo: 1 };
    expect(reactionsIn(reactions, policy)).toMatchObject({
      positive: 3,
      negative: 1,
      patterns: { positive: { tone: 2, length: 1 }, negative: {} },
    });
  });
});
