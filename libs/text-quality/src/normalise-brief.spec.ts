import { folded, normaliseBrief } from './normalise-brief.ts';

const brief = { contentType: 'email', topic: 'Spring sale', keyPoints: ['20% off', 'ends May 3'] };

describe('a normalised brief', () => {
  it('is one for requests that differ in case, space and punctuation', () => {
    expect(normaliseBrief({ ...brief, topic: '  SPRING   sale! ', keywords: [], audience: ' ' })).toBe(
      normaliseBrief(brief),
    );
  });

  it.each([
    ['another number', { ...brief, keyPoints: ['25% off', 'ends May 3'] }],
    ['another order of key points', { ...brief, keyPoints: ['ends May 3', '20% off'] }],
    ['a negation', { ...brief, topic: 'No spring sale' }],
    ['another length', { ...brief, length: 100 }],
    ['other metadata', { ...brief, metadata: { price: 3 } }],
  ])('differs by %s', (_, other) => {
    expect(normaliseBrief(other)).not.toBe(normaliseBrief(brief));
  });

  it.each([
    ['C++ and C#', 'c++ and c#'],
    ['3.5 mm, 1,200 pieces.', '3.5 mm 1,200 pieces'],
    ['at -5 °C', 'at -5 °c'],
    ["don't — ever", 'dont ever'],
    ['ＡＢＣ', 'abc'],
    ['state-of-the-art', 'state of the art'],
  ])('keeps what changes meaning: %s', (text, expected) => {
    expect(folded(text)).toBe(expected);
  });
});
