import { isEnglishWord } from './english-words.ts';
import type { GrammarSlip } from './grammar-slip.ts';
import { afterIndefinite, apartFromVerb, besideNoun, besidePronoun, subjectSlip } from './subject-agreement.ts';
import {
  adjectives,
  adjectivesInLy,
  alsoNouns,
  baseOfThirdPerson,
  beforeClause,
  isEnglishNounLike,
  isPastForm,
  isPlural,
  isSingularNoun,
  isVerbForm,
  isVerbInIng,
  modals,
  plainVerbs,
  pronouns,
  setOf,
  singularVerbs,
  smallNumbers,
  supports,
} from './word-forms.ts';

/**
 * Where words that belong together do not fit together: subject and verb, number and noun, what follows a modal. A few patterns of two to
 * four words, each safe without knowing the sentence; for English alone.
 * @param words  the sentence's words in lower case, in order
 */
export function agreementSlips(clause: readonly string[]): GrammarSlip[] {
  const words = clause.filter((word, i) => !(i === 0 && leading.has(word)) && !between.has(word));
  const slips: GrammarSlip[] = subjectSlip(words);
  for (let at = 0; at < words.length; at++) {
    const suggestion = misfitAt(words, at);
    if (suggestion === undefined) continue;
    slips.push({ kind: 'agreement', found: words.slice(Math.max(0, at - 1), at + 2).join(' '), suggestion });
  }
  return slips;
}

/** What joins a clause to the one before, and what may stand between a subject and its verb without changing anything. */
const leading = new Set(['and', 'but', 'so', 'or', 'yet', 'then']);

const between = new Set([
  'itself',
  'themselves',
  'himself',
  'herself',
  'ourselves',
  'yourself',
  'also',
  'always',
  'often',
  'never',
  'still',
  'really',
  'usually',
  'now',
]);

function misfitAt(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  return (
    afterModal(words, at) ??
    besidePronoun(word, before, earlier) ??
    besideNoun(words, at) ??
    afterNumber(words, at) ??
    comparedTwice(word, before) ??
    afterIndefinite(words, at) ??
    inWrongForm(words, at) ??
    apartFromVerb(words, at) ??
    misplaced(words, at)
  );
}

/** `will tries`, `would you likes`, `cannot changed`. */
function afterModal(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  const isAfter =
    modals.has(before) ||
    (pronouns.has(before) && (modals.has(earlier) || supports.has(earlier)) && !supports.has(words[at - 3] ?? '')) ||
    (before === 'not' && (modals.has(earlier) || supports.has(earlier)));
  if (!isAfter || (modals.has(word) && !isVerbForm(word))) return undefined;
  if (singularVerbs.has(word) && word !== 'does' && (modals.has(before) || before === 'not'))
    return word === 'has' ? 'have' : 'be';
  const base = baseOfThirdPerson(word);
  if (base !== undefined) return base;
  return isPastForm(word) && !isEnglishNounLike(word) ? 'the base form' : undefined;
}

const onlyPast =
  setOf(`fell went saw took gave wrote ate drove broke chose forgot grew knew began drank became threw flew wore
  spoke stole shook swam sang rang rose`);

const takeInfinitives =
  /^(?:plan|want|need|hope|decide|try|tries|agree|aim|expect|fail|offer|promise|refuse|seem|tend|wish|intend|manage|attempt)(?:s|d|ed)?$/;

/** `has fell`, `will confirming`, `plans to publishing`, `will be gratefully`. */
function inWrongForm(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  if (['has', 'have', 'had', "it's", "i've", "we've", "they've", "you've"].includes(before) && onlyPast.has(word))
    return `${before} + participle`;
  if (modals.has(before) && !supports.has(before) && /[a-z]{3}ing$/.test(word) && isVerbInIng(word))
    return word.replace(/ing$/, '');
  if (modals.has(before) && pronouns.has(earlier) && onlyPast.has(word)) return 'the base form';
  if (before === 'to' && takeInfinitives.test(earlier) && /[a-z]{3}ing$/.test(word) && isVerbInIng(word))
    return 'the base form';
  if (
    before === 'be' &&
    modals.has(earlier) &&
    /ly$/.test(word) &&
    !adjectivesInLy.has(word) &&
    isEnglishWord(word.replace(/ly$/, '')) &&
    words[at + 1] === undefined
  )
    return word.replace(/ly$/, '');
  return undefined;
}

/** `30 day.`, `four company make`, `many of it`, `there are no need`. */
function afterNumber(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  const next = words[at + 1];
  const isMany = smallNumbers.has(before) || (/^\d+$/.test(before) && before !== '1');
  const isPreposed = [
    'within',
    'for',
    'in',
    'after',
    'every',
    'takes',
    'took',
    'last',
    'lasts',
    'than',
    'of',
    'by',
  ].includes(earlier);
  if (
    isMany &&
    isPreposed &&
    units.has(word) &&
    word !== 'second' &&
    (next === undefined || beforeClause.has(next) || next === 'shorter' || next === 'longer')
  )
    return `${before} ${word}s`;
  if (smallNumbers.has(before) && isSingularNoun(word) && !isPlural(word) && next !== undefined && plainVerbs.has(next))
    return `${before} ${word}s`;
  if (before === 'many' && word === 'of' && next === 'it') return 'much of it';
  if (
    earlier === 'there' &&
    (before === 'are' || before === 'were') &&
    ((['a', 'an', 'one'].includes(word) && !manyThings.has(next ?? '')) || (word === 'no' && next === 'need'))
  )
    return `there is ${word}`;
  if (
    earlier === 'there' &&
    (before === 'is' || before === 'was') &&
    (smallNumbers.has(word) || word === 'many' || word === 'several')
  )
    return `there are ${word}`;
  if (before === 'any' && isPlural(word) && next === 'you' && baseOfThirdPerson(words[at + 2] ?? '') !== undefined)
    return 'any …';
  return undefined;
}

const manyThings = setOf(
  'lot few couple number handful ton million hundred thousand dozen range variety great good pair',
);

/** `more cheaper`, `most simplest`. */
function comparedTwice(word: string, before: string): string | undefined {
  if (before === 'more' && /[a-z]{3}er$/.test(word) && isAdjective(word.replace(/er$/, ''))) return word;
  if (before === 'most' && /[a-z]{3}est$/.test(word) && isAdjective(word.replace(/est$/, ''))) return word;
  return undefined;
}

const isAdjective = (base: string): boolean =>
  [base, `${base}e`, base.replace(/i$/, 'y'), base.replace(/([a-z])\1$/, '$1')].some(
    (form) =>
      adjectives.has(form) ||
      (isEnglishWord(`${form}ly`) && isEnglishWord(form)) ||
      form === 'simple' ||
      form === 'large',
  );

/** `is to wet,`, `be their to`, `its tempting to`, `enough to restored`, `we advice you`. */
function misplaced(words: readonly string[], at: number): string | undefined {
  const word = words[at] ?? '';
  const before = words[at - 1] ?? '';
  const earlier = words[at - 2] ?? '';
  const next = words[at + 1];
  if (
    word === 'to' &&
    ['is', 'are', 'was', 'were', 'be', "it's"].includes(before) &&
    next !== undefined &&
    adjectives.has(next) &&
    !beforeClause.has(words[at + 2] ?? '') &&
    !isNounAfter(words, at + 2)
  )
    return `too ${next}`;
  if (
    word === 'their' &&
    ['be', 'been', 'is', 'are', 'was', 'were'].includes(before) &&
    (next === 'to' || next === 'for' || next === 'when' || next === undefined)
  )
    return 'there';
  if (
    word === 'its' &&
    next !== undefined &&
    (words[at + 2] === 'to' || words[at + 2] === 'that') &&
    (/ing$/.test(next) ||
      adjectives.has(next) ||
      ['important', 'clear', 'true', 'good', 'best', 'better', 'possible', 'likely', 'fun'].includes(next))
  )
    return `it's ${next}`;
  if (
    before === 'to' &&
    [
      'enough',
      'want',
      'wants',
      'need',
      'needs',
      'able',
      'ready',
      'like',
      'how',
      'going',
      'order',
      'hard',
      'easy',
      'time',
    ].includes(earlier) &&
    (isPastForm(word) || baseOfThirdPerson(word) !== undefined) &&
    !isEnglishNounLike(word)
  )
    return 'the base form';
  if (
    word === 'to' &&
    /^(?:recommend|suggest|avoid|enjoy|finish|consider)s?$/.test(before) &&
    next !== undefined &&
    /ing$/.test(next)
  )
    return `${before} ${next}`;
  if (word === 'advice' && pronouns.has(before)) return `${before} advise`;
  if (word === 'been' && ['were', 'was', 'is', 'are', 'be'].includes(before)) return before;
  if (
    ['are', 'is', 'am', 'was', 'were'].includes(before) &&
    (word === 'look' || (plainVerbs.has(word) && !alsoNouns.has(word) && !isAdjectiveToo.has(word)))
  )
    return isQuestion(words, at) ? undefined : `${before} ${word}ing`;
  if (
    word === 'you' &&
    next !== undefined &&
    bodyParts.has(next) &&
    !['if', 'when', 'that', 'and', 'as', 'what'].includes(before) &&
    at > 0
  )
    return 'your';
  if (word === 'works' && before === 'the' && words[at + 1] === 'is') return 'the work';
  return undefined;
}

const isAdjectiveToo = setOf('open live like become come let keep mean');

const bodyParts = setOf('foot feet hand hands head heart body skin hair eyes home house order account team');

const isQuestion = (words: readonly string[], at: number): boolean =>
  at <= 1 || ['what', 'where', 'who', 'how'].includes(words[0] ?? '');

const isNounAfter = (words: readonly string[], at: number): boolean => {
  const word = words[at];
  return (
    word !== undefined &&
    !beforeClause.has(word) &&
    !pronouns.has(word) &&
    isSingularNoun(word) &&
    !['add', 'then', 'just', 'but', 'use'].includes(word)
  );
};

const units =
  setOf(`day week month year hour minute second mile kilometre kilometer metre meter inch pound ounce gram dollar euro
  percent point step time person colour color room page`);
