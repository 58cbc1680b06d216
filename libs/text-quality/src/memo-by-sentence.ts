import type { SentenceFacts } from './sentence-facts.ts';

/** Finds out once what can be told of a sentence alone, as long as its facts are kept. */
export function memoBySentence<Result>(
  compute: (sentence: SentenceFacts) => Result,
): (sentence: SentenceFacts) => Result {
  const known = new WeakMap<SentenceFacts, { readonly result: Result }>();
  return (sentence) => {
    const kept = known.get(sentence);
    if (kept) return kept.result;
    const result = compute(sentence);
    known.set(sentence, { result });
    return result;
  };
}
