import type { TextFacts } from './text-facts.ts';
import { wrappingsOf } from './wrapping.ts';

/** A failure that no merit elsewhere makes up for. */
export type SevereFailure = 'empty' | 'refusal' | 'wrong_language' | 'truncated' | 'placeholder' | 'wrapped';

/** What is left of the score, per failure. */
const remainder: Readonly<Record<SevereFailure, number>> = {
  empty: 0,
  refusal: 0.1,
  wrong_language: 0.3,
  truncated: 0.75,
  placeholder: 0.8,
  wrapped: 0.85,
};

const refusal =
  /\b(?:as an? (?:ai|artificial intelligence|large language)(?: language)?(?: model| assistant)?|i(?:['’]m| am) (?:sorry,? but i|unable to|not able to) (?:can(?:no|['’])t|cannot|assist|help|fulfil|write|create|generate|provide)|i (?:cannot|can['’]t|won['’]t) (?:assist|help|fulfil|comply|write|create|generate|provide)|als (?:ki|künstliche intelligenz|sprachmodell)|en tant qu['’](?:ia|intelligence artificielle|modèle de langage)|como (?:modelo de lenguaje|inteligencia artificial))\b/i;
const placeholder =
  /\[(?:insert|your|my|our|the|company|product|name|brand|date|link|customer|first|last|recipient|support|e-?mail|phone|website|url|address|city|price|title)[^\]]{0,40}\](?!\()|\{\{?[a-z_ ]+\}?\}|lorem ipsum|\bTODO\b|\bTBD\b|<(?:insert|your)[^>]*>/i;
const unfinishedEnd =
  /(?:\b(?:and|or|but|the|a|an|of|to|with|for|from|in|on|at|by|as|than|that|which|who|if|when|because|through|against|into|is|are|was|were|our|your|their|my|its|this|we|they|und|oder|der|die|das|mit|et|ou|le|la|de|y|o|el|con|para)|[,;:–—-])\s*$/i;
const refusalSearched = 400;
const minProseWords = 25;
/** Words of a line of its own that breaks off; shorter ones are calls without a full stop. */
const shortestCut = 5;
const wrongLanguageBelow = 0.35;

/** The severe failures of a text, the gravest first. */
export function severeFailures(text: TextFacts, contentType: string, languageFit: number): SevereFailure[] {
  if (text.wordCount === 0) return ['empty'];
  const failures: SevereFailure[] = [];
  if (refusal.test(text.text.slice(0, refusalSearched))) failures.push('refusal');
  if (languageFit < wrongLanguageBelow) failures.push('wrong_language');
  if (isTruncated(text, contentType)) failures.push('truncated');
  if (placeholder.test(text.text)) failures.push('placeholder');
  if (wrappingsOf(text.text, contentType).length > 0) failures.push('wrapped');
  return failures;
}

/** What is left of a score under these failures, [0, 1]. */
export function remainderUnder(failures: readonly SevereFailure[]): number {
  return failures.reduce((left, failure) => left * remainder[failure], 1);
}

/** Stops in the middle of a sentence: on a word that cannot end one, or prose without any mark at its end. */
function isTruncated(text: TextFacts, contentType: string): boolean {
  const last = text.blocks.filter(({ kind }) => kind !== 'hashtags').at(-1);
  const sentence = text.sentences.at(-1);
  if (!last || !sentence || last.kind === 'subject' || last.isMarked || contentType === 'headline') return false;
  if (sentence.endsWithPunctuation || endsInTags.test(last.text)) return false;
  // A line alone may be a title; what follows sentences that all end is one that does not.
  const follows = text.sentences.slice(0, -1).filter((earlier) => earlier.endsWithPunctuation).length;
  if (text.wordCount < minProseWords && follows < 2) return false;
  if (unfinishedEnd.test(last.text)) return !isSignOff(last.text) || follows > 1;
  if (last.kind === 'bullet') return false;
  if (asks.test(sentence.text) && sentence.words.length > 1) return follows > 0;
  if (isInformal(contentType))
    return (
      follows >= 2 &&
      follows === text.sentences.length - 1 &&
      (last.sentences.length > 1 || sentence.words.length >= shortestCut)
    );
  return sentence.words.length >= 6 || last.sentences.length > 1;
}

const endsInTags = /(?:#[\p{L}\p{N}_]+|\p{Extended_Pictographic}\uFE0F?|https?:\S+)\s*$/u;
/** A question that no mark ends. */
const asks = /^(?:who|what|which|why|how|when|where|would|could|can|will|do|does|are|is)\b/i;
const isSignOff = (line: string): boolean => line.trim().split(/\s+/).length <= 4;
const isInformal = (contentType: string): boolean => contentType === 'ad_copy' || contentType === 'social_post';
