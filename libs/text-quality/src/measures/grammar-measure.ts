import type { GrammarSlip } from '../grammar-slip.ts';
import type { SentenceFacts } from '../sentence-facts.ts';
import type { TextBlock } from '../text-blocks.ts';
import type { BriefFacts, TextFacts } from '../text-facts.ts';

/** At this many slips in 100 words the measure is 1 ÷ e. */
const slipsPerHundredWords = 3;
/** One slip in a headline is not three in a hundred words: short texts are read as of this length. */
const minWords = 40;
const shortestFullSentence = 6;

/**
 * Grammar, spelling and punctuation: exp(−slips per 100 words ÷ 3).
 * @returns [0, 1], 1 without a slip
 */
export function grammarMeasure(slips: number, words: number): number {
  return Math.exp((-100 * slips) / Math.max(minWords, words) / slipsPerHundredWords);
}

/** The slips of a text, those of its layout included: capitals at the beginning and full stops at the end of prose. */
export function slipsOf(text: TextFacts, contentType: string, brief?: BriefFacts): GrammarSlip[] {
  const slips = text.sentences.flatMap((sentence) => sentence.slips).filter((slip) => !isOfBrief(slip, brief));
  let at = 0;
  for (const block of text.blocks) {
    const sentences = text.sentences.slice(at, at + block.sentences.length);
    at += block.sentences.length;
    if (block.kind === 'paragraph') slips.push(...layoutSlips(block, sentences, contentType));
  }
  return slips;
}

/** Words that the brief has are spelt as it spells them. */
function isOfBrief({ kind, found }: GrammarSlip, brief: BriefFacts | undefined): boolean {
  return kind === 'misspelling' && (brief?.sources.some(({ words }) => words.includes(found)) ?? false);
}

function layoutSlips(block: TextBlock, sentences: readonly SentenceFacts[], contentType: string): GrammarSlip[] {
  const slips: GrammarSlip[] = [];
  for (const sentence of sentences)
    if (sentence.beginsInLowerCase && !isInformalLine(contentType))
      slips.push({ kind: 'capitalisation', found: sentence.words[0] ?? '' });
  const last = sentences.at(-1);
  if (
    last &&
    !last.endsWithPunctuation &&
    last.words.length >= shortestFullSentence &&
    !isInformalLine(contentType) &&
    !/[,|]$/.test(block.text)
  )
    slips.push({ kind: 'end_punctuation', found: last.words.slice(-2).join(' ') });
  return slips;
}

/** Headlines, ads and posts drop full stops and capitals as a matter of style. */
function isInformalLine(contentType: string): boolean {
  return contentType === 'headline' || contentType === 'social_post' || contentType === 'ad_copy';
}
