import type { SentenceFacts } from '../sentence-facts.ts';
import type { TextFacts } from '../text-facts.ts';

const withGap = 0.7;
const scattered = 0.35;
/** More than this share of all words in one keyword reads as stuffing, from this many occurrences on. */
const stuffedShare = 0.05;
const stuffedFrom = 5;

/**
 * The share of keywords that the text uses as phrases, in any inflection: 1 in a row, 0.7 with one word between, 0.35 scattered
 * in one sentence; a keyword stuffed beyond 5 % of all words loses up to half. 1 where none were asked for.
 */
export function keywordCoverage(keywords: readonly SentenceFacts[], text: TextFacts): number {
  if (keywords.length === 0) return 1;
  return keywords.reduce((sum, keyword) => sum + usageOf(keyword, text), 0) / keywords.length;
}

function usageOf(keyword: SentenceFacts, text: TextFacts): number {
  if (keyword.stems.length === 0) return text.text.includes(keyword.text) ? 1 : 0;
  if (!keyword.stems.every((stem) => text.stems.has(stem))) return joinedUsage(keyword, text);
  let best = 0;
  let uses = 0;
  for (const sentence of text.sentences) {
    const inARow = phraseCount(keyword.stems, sentence.stems, 0);
    uses += inARow;
    if (inARow > 0) best = 1;
    else if (best < withGap && phraseCount(keyword.stems, sentence.stems, 1) > 0) best = withGap;
    else if (best < scattered && keyword.stems.every((stem) => sentence.stems.includes(stem))) best = scattered;
  }
  return best * stuffing(uses * keyword.stems.length, uses, text.wordCount);
}

/** `e-mail marketing` is met by `email marketing`, `#CoffeeLovers` by `coffee lovers`. */
function joinedUsage(keyword: SentenceFacts, text: TextFacts): number {
  const joined = keyword.text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return joined.length >= 4 &&
    text.text
      .toLowerCase()
      .replace(/[-#\s]/g, '')
      .includes(joined)
    ? 1
    : 0;
}

function phraseCount(phrase: readonly string[], stems: readonly string[], gap: number): number {
  let count = 0;
  for (let start = stems.indexOf(phrase[0] ?? ''); start !== -1; start = stems.indexOf(phrase[0] ?? '', start + 1))
    if (followsFrom(phrase, stems, start, gap)) count++;
  return count;
}

function followsFrom(phrase: readonly string[], stems: readonly string[], start: number, gap: number): boolean {
  let at = start;
  for (let i = 1; i < phrase.length; i++) {
    const next = stems.indexOf(phrase[i] ?? '', at + 1);
    if (next === -1 || next - at > 1 + gap) return false;
    at = next;
  }
  return true;
}

function stuffing(words: number, uses: number, total: number): number {
  const share = words / Math.max(1, total);
  if (uses < stuffedFrom || share <= stuffedShare) return 1;
  return Math.max(0.5, 1 - 5 * (share - stuffedShare));
}
