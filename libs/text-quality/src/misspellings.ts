import data from './misspellings.json' with { type: 'json' };

const corrections: ReadonlyMap<string, string> = new Map(Object.entries(data.corrections));

/** The right spelling of a lower-case word that is a common misspelling; undefined for all others. */
export const correctionOf = (word: string): string | undefined => corrections.get(word);
