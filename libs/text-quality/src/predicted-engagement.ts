import type { MeasuredBrief } from './measured-brief.ts';
import { measureText, type MeasuredText } from './measure-text.ts';
import { voiceOf } from './measures/tone-fit.ts';
import { sentenceFacts } from './sentence-facts.ts';
import { textFactsOf, voiceTotalsOf } from './text-facts.ts';
import { primaryLanguage } from './measured-brief.ts';

/**
 * How likely readers are to act on a text, as an index: 0.5 for an ordinary one. A prior from the text alone: its measured
 * quality, a voice that addresses the reader, and an opening that makes curious. Signs after Banerjee and Urminsky (2024),
 * Marketing Science 44(2), and Robertson et al. (2023), Nature Human Behaviour 7, on headline tests: longer and more concrete
 * headlines and negative words gain, calls to share lose; weights set by hand. `engagementRate` turns it into a click rate
 * learned from events.
 * @returns [0, 1]
 */
export function predictedEngagement(
  brief: MeasuredBrief,
  text: string,
  measured: MeasuredText = measureText(brief, text),
): number {
  if (measured.failures.includes('empty')) return 0;
  const language = primaryLanguage(brief.language) ?? 'en';
  const facts = textFactsOf(text, language);
  const voice = voiceOf(voiceTotalsOf(facts.sentences));
  const opening = sentenceFacts(facts.blocks[0]?.sentences[0] ?? text.slice(0, 200), language);
  const appeal =
    0.9 * (measured.score / 10 - 0.7) * 4 +
    0.5 * (voice.warmth - 0.4) +
    0.5 * (voice.persuasion - 0.4) +
    0.3 * openingAppeal(opening.text, opening.words.length);
  return 1 / (1 + Math.exp(-appeal));
}

const curiosity = /\b(?:how|why|what|this|these|secret|mistake|never|nobody|surprising|actually|until|turns out)\b/i;

/** About −1 to 1: a question, a figure or something left open draws in; more than thirty words tire. */
function openingAppeal(opening: string, words: number): number {
  const draws = [curiosity.test(opening), /\d/.test(opening), opening.includes('?'), /\byou(?:r)?\b/i.test(opening)];
  return draws.filter(Boolean).length * 0.4 - 0.4 - Math.max(0, (words - 30) / 30);
}
