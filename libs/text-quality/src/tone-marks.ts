import data from './tone-marks.json' with { type: 'json' };

/** What a word or phrase says about the voice of a text. */
export type ToneMark =
  | 'contraction'
  | 'secondPerson'
  | 'firstPlural'
  | 'casual'
  | 'formal'
  | 'hedge'
  | 'warm'
  | 'energetic'
  | 'persuasive'
  | 'hostile'
  | 'playful'
  | 'imperative';

export type ToneCounts = Readonly<Record<ToneMark, number>>;

export const toneMarkNames: readonly ToneMark[] = [
  'contraction',
  'secondPerson',
  'firstPlural',
  'casual',
  'formal',
  'hedge',
  'warm',
  'energetic',
  'persuasive',
  'hostile',
  'playful',
  'imperative',
];

const marksByWord = lexiconIndex();
const contraction = /['’](?:s|re|ve|ll|d|m|t)$/;
const emoji = /\p{Extended_Pictographic}/gu;
const none: readonly ToneMark[] = [];

/** The marks of a lower-case word; an imperative counts at the start of a sentence only. */
export function toneMarksOf(word: string, startsSentence: boolean): readonly ToneMark[] {
  const marks = marksByWord.get(word);
  const contracted = contraction.test(word) && !/^(?:[^'’]+['’]s)$/.test(word);
  const isMark = contracted || commonlyContracted.has(word);
  if (!marks) return isMark ? ['contraction'] : none;
  const counted = startsSentence ? marks : marks.filter((mark) => mark !== 'imperative');
  return isMark ? [...counted, 'contraction'] : counted;
}

const commonlyContracted = new Set(data.commonlyContracted.split(' '));

export function emojiIn(text: string): number {
  return text.match(emoji)?.length ?? 0;
}

function lexiconIndex(): ReadonlyMap<string, readonly ToneMark[]> {
  const index = new Map<string, ToneMark[]>();
  const words: Readonly<Partial<Record<ToneMark, string>>> = data.words;
  for (const mark of toneMarkNames)
    for (const word of words[mark]?.split(' ') ?? []) index.set(word, [...new Set([...(index.get(word) ?? []), mark])]);
  return index;
}
