import { ownValue } from '@contentflow/kernel';
import { stemmer } from 'stemmer';
import { memoByLanguage } from './memo-by-language.ts';

const rememberedWords = 20_000;
const shortestStem = 4;

/** Endings that inflection adds, the longest first. After the light stemmers of Savoy (2006), SAC '06, 10.1145/1141277.1141523. */
const endings: Readonly<Record<string, readonly string[]>> = {
  de: ['ungen', 'ern', 'est', 'end', 'ung', 'em', 'en', 'er', 'es', 'st', 'e', 'n', 's', 't'],
  fr: [
    'issements',
    'ements',
    'ement',
    'euses',
    'ations',
    'ation',
    'euse',
    'eurs',
    'ées',
    'eur',
    'ent',
    'ons',
    'ez',
    'és',
    'ée',
    'er',
    'es',
    'e',
    's',
    'x',
  ],
  es: [
    'amientos',
    'amiento',
    'aciones',
    'ación',
    'mente',
    'ando',
    'iendo',
    'idad',
    'ados',
    'adas',
    'ado',
    'ada',
    'ar',
    'er',
    'ir',
    'es',
    'as',
    'os',
    'a',
    'o',
    'e',
    's',
  ],
  it: [
    'azioni',
    'azione',
    'mente',
    'ando',
    'endo',
    'are',
    'ere',
    'ire',
    'ato',
    'ata',
    'ati',
    'ate',
    'i',
    'e',
    'a',
    'o',
  ],
  pt: [
    'amentos',
    'amento',
    'ações',
    'ação',
    'mente',
    'ando',
    'endo',
    'ados',
    'adas',
    'ado',
    'ada',
    'ar',
    'er',
    'ir',
    'es',
    'as',
    'os',
    'a',
    'o',
    'e',
    's',
  ],
  nl: ['ingen', 'heden', 'ing', 'en', 'er', 'je', 'e', 's', 't'],
};

/**
 * The stem of a lower-case word: Porter's (1980) for English, a light one elsewhere, so that inflected forms meet.
 * @param language  primary BCP 47 subtag
 */
export const stemOf = memoByLanguage(rememberedWords, (word, language) =>
  language === 'en' ? englishStem(word) : lightStem(word, language),
);

function englishStem(word: string): string {
  return stemmer(word.replace(/['’]s?$/, ''));
}

function lightStem(word: string, language: string): string {
  for (const ending of ownValue(endings, language) ?? [])
    if (word.endsWith(ending) && word.length - ending.length >= shortestStem)
      return withoutMarks(word.slice(0, -ending.length));
  return withoutMarks(word);
}

function withoutMarks(word: string): string {
  return word.normalize('NFD').replace(/\p{M}+/gu, '');
}
