import { defaultPolicy, FeedbackReceived, newEvent } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import { learning, type LearnedOfType, type LearningDocument, reactionsIn } from './learning.ts';

type Aspects = readonly { aspect: 'tone' | 'length'; polarity: 'positive' | 'negative'; wanted?: string }[];

function learnedFrom(feedback: readonly (readonly [rating: number, aspects: Aspects])[]): LearnedOfType {
  const document = feedback.reduce<LearningDocument | undefined>((before, [rating, aspects], index) => {
    const event = received(rating, aspects, index);
    return learning.handlers.get(event.type)?.(before, event);
  }, undefined);
  return document?.contentTypes['email'] as LearnedOfType;
}

function received(rating: number, aspects: Aspects, index: number): StoredEvent {
  const assignment = { recipe: 'r', holdback: false, exposures: [], withheld: [], improvements: [], ledgerPosition: 0 };
  const about = { contentId: 'c', contentType: 'email', unit: 'u', assignment, rater: null, simulated: false };
  const data = { ...about, rating, aspects: [...aspects], quality: 8, words: 100 };
  const event = newEvent(FeedbackReceived, { subject: 'c', data, time: 0, cause: { id: `feedback-${index}` } });
  return { ...event, partition: 0, offset: index } as unknown as StoredEvent;
}

describe('what readers said in good ratings and in bad ones', () => {
  const learned = learnedFrom([
    [5, [{ aspect: 'tone', polarity: 'positive' }]],
    [4, [{ aspect: 'tone', polarity: 'positive' }]],
    [3.5, [{ aspect: 'length', polarity: 'positive' }]],
    [2, [{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }]],
    [1, []],
  ]);

  it('is told apart by the specification’s ratings where the policy says nothing else', () => {
    expect(reactionsIn(learned, defaultPolicy.feedback)).toEqual({
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
    expect(reactionsIn(learned, policy)).toMatchObject({
      positive: 3,
      negative: 1,
      patterns: { positive: { tone: 2, length: 1 }, negative: {} },
    });
  });
});
