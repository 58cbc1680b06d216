import type { GrammarSlip } from './grammar-slip.ts';
import {
  adjectives,
  adjectivesInLy,
  adverbs,
  alsoNouns,
  baseOfThirdPerson,
  beforeClause,
  hasPlural,
  invariant,
  irregularPlurals,
  isEnglishNounLike,
  isPastForm,
  isPlural,
  isSingularNoun,
  isVerb,
  isVerbInIng,
  modals,
  notPlural,
  plainVerbs,
  pluralDeterminers,
  pluralPronouns,
  pluralVerbs,
  pronouns,
  setOf,
  singularDeterminers,
  singularPronouns,
  smallNumbers,
  supports,
  thirdPersonOf,
} from './word-forms.ts';

/** `it feel`, `we requires`, `it are`, `it am`, `people who knows`. */
export function besidePronoun(word: string, before: string, earlier: string): string | undefined {
  const isFree =
    !modals.has(earlier) &&
    !supports.has(earlier) &&
    !beforeClause.has(earlier) &&
    !letting.has(earlier) &&
    !/(?:ing|'d|'s)$/.test(earlier);
  if (before === 'it' && (word === 'am' || (word === 'are' && isFree))) return 'it is';
  if (before === 'we' && word === 'am') return 'we are';
  if (singularPronouns.has(before) && isFree && plainVerbs.has(word) && word !== 'like')
    return `${before} ${thirdPersonOf(word)}`;
  if (pluralPronouns.has(before) && !beforeClause.has(earlier)) {
    const base = baseOfThirdPerson(word);
    if (base !== undefined && plainVerbs.has(base)) return `${before} ${base}`;
  }
  if (before === 'who' && (irregularPlurals.has(earlier) || isPlural(earlier))) {
    const base = baseOfThirdPerson(word);
    if (base !== undefined && plainVerbs.has(base)) return `who ${base}`;
  }
  return undefined;
}

const letting = setOf(
  'let lets make makes made see sees saw help helps helped hear heard watch have has had if whether that',
);

/** `This release make`, `families loves`, `meetings was`, `Every heaps`, `these lamp`. */
export function besideNoun(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const noun = words[at - 1] ?? '';
  const determiner = words[at - 2] ?? '';
  if (at >= 2 && singularDeterminers.has(determiner) && isSingularNoun(noun)) {
    if (plainVerbs.has(word) && !alsoNouns.has(word) && isClauseStart(words, at - 2)) return thirdPersonOf(word);
    if (pluralVerbs.has(word) && isClauseStart(words, at - 2)) return `${noun} ${word === 'have' ? 'has' : 'is'}`;
  }
  if (at >= 1 && isPlural(noun) && isSubject(words, at - 1)) {
    if (word === 'is' || word === 'was' || word === 'has')
      return `${noun} ${word === 'has' ? 'have' : word === 'is' ? 'are' : 'were'}`;
    const base = baseOfThirdPerson(word);
    if (
      base !== undefined &&
      plainVerbs.has(base) &&
      (!isEnglishNounLike(base) || pluralDeterminers.has(determiner) || objects.has(words[at + 1] ?? ''))
    )
      return `${noun} ${base}`;
  }
  if (
    at >= 1 &&
    ['the', 'our', 'your', 'their', 'my'].includes(determiner) &&
    isSingularNoun(noun) &&
    isClauseStart(words, at - 2)
  ) {
    if (word === 'do' || (plainVerbs.has(word) && !alsoNouns.has(word) && !beforeClause.has(words[at + 1] ?? '')))
      return `${noun} ${thirdPersonOf(word)}`;
  }
  if (
    at >= 2 &&
    (word === 'do' || word === 'have') &&
    words[at + 1] === 'not' &&
    !isPlural(noun) &&
    !pluralPronouns.has(noun) &&
    !['to', 'who', 'and', 'which', 'that'].includes(noun)
  )
    return hasSingularSubject(words, at - 1) ? `${noun} ${word === 'do' ? 'does' : 'has'}` : undefined;
  if (
    (noun === 'every' || noun === 'each' || noun === 'another') &&
    isPlural(word) &&
    !plainVerbs.has(word.slice(0, -1))
  )
    return `${noun} ${word.slice(0, -1)}`;
  return undefined;
}

const indefinites = setOf(
  'something anything everything nothing everyone everybody someone somebody anyone anybody nobody',
);

/** `everyone have`, `if anything do not`, `something ever wear out`. */
export function afterIndefinite(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const skipped = adverbs.has(before) ? 2 : 1;
  const subject = words[at - skipped] ?? '';
  const earlier = words[at - skipped - 1] ?? '';
  if (
    !indefinites.has(subject) ||
    word === 'like' ||
    (letting.has(earlier) && earlier !== 'if' && earlier !== 'that') ||
    supports.has(earlier) ||
    modals.has(earlier) ||
    isVerb(earlier)
  )
    return undefined;
  if (pluralVerbs.has(word))
    return `${subject} ${word === 'have' ? 'has' : word === 'do' ? 'does' : word === 'are' ? 'is' : 'was'}`;
  return plainVerbs.has(word) ? `${subject} ${thirdPersonOf(word)}` : undefined;
}

/** `It switch off`, `They forgives`, `Two sites remains`, `Sampling continue`, `The guide in the portal show each`, `you tea is`. */
export function apartFromVerb(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  const base = baseOfThirdPerson(word);
  const next = words[at + 1] ?? '';
  if (
    singularPronouns.has(before) &&
    isBeginning(words, at - 1) &&
    isVerb(word) &&
    !modals.has(word) &&
    !invariant.has(word) &&
    !isPastForm(word) &&
    !/(?:(?<!e)ed|ing|ly)$/.test(word) &&
    !beforeClause.has(word) &&
    !adverbs.has(word)
  )
    return `${before} ${thirdPersonOf(word)}`;
  if (
    ['we', 'they', 'you', 'i'].includes(before) &&
    isBeginning(words, at - 1) &&
    base !== undefined &&
    !notPlural.has(word) &&
    !adverbs.has(word) &&
    (plainVerbs.has(base) || !hasPlural(base) || objects.has(next) || adjectives.has(next))
  )
    return `${before} ${base}`;
  if (
    base !== undefined &&
    isPlural(before) &&
    (smallNumbers.has(earlier) || /^\d+$/.test(earlier)) &&
    isBeginning(words, at - 2) &&
    plainVerbs.has(base)
  )
    return `${before} ${base}`;
  if (
    base !== undefined &&
    isPlural(before) &&
    isAdjectiveLike(earlier) &&
    at === 2 &&
    plainVerbs.has(base) &&
    (beforeClause.has(next) || objects.has(next))
  )
    return `${before} ${base}`;
  if (at === 1 && /[a-z]{3}ing$/.test(before) && isVerbInIng(before) && plainVerbs.has(word) && !alsoNouns.has(word))
    return `${before} ${thirdPersonOf(word)}`;
  if (
    at >= 5 &&
    plainVerbs.has(word) &&
    isSingularNoun(before) &&
    ['the', 'a', 'your', 'our', 'this', 'their'].includes(earlier) &&
    beforeClause.has(words[at - 3] ?? '') &&
    words[at - 3] !== 'and' &&
    words[at - 3] !== 'to' &&
    isSingularNoun(words[at - 4] ?? '') &&
    ['the', 'this', 'each', 'every', 'our', 'your', 'a'].includes(words[at - 5] ?? '') &&
    isBeginning(words, at - 5) &&
    (objects.has(next) || ['each', 'every', 'how', 'what'].includes(next))
  )
    return `${words[at - 4]} … ${thirdPersonOf(word)}`;
  if (at === 1 && ['we', 'they', 'i', 'he', 'she'].includes(before) && /[a-z]{3}ing$/.test(word) && isVerbInIng(word))
    return `${before} …`;
  if (['we', 'they', 'you', 'i'].includes(before) && word === 'does' && isBeginning(words, at - 1))
    return `${before} do`;
  if (singularPronouns.has(before) && word === 'do' && isBeginning(words, at - 1)) return `${before} does`;
  if (at === 1 && before === 'who' && plainVerbs.has(word) && objects.has(next)) return `who ${thirdPersonOf(word)}`;
  if (
    at >= 3 &&
    at <= 6 &&
    (word === 'is' || word === 'was' || word === 'has') &&
    isPlural(words[0] ?? '') &&
    phraseBeginnings.has(words[1] ?? '') &&
    words.slice(2, at).every((between) => hasPlural(between) || isPlural(between) || isAdjectiveLike(between))
  )
    return `${words[0]} … ${word === 'has' ? 'have' : 'are'}`;
  if (
    before === 'you' &&
    isSingularNoun(word) &&
    !/^wh/.test(word) &&
    !isVerb(word) &&
    !adjectives.has(word) &&
    ['is', 'was', 'has', 'will', 'are', 'can'].includes(next)
  )
    return `your ${word}`;
  return undefined;
}

const phraseBeginnings = setOf('on in for with from at');

const isAdjectiveLike = (word: string): boolean =>
  adjectives.has(word) ||
  [
    'good',
    'bad',
    'new',
    'great',
    'fine',
    'local',
    'fresh',
    'happy',
    'simple',
    'clear',
    'most',
    'many',
    'our',
    'your',
    'their',
    'the',
    'these',
    'those',
  ].includes(word);

const determiners = setOf(
  'the a an this that each every another my your his her its our their these those some most many all both several few',
);

const collectives =
  setOf(`team staff family council government company band group committee crew majority couple pair public press crowd
  audience police class board jury half rest lot number variety range percent`);

const auxiliaries = setOf(
  'is are was were has have had do does did will would can could should may might must be been am',
);

const particles =
  setOf(`in out up down on off away back over around through into to at from with for until the a an your our their its
  his her it them us you open well fast most more less best better`);

const weekdays = setOf('monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow');

/** The subject that a clause begins with, where it is plain to see, and a verb that does not go with it. */
export function subjectSlip(words: readonly string[]): GrammarSlip[] {
  const start =
    joining.has(words[0] ?? '') && words[0] !== 'who' && words[0] !== 'which'
      ? 1
      : weekdays.has(words[1] ?? '')
        ? 2
        : 0;
  const asked = words[start] === 'which' ? start + 1 : start;
  const head = headOf(words, asked);
  if (head === undefined) return [];
  const noun = words[head] ?? '';
  const verb = words[head + 1] ?? '';
  const next = words[head + 2];
  const suggestion = isPlural(noun) ? besidePlural(verb, next) : besideSingular(verb, next, noun);
  return suggestion === undefined ? [] : [{ kind: 'agreement', found: `${noun} ${verb}`, suggestion }];
}

/** The last noun of a phrase of at most four words, the first of which is a determiner, or a plural noun alone. */
function headOf(words: readonly string[], start: number): number | undefined {
  const first = words[start] ?? '';
  if (isPlural(first) && start > 0 && words[start - 1] !== 'which') return start;
  if (!determiners.has(first) && words[start - 1] !== 'which') return undefined;
  for (let at = determiners.has(first) ? start + 1 : start; at < Math.min(words.length, start + 4); at++) {
    const word = words[at] ?? '';
    const next = words[at + 1] ?? '';
    if (
      beforeClause.has(word) ||
      pronouns.has(word) ||
      auxiliaries.has(word) ||
      modals.has(word) ||
      collectives.has(word) ||
      smallNumbers.has(word)
    )
      return undefined;
    if (isPlural(word)) return singularDeterminers.has(first) ? undefined : at;
    if (
      isSingularNoun(word) &&
      (auxiliaries.has(next) ||
        (isVerb(next) && !hasPlural(next)) ||
        (plainVerbs.has(next) && particles.has(words[at + 2] ?? '')))
    )
      return at;
    if (words[start - 1] === 'which' && isSingularNoun(word) && isVerb(next) && !isPlural(next) && !isPastForm(next))
      return at;
  }
  return undefined;
}

function besidePlural(verb: string, next: string | undefined): string | undefined {
  if (verb === 'has') return 'have';
  const base = baseOfThirdPerson(verb);
  if (base === undefined || next === undefined || verb === 'is' || verb === 'was') return undefined;
  return particles.has(next) || (/ly$/.test(next) && !adjectivesInLy.has(next)) ? base : undefined;
}

function besideSingular(verb: string, next: string | undefined, noun: string): string | undefined {
  if (isPlural(noun) || next === undefined || invariant.has(verb)) return undefined;
  if (verb === 'are') return 'is';
  if (verb === 'have' && !particles.has(noun)) return 'has';
  if (auxiliaries.has(verb) || modals.has(verb) || auxiliaries.has(next)) return undefined;
  return isVerb(verb) && !isPastForm(verb) && !/(?:(?<!e)ed|ing|ly)$/.test(verb) && particles.has(next)
    ? thirdPersonOf(verb)
    : undefined;
}

/** Where a clause may begin: first, or after a word that joins clauses. */
const isBeginning = (words: readonly string[], at: number): boolean => at === 0 || joining.has(words[at - 1] ?? '');

const joining = setOf(
  'what how who where and but because if when so while although since which that where as until once than unless',
);

/** At the sentence's beginning, or after a word that begins a clause. */
function isClauseStart(words: readonly string[], at: number): boolean {
  const before = words[at - 1];
  return before === undefined || ['because', 'while', 'but', 'when', 'where', 'since', 'although'].includes(before);
}

/** A plural noun that no preposition makes part of another's phrase. */
function isSubject(words: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 4); i--) {
    const word = words[i] ?? '';
    if (
      /^\d/.test(word) ||
      smallNumbers.has(word) ||
      beforeClause.has(word) ||
      subjectsOfTheirOwn.has(word) ||
      pronouns.has(word) ||
      /ing$/.test(word)
    )
      return false;
  }
  return true;
}

const objects = setOf('to into the a an your their our its it them');

const subjectsOfTheirOwn = setOf('one each every what which is are was if how');

function hasSingularSubject(words: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= Math.max(0, at - 5); i--) {
    const word = words[i] ?? '';
    if (singularDeterminers.has(word)) return true;
    if (isPlural(word) || pluralPronouns.has(word) || word === 'and') return false;
    if (word === 'the' && i === 0) return true;
  }
  return false;
}
