import type { Brief } from '@contentflow/contracts';
import { unitOf } from './unit.ts';

const brief: Brief = { contentType: 'email', topic: 'Green tea for beginners', keyPoints: ['It is warm'] };

describe('the unit of a brief', () => {
  it.each<[string, Partial<Brief>]>([
    ['case', { topic: 'GREEN Tea for Beginners' }],
    ['white space', { topic: '  Green  tea\nfor beginners ' }],
    ['trailing punctuation', { topic: 'Green tea for beginners!!' }],
    ['white space before trailing punctuation', { topic: 'Green tea for beginners !' }],
    ['the width of its characters', { topic: 'Ｇreen tea for beginners' }],
    ['metadata', { metadata: { campaign: 7 } }],
    ['case inside a list', { keyPoints: ['it is WARM.'] }],
  ])('does not depend on %s', (_what, change) => {
    expect(unitOf({ ...brief, ...change })).toBe(unitOf(brief));
  });

  it.each<[string, Partial<Brief>]>([
    ['topic', { topic: 'Black tea for beginners' }],
    ['punctuation inside', { topic: 'Green. Tea for beginners' }],
    ['content type', { contentType: 'headline' }],
    ['key points', { keyPoints: ['It is cold'] }],
    ['length', { length: 100 }],
    ['tone', { tone: 'warm' }],
  ])('depends on its %s', (_what, change) => {
    expect(unitOf({ ...brief, ...change })).not.toBe(unitOf(brief));
  });

  it('does not depend on the order in which its fields were written', () => {
    const { topic, ...rest } = brief;
    expect(unitOf({ topic, ...rest })).toBe(unitOf({ ...rest, topic }));
  });
});
