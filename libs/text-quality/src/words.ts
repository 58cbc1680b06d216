const wordPattern =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\d+(?:[.,:]\d+)*%?|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;

/** The words of a text in lower case with straight apostrophes; numbers are words, a Chinese or Japanese character too. */
export function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(wordPattern) ?? []).map((word) => word.replaceAll('’', "'"));
}

/** Where one clause ends and another begins, or something is put in between. */
const clauseEnd = /[,;:()–—"“”]+/u;

/** The clauses of a sentence, in order. */
export const clausesOf = (sentence: string): string[] => sentence.split(clauseEnd);
