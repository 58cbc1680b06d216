import { boundedMemo } from '@contentflow/kernel';

/** A tag is free text in a brief: what is kept must stay bounded. */
const mostLanguages = 40;

/**
 * Remembers the results of a pure function of a text and the language it is read by.
 * @param limit  results kept at most for each language, > 0
 */
export function memoByLanguage<Result>(
  limit: number,
  compute: (text: string, language: string) => Result,
): (text: string, language: string) => Result {
  const memos = new Map<string, (text: string) => Result>();
  return (text, language) => {
    let memo = memos.get(language);
    if (!memo) {
      memo = boundedMemo(limit, (each) => compute(each, language));
      if (memos.size < mostLanguages) memos.set(language, memo);
    }
    return memo(text);
  };
}
