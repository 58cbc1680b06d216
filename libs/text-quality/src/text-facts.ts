import { memoByLanguage } from './memo-by-language.ts';
import { primaryLanguage, type MeasuredBrief } from './measured-brief.ts';
import { sentenceFacts, type SentenceFacts } from './sentence-facts.ts';
import { toneMarkNames, type ToneMark } from './tone-marks.ts';
import { blocksOf, type TextBlock } from './text-blocks.ts';

/** A text taken apart once, for all measures. */
export interface TextFacts {
  readonly text: string;
  readonly blocks: readonly TextBlock[];
  /** Of all blocks but hashtags, in order. */
  readonly sentences: readonly SentenceFacts[];
  /** Of paragraphs and bullets alone: what is read as prose. */
  readonly prose: readonly SentenceFacts[];
  /** Words; in scripts without spaces, characters ÷ 1.7. */
  readonly wordCount: number;
  readonly stems: ReadonlySet<string>;
  /** Primary BCP 47 subtag by whose rules the text was read. */
  readonly language: string;
}

/** What a brief says, taken apart for comparison with a text. */
export interface BriefFacts {
  readonly language: string;
  /** Everything in the brief that a text may take facts from, the reference included. */
  readonly sources: readonly SentenceFacts[];
  readonly sourceStems: ReadonlySet<string>;
  readonly sourceNumbers: ReadonlySet<string>;
  readonly keyPoints: readonly SentenceFacts[];
  readonly keywords: readonly SentenceFacts[];
}

const charactersPerWord = 1.7;
const defaultLanguage = 'en';

/** What one service has measured, another reads again at once. */
export const textFactsOf = memoByLanguage(64, parseText);

function parseText(text: string, language: string): TextFacts {
  const blocks = blocksOf(text);
  const sentences: SentenceFacts[] = [];
  const prose: SentenceFacts[] = [];
  const stems = new Set<string>();
  let words = 0;
  for (const block of blocks) {
    for (const sentence of block.sentences) {
      const facts = sentenceFacts(sentence, language);
      sentences.push(facts);
      if (block.kind === 'paragraph' || block.kind === 'bullet') prose.push(facts);
      for (const stem of facts.stems) stems.add(stem);
      words += facts.words.length;
    }
  }
  return { text, blocks, sentences, prose, wordCount: wordCountOf(text, words), stems, language };
}

function wordCountOf(text: string, tokens: number): number {
  const unspaced = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0;
  return tokens - unspaced + Math.round(unspaced / charactersPerWord);
}

export function briefFactsOf(brief: MeasuredBrief): BriefFacts {
  const language = primaryLanguage(brief.language) ?? defaultLanguage;
  const factsOf = (part: string): SentenceFacts => sentenceFacts(part.trim(), language);
  const keyPoints = (brief.keyPoints ?? []).filter((point) => point.trim() !== '').map(factsOf);
  const keywords = (brief.keywords ?? []).filter((word) => word.trim() !== '').map(factsOf);
  const said = [brief.topic, brief.audience ?? ''].filter((part) => part.trim() !== '').map(factsOf);
  const reference = brief.reference ? textFactsOf(brief.reference, language).sentences : [];
  const details = metadataText(brief.metadata).map(factsOf);
  const sources = [...said, ...keyPoints, ...keywords, ...reference, ...details];
  return {
    language,
    sources,
    sourceStems: new Set(sources.flatMap((source) => source.stems)),
    sourceNumbers: new Set(sources.flatMap((source) => source.numbers.map((number) => number.value))),
    keyPoints,
    keywords,
  };
}

function metadataText(metadata: MeasuredBrief['metadata']): string[] {
  return Object.values(metadata ?? {}).flatMap((value) =>
    typeof value === 'string' && value !== '' ? [value] : typeof value === 'number' ? [String(value)] : [],
  );
}

/** Totals over sentences of the counts that tone is read from. */
export interface VoiceTotals {
  readonly words: number;
  readonly sentences: number;
  readonly letters: number;
  readonly exclamations: number;
  readonly questions: number;
  readonly emoji: number;
  readonly shouted: number;
  readonly marks: Readonly<Record<ToneMark, number>>;
}

export function voiceTotalsOf(sentences: readonly SentenceFacts[]): VoiceTotals {
  const marks = Object.fromEntries(toneMarkNames.map((mark) => [mark, 0])) as Record<ToneMark, number>;
  const totals = { words: 0, letters: 0, exclamations: 0, questions: 0, emoji: 0, shouted: 0 };
  for (const sentence of sentences) {
    totals.words += sentence.words.length;
    totals.letters += sentence.letters;
    totals.exclamations += sentence.exclamations;
    totals.questions += sentence.questions;
    totals.emoji += sentence.emoji;
    totals.shouted += sentence.shouted;
    for (const mark of toneMarkNames) marks[mark] += sentence.tone[mark];
  }
  return { ...totals, sentences: sentences.length, marks };
}
