import type { Brief, Quality } from '@contentflow/contracts';
import type { MeasuredText, TextMeasures } from '@contentflow/text-quality';

type Measures = Pick<typeof import('@contentflow/text-quality'), 'measureText' | 'impartialMeasures' | 'scoreUnder'>;

interface MeasuredBoth {
  readonly measured: MeasuredText;
  readonly impartial: TextMeasures;
}

/** What is measured of the texts of one content, each once for each language that it is to be in, and of the choices among them. */
export class MeasuredTexts {
  readonly #measures: Measures;
  readonly #known = new Map<string, MeasuredBoth>();

  constructor(measures: Measures) {
    this.#measures = measures;
  }

  readonly score = (text: string, brief: Brief): number => this.#of(text, brief).measured.score;

  /** That it was taken for its score, among all of these. */
  readonly chosen = (text: string, among: readonly string[], brief: Brief): void => {
    const { measured } = this.#of(text, brief);
    const impartial = this.#measures.impartialMeasures(among.map((each) => this.#of(each, brief)));
    this.#known.set(keyOf(text, brief), { measured, impartial });
  };

  quality(text: string, brief: Brief): Quality {
    const { measured, impartial } = this.#of(text, brief);
    const { score, lower, upper, measures } = measured;
    const apart = impartial === measures ? {} : { impartial: this.#measures.scoreUnder(measured, impartial) };
    return { score, lower, upper, measures, ...apart };
  }

  #of(text: string, brief: Brief): MeasuredBoth {
    const key = keyOf(text, brief);
    const known = this.#known.get(key);
    if (known) return known;
    const measured = this.#measures.measureText(brief, text);
    const made = { measured, impartial: measured.measures };
    this.#known.set(key, made);
    return made;
  }
}

const keyOf = (text: string, { language = '' }: Brief): string => `${language} ${text}`;
