import { HOUR_MS } from '@contentflow/kernel';
import { aspectsOf, engagementSchema, feedbackSchema, type RatedContent } from './feedback.ts';
import { type CommentReader, openCommentReader } from '@contentflow/text-quality';
import { ReaderPaces } from './reader-pace.ts';

const content = { words: 200, language: null } as RatedContent;

describe('feedback', () => {
  let reader: CommentReader;
  beforeAll(async () => {
    reader = await openCommentReader();
  });

  it('is understood from its comment', () => {
    expect(aspectsOf({ rating: 2, comment: 'Too long.' }, content, reader)).toEqual([
      { aspect: 'length', polarity: 'negative', wanted: 'shorter' },
    ]);
  });

  it('is understood from an edit that cuts or adds', () => {
    const shortened = aspectsOf({ rating: 3, edit: 'word '.repeat(120) }, content, reader);
    expect(shortened).toEqual([{ aspect: 'length', polarity: 'negative', wanted: 'shorter' }]);
    expect(aspectsOf({ rating: 3, edit: 'word '.repeat(190) }, content, reader)).toEqual([]);
  });

  it('believes what is said before what is shown', () => {
    const both = aspectsOf({ rating: 3, comment: 'Too short!', edit: 'word '.repeat(120) }, content, reader);
    expect(both).toEqual([{ aspect: 'length', polarity: 'negative', wanted: 'longer' }]);
  });

  it.each([{ rating: 0 }, { rating: 6 }, { rating: '3' }, {}, { rating: 3, stars: 1 }])('refuses %j', (input) => {
    expect(feedbackSchema.safeParse(input).success).toBe(false);
  });
});

it.each([
  ['dwell', -1],
  ['impression', -3],
  ['conversion', 1e308],
  ['click', Number.NaN],
])('engagement: refuses %s of %d, naming the value', (kind, value) => {
  expect(engagementSchema.safeParse({ kind, value }).error?.issues[0]?.path).toEqual(['value']);
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
