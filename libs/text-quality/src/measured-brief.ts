/** What a text is measured against: the fields of a brief that say how the text should be. */
export interface MeasuredBrief {
  /** product_description, blog_post, email, ad_copy, social_post, headline, summary, custom; others count as custom. */
  readonly contentType: string;
  readonly topic: string;
  readonly audience?: string;
  readonly tone?: string;
  /** Words. */
  readonly length?: number;
  readonly keyPoints?: readonly string[];
  readonly keywords?: readonly string[];
  /** BCP 47, such as `en-GB`. */
  readonly language?: string;
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** The ten measures of a text, each in [0, 1], 1 good. What was not asked for is 1. */
export interface TextMeasures {
  readonly lengthFit: number;
  readonly keyPointCoverage: number;
  readonly keywordCoverage: number;
  readonly toneFit: number;
  readonly languageFit: number;
  readonly grammar: number;
  readonly readability: number;
  readonly structure: number;
  readonly repetition: number;
  readonly groundedness: number;
}

export type MeasureName = keyof TextMeasures;

export const measureNames: readonly MeasureName[] = [
  'lengthFit',
  'keyPointCoverage',
  'keywordCoverage',
  'toneFit',
  'languageFit',
  'grammar',
  'readability',
  'structure',
  'repetition',
  'groundedness',
];

/** Each measure, by its name and place. */
export const measuresOf = (of: (name: MeasureName, index: number) => number): TextMeasures =>
  Object.fromEntries(measureNames.map((name, i) => [name, of(name, i)])) as Record<MeasureName, number>;

/** The primary subtag of a BCP 47 tag, in lower case: `de` of `de-CH`; undefined where none was given. */
export function primaryLanguage(tag: string | undefined): string | undefined {
  const primary = tag?.trim().toLowerCase().split(/[-_]/)[0];
  return primary === '' ? undefined : primary;
}
