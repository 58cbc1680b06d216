import { looseQuantifiers } from './contrasts.ts';
import { contentStem, type TextSignature } from './text-signature.ts';

export type Conflict =
  'numbers' | 'negation' | 'names' | 'quantifiers' | 'tense' | 'question' | 'opposites' | 'kinds' | 'roles' | 'matter';

/**
 * Why two texts cannot ask for the same, however alike they look; undefined where nothing is found. It errs towards
 * finding something: a hit that is refused costs a call, a wrong one costs trust.
 */
export function conflictBetween(a: TextSignature, b: TextSignature): Conflict | undefined {
  const isShort = Math.min(a.stems.length, b.stems.length) <= SHORT;
  if (a.numbers !== b.numbers) return 'numbers';
  if (a.isNegated !== b.isNegated) return 'negation';
  if (quantifiersDiffer(a.quantifiers, b.quantifiers, isShort)) return 'quantifiers';
  if (differ(a.tense, b.tense, isShort)) return 'tense';
  if (differ(a.asks, b.asks, isShort) || (a.asks === '' && differ(a.form, b.form, false))) return 'question';
  if (lacks(a.identifiers, b) || lacks(b.identifiers, a)) return 'names';
  if (namesDiffer(a, b, isShort)) return 'names';
  if (opposed(a, b)) return 'opposites';
  if (kindsDiffer(a, b)) return 'kinds';
  if (rolesCross(a, b)) return 'roles';
  return isMinimalPair(a, b) ? 'matter' : undefined;
}

/** Content words. In longer texts one small word more or less is style, not sense. */
const SHORT = 8;

const differ = (a: string, b: string, isShort: boolean): boolean => a !== b && (isShort || (a !== '' && b !== ''));

const quantifiersDiffer = (a: string, b: string, isShort: boolean): boolean =>
  differ(a, b, isShort && !looseQuantifiers.has(a || b));

/** Each has a name that the other does not mention in any form; of short texts, either. */
function namesDiffer(a: TextSignature, b: TextSignature, isShort: boolean): boolean {
  const isMissingInB = lacks(a.names, b);
  const isMissingInA = lacks(b.names, a);
  return isShort ? isMissingInA || isMissingInB : isMissingInA && isMissingInB;
}

const lacks = (names: readonly string[], text: TextSignature): boolean =>
  names.some((name) => !text.compressed.includes(name));

function opposed(a: TextSignature, b: TextSignature): boolean {
  for (const mark of a.contrasts) {
    if (mark.includes(':')) continue;
    const other = mark.endsWith('+') ? `${mark.slice(0, -1)}-` : `${mark.slice(0, -1)}+`;
    if (b.contrasts.has(other) && !a.contrasts.has(other) && !b.contrasts.has(mark)) return true;
  }
  return false;
}

function kindsDiffer(a: TextSignature, b: TextSignature): boolean {
  const missing = (from: TextSignature, to: TextSignature) =>
    [...from.contrasts]
      .filter((mark) => mark.includes(':') && !to.contrasts.has(mark))
      .map((mark) => mark.split(':')[0]);
  const inA = new Set(missing(a, b));
  return missing(b, a).some((kind) => inA.has(kind));
}

const OPPOSITE_ROLES: readonly (readonly [string, string])[] = [
  ['from', 'to'],
  ['from', 'into'],
  ['before', 'after'],
  ['with', 'without'],
];

/** From A to B against from B to A; A than B against B than A. */
function rolesCross(a: TextSignature, b: TextSignature): boolean {
  const crossed = OPPOSITE_ROLES.some(([one, other]) => meets(a, one, b, other) || meets(a, other, b, one));
  if (crossed) return true;
  if (!isSameBag(a, b)) return false;
  for (const role of [
    'than',
    'before',
    'after',
    'instead',
    'versus',
    'over',
    'into',
    'to',
    'from',
    'for',
    'by',
    'of',
  ]) {
    const inA = a.roles.get(role);
    const inB = b.roles.get(role);
    if (inA === undefined || inB === undefined || inA === inB) continue;
    if (a.stemSet.has(inB) && b.stemSet.has(inA)) return true;
  }
  return isReordered(a, b) || isSwapped(a, b);
}

/** Two words have changed places, and all others have kept theirs. Neighbours may: a password reset resets a password. */
function isSwapped(a: TextSignature, b: TextSignature): boolean {
  if (a.stems.length !== b.stems.length) return false;
  const moved = a.stems.flatMap((stem, i) => (stem === b.stems[i] ? [] : [i]));
  const [i = 0, j = 0] = moved;
  return moved.length === 2 && j - i > 1 && a.stems[i] === b.stems[j] && a.stems[j] === b.stems[i];
}

/** The same words without one neighbour kept: who does what to whom has changed. */
function isReordered(a: TextSignature, b: TextSignature): boolean {
  return a.stems.length >= 3 && ![...b.neighbours].some((pair) => a.neighbours.has(pair));
}

const meets = (a: TextSignature, one: string, b: TextSignature, other: string): boolean => {
  const head = a.roles.get(one);
  return head !== undefined && head === b.roles.get(other) && b.roles.get(one) !== head;
};

const isSameBag = (a: TextSignature, b: TextSignature): boolean =>
  a.stems.length === b.stems.length &&
  a.stems.every((stem) => b.stemSet.has(stem)) &&
  [...a.stems].sort().join(' ') === [...b.stems].sort().join(' ');

/** Of two short texts, one names something that the other does not: more may be asked for, or less. */
export const isMoreSpecific = (a: TextSignature, b: TextSignature): boolean =>
  Math.min(a.stems.length, b.stems.length) <= SHORT &&
  (hasUnmatchedWord(a.words, a, b) || hasUnmatchedWord(b.words, b, a));

/** Words in one place. */
const SPAN = 3;

/**
 * The same text but for one place, where each names something else, or one names something more. Whoever says the same
 * in other words seldom changes one word alone, unless to a synonym.
 */
function isMinimalPair(a: TextSignature, b: TextSignature): boolean {
  let start = 0;
  while (start < a.words.length && a.words[start] === b.words[start]) start++;
  let end = 0;
  const shorter = Math.min(a.words.length, b.words.length) - start;
  while (end < shorter && a.words.at(-1 - end) === b.words.at(-1 - end)) end++;
  const inA = a.words.slice(start, a.words.length - end);
  const inB = b.words.slice(start, b.words.length - end);
  if (Math.max(inA.length, inB.length) > SPAN) return false;
  return hasUnmatchedWord(inA, a, b) || hasUnmatchedWord(inB, b, a);
}

/** A content word that the other text has in no form. */
function hasUnmatchedWord(words: readonly string[], own: TextSignature, other: TextSignature): boolean {
  return words.some((word) => {
    const stem = contentStem(word);
    if (stem === undefined || other.stemSet.has(stem)) return false;
    return !(own.groups.get(stem) ?? []).some((group) => other.groupSet.has(group));
  });
}
