import type { SentenceFacts } from './sentence-facts.ts';

let places = 0;

/** Finds out once what can be told of a sentence alone, and keeps it with the sentence's facts. */
export function memoBySentence<Result extends object>(
  compute: (sentence: SentenceFacts) => Result,
): (sentence: SentenceFacts) => Result {
  const place = places++;
  return (sentence) => (sentence.found[place] ??= compute(sentence)) as Result;
}
