import type { Brief, Quality } from '@contentflow/contracts';
import type { MeasuredText, TextMeasures } from '@contentflow/text-quality';

type Measures = Pick<typeof import('@contentflow/text-quality'), 'measureText' | 'impartialMeasures' | 'scoreUnder'>;

interface MeasuredBoth {
  readonly measured: MeasuredText;
  readonly impartial: TextMeasures;
  /** Of the drafts that it was chosen among: what the choice among the first of them comes to, among the first two, … */
  readonly byDrafts?: readonly number[];
}

/** What is measured of the texts of one content, each once for each language that it is to be in, and of the choices among them. */
export class MeasuredTexts {
  readonly #measures: Measures;
  readonly #words: number | undefined;
  readonly #known = new Map<string, MeasuredBoth>();

  /** @param words  that the recipe asks for where the brief names none: a text is as long as it should be where it is as long as it was asked to be */
  constructor(measures: Measures, words?: number) {
    this.#measures = measures;
    this.#words = words;
  }

  readonly score = (text: string, brief: Brief): number => this.#of(text, brief).measured.score;

  /** That it was taken for its score, among all of these; of drafts it is kept what fewer of them would have come to. */
  readonly chosen = (text: string, among: readonly string[], brief: Brief, of: 'drafts' | 'revisions'): void => {
    const { measured } = this.#of(text, brief);
    const all = among.map((each) => this.#of(each, brief));
    const impartial = this.#measures.impartialMeasures(all);
    const byDrafts = of === 'drafts' ? this.#byDrafts(all) : all.find((each) => each.byDrafts)?.byDrafts;
    this.#known.set(keyOf(text, brief), { measured, impartial, ...(byDrafts ? { byDrafts } : {}) });
  };

  quality(text: string, brief: Brief): Quality {
    const { measured, impartial, byDrafts } = this.#of(text, brief);
    const { score, lower, upper, measures } = measured;
    const apart = impartial === measures ? {} : { impartial: this.#measures.scoreUnder(measured, impartial) };
    return { score, lower, upper, measures, ...apart, ...(byDrafts ? { byDrafts: [...byDrafts] } : {}) };
  }

  #byDrafts(drafts: readonly MeasuredBoth[]): number[] {
    return drafts.map((_, last) => {
      const made = drafts.slice(0, last + 1);
      const best = made.reduce((a, b) => (b.measured.score > a.measured.score ? b : a));
      const score = this.#measures.scoreUnder(best.measured, this.#measures.impartialMeasures(made));
      return Number(score.toFixed(4));
    });
  }

  #of(text: string, brief: Brief): MeasuredBoth {
    const key = keyOf(text, brief);
    const known = this.#known.get(key);
    if (known) return known;
    const { length = this.#words } = brief;
    const measured = this.#measures.measureText(length === undefined ? brief : { ...brief, length }, text);
    const made = { measured, impartial: measured.measures };
    this.#known.set(key, made);
    return made;
  }
}

const keyOf = (text: string, { language = '' }: Brief): string => `${language} ${text}`;
