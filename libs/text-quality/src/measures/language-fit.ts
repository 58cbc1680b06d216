import { ownValue } from '@contentflow/kernel';
import { eld } from 'eld/extrasmall';
import type { MeasuredBrief } from '../measured-brief.ts';
import { primaryLanguage } from '../measured-brief.ts';
import { sentenceFacts, type SentenceFacts } from '../sentence-facts.ts';
import type { TextFacts } from '../text-facts.ts';

/** Languages that detectors confuse in short texts; told apart less sharply. */
const nearRelatives: readonly ReadonlySet<string>[] = [
  new Set(['no', 'nb', 'nn', 'da', 'sv']),
  new Set(['es', 'pt', 'gl', 'ca']),
  new Set(['cs', 'sk']),
  new Set(['hr', 'sr', 'bs', 'sl']),
  new Set(['id', 'ms']),
  new Set(['nl', 'af']),
];
/** Others cannot be told, and nobody is blamed for them. */
let known: ReadonlySet<string> | undefined;
const detectable = (): ReadonlySet<string> => (known ??= new Set(Object.values(eld.info().Languages)));
const nearRelativeFit = 0.75;
const undecided = 0.9;
const judgedOnTheWhole = 700;

/**
 * The share of the text, by length, that is in the asked language, as eld (character n-grams, Nito T.M.) detects it per sentence;
 * sentences too short to tell abstain. Without an asked language the brief's own, where the brief is long enough to tell.
 * @returns [0, 1]
 */
export function languageFit(brief: MeasuredBrief, text: TextFacts): number {
  const requested = primaryLanguage(brief.language) ?? languageOfBrief(brief);
  if (requested === undefined || !detectable().has(requested)) return 1;
  let right = 0;
  let total = 0;
  for (const sentence of text.sentences) {
    const fit = fitOfSentence(sentence, requested);
    if (fit === undefined) continue;
    right += fit * sentence.text.length;
    total += sentence.text.length;
  }
  return total === 0 ? fitOfWhole(text, requested) : right / total;
}

/** The language a brief is written in; undefined where it is too short to tell. */
export function languageOfBrief(brief: MeasuredBrief): string | undefined {
  const said = [brief.topic, ...(brief.keyPoints ?? []), brief.reference ?? ''].join('. ').slice(0, judgedOnTheWhole);
  return sentenceFacts(said, 'en').detected.language || undefined;
}

function fitOfSentence({ detected: { language, scores } }: SentenceFacts, requested: string): number | undefined {
  if (language === '') return undefined;
  if (language === requested) return 1;
  if (nearRelatives.some((family) => family.has(language) && family.has(requested))) return nearRelativeFit;
  const score = ownValue(scores, requested) ?? 0;
  const best = ownValue(scores, language) ?? 1;
  return score > 0.85 * best ? undecided : 0;
}

function fitOfWhole(text: TextFacts, requested: string): number {
  const whole = sentenceFacts(text.text.slice(0, judgedOnTheWhole), text.language);
  return fitOfSentence(whole, requested) ?? 1;
}
