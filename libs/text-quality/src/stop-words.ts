import data from './stop-words.json' with { type: 'json' };

/** Words that carry no content of their own, by language. */
const stopWordsByLanguage: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(data.languages).map(([language, words]) => [language, new Set(words.split(' '))]),
);

/** The stop words of a language; for one without a list, none. */
export function stopWordsOf(language: string): ReadonlySet<string> {
  return stopWordsByLanguage.get(language) ?? noWords;
}

const noWords: ReadonlySet<string> = new Set();
export const stopWordLanguages: readonly string[] = [...stopWordsByLanguage.keys()];
