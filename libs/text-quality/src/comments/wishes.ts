import { remarkWords } from './remark-features.ts';

/** Names of tones, as recipes know them, by the wish that they are a kind of. */
const toneNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    casual: ['casual', 'friendly', 'warm', 'conversational', 'playful', 'humorous'],
    formal: ['formal', 'professional', 'serious', 'authoritative', 'academic'],
    enthusiastic: ['enthusiastic', 'energetic', 'persuasive'],
    neutral: ['neutral', 'informative'],
  }).flatMap(([kind, names]) => names.map((name): [string, string] => [name, kind])),
);

/** A number of words that a remark names, as `80 words`. */
export function wordsNamedIn(remark: string): string | undefined {
  const count =
    /(?<!\d)(\d{2,4})(?:\s*(?:-|to|–|bis|à|a|tot|do|till|til)\s*\d+)?\s*(?:words?|wörtern?|mots|palabras|palavras|parole|woorden|słów|ord)(?!\p{L})/iu.exec(
      remark,
    )?.[1];
  return count === undefined ? undefined : `${count} words`;
}

/** The tone that a remark names, where it is of the kind that is wished for, or liked. */
export function toneNamedIn(remark: string, wished: string | undefined): string | undefined {
  const named = remarkWords(remark).filter((word) => toneNames.has(word));
  if (wished === undefined) return named.at(-1);
  const kind = toneNames.get(wished);
  return named.findLast((name) => toneNames.get(name) === kind);
}
