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
    measured.chosen(covering, [careless, spelt, covering], brief);
    const { score, impartial } = measured.quality(covering, brief);
    expect(score).toBe(textQuality.measureText(brief, covering).score);
    expect(impartial).toBeLessThan(score);
    expect(measured.quality(spelt, brief)).not.toHaveProperty('impartial');
  });

  it('remember a choice in the choices that follow', () => {
    measured.chosen(covering, [careless, spelt, covering], brief);
    const { impartial } = measured.quality(covering, brief);
    measured.chosen(covering, [covering, 'Sale.'], brief);
    expect(measured.quality(covering, brief).impartial).toBeCloseTo(impartial as number, 10);
  });
});
