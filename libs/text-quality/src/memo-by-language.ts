import { boundedMemo } from '@contentflow/kernel';

/** A tag is free text in a brief: what is kept must stay bounded. */
const MAX_LANGUAGES = 80;

/**
 * Remembers the results of a pure function of a text and the language it is read by.
 * @param limit  results kept at most for each language, > 0
 */
export function memoByLanguage<Result>(
  limit: number,
  compute: (text: string, language: string) => Result,
): (text: string, language: string) => Result {
  const memoOf = boundedMemo(MAX_LANGUAGES, (language) => boundedMemo(limit, (text) => compute(text, language)));
  let latest: string | undefined;
  let ofLatest = memoOf('');
  // Word after word is of one language.
  return (text, language) => {
    if (language !== latest) ofLatest = memoOf((latest = language));
    return ofLatest(text);
  };
}
