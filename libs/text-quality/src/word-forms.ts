import { isEnglishWord } from './english-words.ts';

export const setOf = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));
export const modals =
  setOf(`will would can cannot could should must may might shall won't wouldn't can't couldn't shouldn't mustn't
  don't doesn't didn't`);
export const supports = setOf('do does did');
export const pronouns = setOf('i you he she it we they');
export const singularPronouns = setOf('he she it');
export const pluralPronouns = setOf('we they you i');
export const singularDeterminers = setOf('a an this that each every another one');
export const pluralDeterminers = setOf('these those many several both few all most our your their the');
export const smallNumbers = setOf('two three four five six seven eight nine ten eleven twelve');
export const beforeClause = setOf(
  'of in on at for with by from to and or that than as between about into over under per',
);
/** Verbs that are hardly ever nouns, so that one after a noun is what it does. */
export const plainVerbs =
  setOf(`make give bring provide require explain recommend become seem contain include allow keep know take
  say tell mean need love offer create deliver bite attract begin become belong bring choose come continue decide depend
  enjoy ensure exist feel fill follow forget get go grow happen hear hold hug improve know learn leave lie like live
  lose meet move occur open produce protect reach receive remain remember save see sell send show sit sleep speak spend
  stand start stay suggest teach tell think tend try understand use wait want wear write`);

/** Those of them that are read as nouns where they stand in the singular after a noun ("a team move"). */
export const alsoNouns = setOf(
  'need love hug offer use move start stay show wait wear try reach sleep stand live like open lie bite',
);

const irregularPast =
  setOf(`became began bought brought built caught chose came drew drank drove ate fell felt found forgot gave
  went grew had heard held kept knew left lost made meant met paid ran said saw sold sent showed slept spoke spent stood
  took taught told thought understood wore won wrote`);
export const adjectives =
  setOf(`big small long short wet dry late early cold hot warm cool hard soft easy heavy light slow fast high low
  old young tired weak strong wide narrow loud quiet bright dark expensive cheap difficult dangerous busy thick thin`);
export const notPlural =
  setOf(`news series always perhaps its this his yes was is has does plus thus us across less unless towards
  besides sometimes means lens gas bus class glass dress press access process business success address progress
  is as ours yours hers theirs physics mathematics economics athletics species focus status bonus campus virus
  analysis basis crisis thesis emphasis canvas atlas christmas texas`);
export const irregularPlurals = setOf('people children men women feet teeth mice geese police staff');
export const pluralVerbs = setOf('are were have do');
export const singularVerbs = setOf('is was has does');
export const adverbs = setOf('ever never always often still only also just really already usually now soon then even');
export const invariant = setOf(
  'set put cut hit let cost hurt shut split spread quit read beat bet rest present better that',
);
export const adjectivesInLy =
  setOf(`early friendly likely lovely daily weekly monthly yearly only family lonely lively costly deadly elderly
  orderly ugly silly holy curly unlikely unfriendly timely homely wooly woolly reply supply apply fully really actually
  usually probably possibly exactly mostly hardly nearly certainly clearly simply finally currently fairly`);
export const isVerbInIng = (word: string): boolean => {
  const base = word.replace(/ing$/, '');
  return [base, `${base}e`, base.replace(/(.)\1$/, '$1')].some((form) => form.length > 2 && isVerb(form));
};
export function baseOfThirdPerson(word: string): string | undefined {
  if (!/[a-z]{2}s$/.test(word) || /(?:ss|us|is)$/.test(word)) return undefined;
  const base = /ies$/.test(word)
    ? `${word.slice(0, -3)}y`
    : /(?:sh|ch|x|z|ss|o)es$/.test(word)
      ? word.slice(0, -2)
      : word.slice(0, -1);
  return isVerb(base) ? base : undefined;
}

export function thirdPersonOf(base: string): string {
  if (base === 'do' || base === 'go') return `${base}es`;
  if (/[^aeiou]y$/.test(base)) return `${base.slice(0, -1)}ies`;
  return /(?:sh|ch|x|z|ss)$/.test(base) ? `${base}es` : `${base}s`;
}

/** Has all the forms of a verb. */
export const isVerb = (base: string): boolean =>
  plainVerbs.has(base) ||
  ((isEnglishWord(`${base.replace(/e$/, '')}ing`) ||
    (/[aeiou][bdgklmnprt]$/.test(base) && isEnglishWord(`${base}${base.slice(-1)}ing`))) &&
    !beforeClause.has(base) &&
    !smallNumbers.has(base) &&
    base !== 'pretty' &&
    isEnglishWord(base) &&
    base.length > 3 &&
    !nounsInIng.has(base));

const nounsInIng = setOf(
  'even during morning evening king thing spring string wing ring sing bring ceil build her end',
);
export const isPastForm = (word: string): boolean =>
  irregularPast.has(word) ||
  (/[a-z]{2}ed$/.test(word) &&
    (isEnglishWord(`${word.slice(0, -2)}ing`) || isEnglishWord(`${word.slice(0, -1).replace(/e$/, '')}ing`)));
export const isVerbForm = (word: string): boolean => plainVerbs.has(word);
export const isEnglishNounLike = (word: string): boolean =>
  alsoNouns.has(word) ||
  [
    'need',
    'bed',
    'feed',
    'seed',
    'speed',
    'exceed',
    'proceed',
    'succeed',
    'embed',
    'shed',
    'wed',
    'used',
    'saw',
    'felt',
    'found',
    'left',
    'ground',
    'bound',
  ].includes(word);
export function isPlural(word: string): boolean {
  if (irregularPlurals.has(word)) return word !== 'staff' && word !== 'police';
  return (
    /[a-z]{2}s$/.test(word) &&
    !/(?:ss|us|is|ous|ics)$/.test(word) &&
    !notPlural.has(word) &&
    (isEnglishWord(word.slice(0, -1)) || isEnglishWord(word.replace(/ies$/, 'y')))
  );
}

export const hasPlural = (word: string): boolean =>
  isEnglishWord(
    /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /(?:sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`,
  );
export function isSingularNoun(word: string): boolean {
  return (
    word.length > 2 &&
    !/s$/.test(word) &&
    hasPlural(word) &&
    !plainVerbs.has(word) &&
    !modals.has(word) &&
    !supports.has(word) &&
    !irregularPlurals.has(word) &&
    !pronouns.has(word) &&
    !['more', 'other', 'most', 'new', 'not', 'and', 'last', 'first'].includes(word)
  );
}
