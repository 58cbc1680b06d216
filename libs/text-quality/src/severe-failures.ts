import type { TextFacts } from './text-facts.ts';

/** A failure that no merit elsewhere makes up for. */
export type SevereFailure = 'empty' | 'refusal' | 'wrong_language' | 'truncated' | 'placeholder';

/** What is left of the score, per failure. */
const remainder: Readonly<Record<SevereFailure, number>> = {
  empty: 0,
  refusal: 0.1,
  wrong_language: 0.3,
  truncated: 0.75,
  placeholder: 0.8,
};

const refusal =
  /\b(?:as an? (?:ai|artificial intelligence|large language)(?: language)?(?: model| assistant)?|i(?:['’]m| am) (?:sorry,? but i|unable to|not able to) (?:can(?:no|['’])t|cannot|assist|help|fulfil|write|create|generate|provide)|i (?:cannot|can['’]t|won['’]t) (?:assist|help|fulfil|comply|write|create|generate|provide)|als (?:ki|künstliche intelligenz|sprachmodell)|en tant qu['’](?:ia|intelligence artificielle|modèle de langage)|como (?:modelo de lenguaje|inteligencia artificial))\b/i;
const placeholder =
  /\[(?:insert|your|company|product|name|brand|date|link|customer|first|recipient)[^\]]{0,40}\]|\{\{?[a-z_ ]+\}?\}|lorem ipsum|\bTODO\b|\bTBD\b|<(?:insert|your)[^>]*>/i;
const unfinishedEnd =
  /(?:\b(?:and|or|the|a|an|of|to|with|for|in|on|by|that|which|is|are|und|oder|der|die|das|mit|et|ou|le|la|de|y|o|el|con|para)|[,;:–—-])\s*$/i;
const refusalSearched = 400;
const minProseWords = 25;
const wrongLanguageBelow = 0.35;

/** The severe failures of a text, the gravest first. */
export function severeFailures(text: TextFacts, contentType: string, languageFit: number): SevereFailure[] {
  if (text.wordCount === 0) return ['empty'];
  const failures: SevereFailure[] = [];
  if (refusal.test(text.text.slice(0, refusalSearched))) failures.push('refusal');
  if (languageFit < wrongLanguageBelow) failures.push('wrong_language');
  if (isTruncated(text, contentType)) failures.push('truncated');
  if (placeholder.test(text.text)) failures.push('placeholder');
  return failures;
}

/** What is left of a score under these failures, [0, 1]. */
export function remainderUnder(failures: readonly SevereFailure[]): number {
  return failures.reduce((left, failure) => left * remainder[failure], 1);
}

/** Stops in the middle of a sentence: on a word that cannot end one, or prose without any mark at its end. */
function isTruncated(text: TextFacts, contentType: string): boolean {
  const last = text.blocks.at(-1);
  const sentence = text.sentences.at(-1);
  if (!last || !sentence || last.kind === 'heading' || last.kind === 'subject' || last.kind === 'hashtags')
    return false;
  if (sentence.endsWithPunctuation) return false;
  if (contentType === 'headline') return false;
  if (unfinishedEnd.test(last.text) && text.wordCount >= minProseWords) return !isSignOff(last.text);
  return (
    last.kind === 'paragraph' &&
    text.wordCount >= minProseWords &&
    sentence.words.length >= 6 &&
    !isInformal(contentType)
  );
}

const isSignOff = (line: string): boolean => line.trim().split(/\s+/).length <= 4;
const isInformal = (contentType: string): boolean => contentType === 'ad_copy' || contentType === 'social_post';
