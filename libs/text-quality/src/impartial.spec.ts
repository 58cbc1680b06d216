import { type Random, seededRandom } from '@contentflow/kernel';
import { type Choosable, impartialMeasures, type MeasuredText, measureNames, scoreUnder } from './index.ts';
import { measuresOf } from './measured-brief.ts';

/** A text whose measures all stand at `level`, each with luck of its own. */
function textAt(level: number, random: Random): Choosable {
  const measures = measuresOf(() => Math.min(1, Math.max(0, level + 0.1 * random.normal())));
  const measured: MeasuredText = { score: 0, lower: 0, upper: 0, measures, applicable: measureNames, failures: [], judge: 'test' }; // prettier-ignore
  return { measured: { ...measured, score: scoreUnder(measured, measures) }, impartial: measures };
}

/** What `briefs` choices among `drafts` texts come to, beyond a text that nobody chose. */
function gainsOf(briefs: number, levels: readonly number[]): { readonly best: number; readonly impartial: number } {
  const random = seededRandom('choices');
  let best = 0;
  let impartial = 0;
  for (let brief = 0; brief < briefs; brief++) {
    const texts = levels.map((level) => textAt(level, random));
    const unchosen = textAt(levels[0] as number, random).measured.score;
    const chosen = texts.reduce((a, b) => (b.measured.score > a.measured.score ? b : a));
    best += (chosen.measured.score - unchosen) / briefs;
    impartial += (scoreUnder(chosen.measured, impartialMeasures(texts)) - unchosen) / briefs;
  }
  return { best, impartial };
}

describe('what measures say of a choice that they made', () => {
  it('is what they say of the text, where there was nothing to choose', () => {
    const text = textAt(0.7, seededRandom('one'));
    expect(impartialMeasures([text])).toEqual(text.measured.measures);
  });

  it('is no more than of one text, where drafts differ by luck alone', () => {
    const { best, impartial } = gainsOf(4000, [0.7, 0.7, 0.7]);
    expect(best).toBeGreaterThan(0.3);
    expect(Math.abs(impartial)).toBeLessThan(0.04);
  });

  it('is what the choice is worth, where one draft is truly better', () => {
    const { impartial } = gainsOf(4000, [0.6, 0.8]);
    expect(impartial).toBeGreaterThan(1.9);
    expect(impartial).toBeLessThan(2.2);
  });

  it('passes on what was known of a text that had been chosen before', () => {
    const random = seededRandom('twice');
    const good = textAt(0.9, random);
    const before = { ...good, impartial: measuresOf(() => 0.5) };
    expect(impartialMeasures([before, textAt(0.2, random)])).toEqual(before.impartial);
  });
});
