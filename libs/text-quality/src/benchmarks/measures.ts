import { seededRandom } from '@contentflow/kernel';
import { measureText } from '../measure-text.ts';
import { nearDuplicates } from '../near-duplicates.ts';

export interface MeasuresOptions {
  readonly measured?: number;
  readonly compared?: number;
  /** Milliseconds since any moment; time is the caller's to know. */
  readonly milliseconds: () => number;
}

/** How long a text is measured, and how long many texts are searched for near-duplicates. Times in ms. */
export function benchMeasures(options: MeasuresOptions, report: (line: string) => void) {
  const { measured = 10_000, compared = 1000, milliseconds } = options;
  const timed = <T>(work: () => T): { readonly result: T; readonly took: number } => {
    const start = milliseconds();
    const result = work();
    return { result, took: milliseconds() - start };
  };
  const times = texts(measured)
    .map((text) => timed(() => measureText(brief, text)).took)
    .sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(share * times.length)] ?? 0;
  report(`measureText, 300 words: median ${at(0.5).toFixed(3)} ms, 95th percentile ${at(0.95).toFixed(3)} ms`);

  const pairs = texts(compared / 2).flatMap((text) => [text, `${text} New.`]);
  const { result, took } = timed(() => nearDuplicates(pairs));
  report(`nearDuplicates, ${pairs.length} texts that share half of their sentences: ${took.toFixed(0)} ms`);
  return { median: at(0.5), p95: at(0.95), duplicates: result.length, comparedInMs: took };
}

const brief = {
  contentType: 'product_description',
  topic: 'Aurora reading lamp',
  tone: 'friendly',
  length: 300,
  keyPoints: ['battery lasts 20 hours', 'three brightness levels', 'recycled aluminium body', 'two-year warranty'],
  keywords: ['reading lamp', 'warm light'],
  language: 'en',
};
const subjects = [
  'The lamp',
  'Your new companion',
  'This small light',
  'Our team',
  'The body',
  'A single charge',
  'The battery',
  'Every student',
];
const verbs = ['gives', 'brings', 'promises', 'needs', 'keeps', 'holds', 'saves', 'offers'];
const objects = [
  'a warm light for late evenings',
  'more room on the desk',
  'twenty hours of quiet reading',
  'less than you would think',
  'all the comfort you need',
];

/** Texts of 300 words from a stock of 320 sentences. */
function texts(count: number): string[] {
  const random = seededRandom(1);
  const sentence = (): string =>
    `${random.pick(subjects)} ${random.pick(verbs)} ${random.pick(objects)}, and that is what counts.`;
  const paragraph = (): string => Array.from({ length: 6 }, sentence).join(' ');
  return Array.from({ length: count }, () => Array.from({ length: 4 }, paragraph).join('\n\n'));
}
