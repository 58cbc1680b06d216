import { seededRandom } from '@contentflow/kernel';
import { nearDuplicates, textComparison } from './near-duplicates.ts';

const words = 'lamp light battery desk garden coffee river paper window friend morning quiet gentle bright'.split(' ');
const randomText = (seed: number): string => {
  const random = seededRandom(seed);
  return Array.from({ length: 80 }, () => `${random.pick(words)}${random.below(40)}`).join(' ');
};

const similarity = textComparison();

describe('similarity', () => {
  it('is 1 for texts that differ in case, space and punctuation alone', () => {
    expect(similarity('Hello,  World of lamps!', 'hello world of lamps')).toBe(1);
  });

  it('falls with every difference', () => {
    const text = randomText(1);
    expect(similarity(text, text.replace('lamp', 'chair'))).toBeGreaterThan(0.9);
    expect(similarity(text, randomText(2))).toBeLessThan(0.4);
  });

  it('bears empty texts', () => {
    expect(similarity('', '')).toBe(1);
    expect(similarity('', 'something')).toBe(0);
  });
});

describe('near-duplicates of a batch', () => {
  it('names the earlier text that a later one repeats', () => {
    const texts = Array.from({ length: 60 }, (_, i) => randomText(i));
    texts[50] = `${texts[20]} and one more`;
    expect(nearDuplicates(texts)).toEqual([{ index: 50, of: 20, similarity: expect.closeTo(0.97, 1) }]);
  });

  it('finds every repeat that a comparison of all pairs finds', () => {
    const texts = Array.from({ length: 60 }, (_, i) => randomText(i % 20).replaceAll(i > 19 ? 'river' : '#', 'lake'));
    const found = new Set(nearDuplicates(texts, 0.8).map(({ index }) => index));
    const missed = texts.flatMap((text, i) =>
      !found.has(i) && texts.slice(0, i).some((earlier, j) => !found.has(j) && similarity(text, earlier) >= 0.8)
        ? [i]
        : [],
    );
    expect(missed).toEqual([]);
    expect(found.size).toBeGreaterThan(20);
  });

  it('does not compare a thousand equal texts with one another', () => {
    const texts = Array.from({ length: 1000 }, () => 'The same short text about a lamp, again and again.');
    expect(nearDuplicates(texts)).toHaveLength(999);
  });
});
