import * as textQuality from '@contentflow/text-quality';
import { MeasuredTexts } from './measured-texts.ts';

const brief = { contentType: 'email', topic: 'Spring sale', keyPoints: ['20 % off', 'until Sunday'], language: 'en' };
const covering = 'Dear reader, our sale has begun. Everything is 20 % off until Sunday, so do come by and have a look.';
const spelt =
  'Dear reader, our sale has begun. Everything is a great deal cheaper, so do come by and have a look at it.';
const careless = covering.replace('our sale has', 'their sale have').replace('so do come', 'so do do come');

describe('the measured texts of one content', () => {
  let measured: MeasuredTexts;
  beforeEach(() => (measured = new MeasuredTexts(textQuality)));

  it('have the quality of their own where none was chosen', () => {
    const { score, lower, upper, measures } = textQuality.measureText(brief, covering);
    expect(measured.quality(covering, brief)).toEqual({ score, lower, upper, measures });
    expect(measured.score(covering, brief)).toBe(score);
  });

  it('show beside the score of one that was chosen what no measure says of its own choice', () => {
    measured.chosen(covering, [careless, spelt, covering], brief, 'drafts');
    const { score, impartial } = measured.quality(covering, brief);
    expect(score).toBe(textQuality.measureText(brief, covering).score);
    expect(impartial).toBeLessThan(score);
    expect(measured.quality(spelt, brief)).not.toHaveProperty('impartial');
  });

  it('remember a choice in the choices that follow', () => {
    measured.chosen(covering, [careless, spelt, covering], brief, 'drafts');
    const { impartial } = measured.quality(covering, brief);
    measured.chosen(covering, [covering, 'Sale.'], brief, 'revisions');
    expect(measured.quality(covering, brief).impartial).toBeCloseTo(impartial as number, 10);
  });

  it('show what the choice among fewer drafts would have come to, also where the text is revised after', () => {
    const score = (text: string): number => textQuality.measureText(brief, text).score;
    measured.chosen(covering, [careless, covering], brief, 'drafts');
    const { impartial, byDrafts } = measured.quality(covering, brief);
    expect(byDrafts).toEqual([expect.closeTo(score(careless), 3), expect.closeTo(impartial as number, 3)]);
    measured.chosen(covering, [covering, 'Sale.'], brief, 'revisions');
    expect(measured.quality(covering, brief).byDrafts).toEqual(byDrafts);
    measured.chosen(spelt, [spelt, 'Sale.'], brief, 'revisions');
    expect(measured.quality(spelt, brief)).not.toHaveProperty('byDrafts');
  });

  it('are as long as they should be where they are as long as the recipe asks, unless the brief asks for another length', () => {
    const lengthFit = (words: number | undefined, length?: number): number =>
      new MeasuredTexts(textQuality, words).quality(covering, { ...brief, ...(length ? { length } : {}) }).measures
        .lengthFit;
    const words = covering.split(' ').length;
    expect(words).toBeLessThan(40);
    expect(lengthFit(undefined)).toBeLessThan(0.6);
    expect(lengthFit(words)).toBe(1);
    expect(lengthFit(words, 4 * words)).toBeLessThan(0.1);
  });
});
