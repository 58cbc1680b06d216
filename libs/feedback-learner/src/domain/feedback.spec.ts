import { HOUR_MS } from '@contentflow/kernel';
import { aspectsOf, feedbackSchema, type RatedContent } from './feedback.ts';
import { ReaderPaces } from './reader-pace.ts';

const content = { words: 200, language: null } as RatedContent;

describe('feedback', () => {
  it('is understood from its comment', () => {
    expect(aspectsOf({ rating: 2, comment: 'Too long.' }, content)).toEqual([
      { aspect: 'length', polarity: 'negative', wanted: 'shorter' },
    ]);
  });

  it('is understood from an edit that cuts or adds', () => {
    const shortened = aspectsOf({ rating: 3, edit: 'word '.repeat(120) }, content);
    expect(shortened).toEqual([{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }]);
    expect(aspectsOf({ rating: 3, edit: 'word '.repeat(190) }, content)).toEqual([]);
  });

  it('believes what is said before what is shown', () => {
    const both = aspectsOf({ rating: 3, comment: 'Too short!', edit: 'word '.repeat(120) }, content);
    expect(both).toEqual([{ aspect: 'length', polarity: 'negative', wanted: 'longer' }]);
  });

  it.each([{ rating: 0 }, { rating: 6 }, { rating: '3' }, {}, { rating: 3, stars: 1 }])('refuses %j', (input) => {
    expect(feedbackSchema.safeParse(input).success).toBe(false);
  });
});

describe('the pace of readers', () => {
  it('lets through what a person can read in an hour, and silences more for a day', () => {
    const paces = new ReaderPaces();
    const given = (at: number, count: number): boolean[] =>
      Array.from({ length: count }, () => paces.isFlood('ann', 'ratings', at));
    expect(given(0, 12)).not.toContain(true);
    expect(given(HOUR_MS, 13)).toEqual([...Array<boolean>(12).fill(false), true]);
    expect(given(20 * HOUR_MS, 1)).toEqual([true]);
    expect(given(26 * HOUR_MS, 1)).toEqual([false]);
    expect(paces.isFlood('bob', 'ratings', HOUR_MS)).toBe(false);
  });
});
