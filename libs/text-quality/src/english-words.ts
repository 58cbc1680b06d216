import { boundedMemo } from '@contentflow/kernel';
import data from './english-words.json' with { type: 'json' };

let known: ReadonlySet<string> | undefined;

/** Some 80,000 words, British and American, unpacked when first asked for. */
function words(): ReadonlySet<string> {
  return (known ??= unpacked(data.words));
}

let longest: number | undefined;
/** Two slips away from the longest word that is known: trying what a longer one might be meant for takes the cube of its length. */
const longestNear = (): number => (longest ??= Math.max(...[...words()].map(({ length }) => length)) + 2);

/** @param word  in lower case */
export const isEnglishWord = (word: string): boolean => words().has(word);

const shortestChecked = 4;
const shortestForTwoSlips = 7;
const shortestPart = 4;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * What a word that is in no dictionary was meant to be: a known word that one slip of the pen leads to, or two in a long word.
 * undefined for words that are known, too short, made of two known ones, or near to none: those are names or new.
 * Source: the four slips of Damerau (1964), 10.1145/363958.363994
 * @param word  in lower case, of letters alone
 */
export const respelling = (word: string): string | undefined => nearestTo(word).known;

/** Names come again in every text: what they are not is found out once. */
const nearestTo = boundedMemo(5000, (word) => ({ known: knownNear(word) }));

function knownNear(word: string): string | undefined {
  if (word.length < shortestChecked || word.length > longestNear() || !/^[a-z]+$/.test(word) || words().has(word))
    return undefined;
  if (isCompound(word) || isDerived(word)) return undefined;
  return nearest(word) ?? (word.length >= shortestForTwoSlips ? nearestByTwo(word) : undefined);
}

function nearest(word: string): string | undefined {
  for (const other of swapped(word)) if (words().has(other)) return other;
  for (const other of shortened(word)) if (words().has(other)) return other;
  for (let at = 0; at <= word.length; at++)
    for (const letter of letters) {
      const longer = word.slice(0, at) + letter + word.slice(at);
      if (words().has(longer)) return longer;
      const replaced = word.slice(0, at) + letter + word.slice(at + 1);
      if (at < word.length && words().has(replaced)) return replaced;
    }
  return undefined;
}

function nearestByTwo(word: string): string | undefined {
  for (const shorter of [...shortened(word), ...swapped(word)]) {
    const found = nearest(shorter);
    if (found !== undefined && found.startsWith(word[0] as string) && found.length >= shortestForTwoSlips - 1)
      return found;
  }
  return undefined;
}

function* swapped(word: string): Generator<string> {
  for (let at = 0; at + 1 < word.length; at++)
    yield word.slice(0, at) + (word[at + 1] as string) + (word[at] as string) + word.slice(at + 2);
}

function* shortened(word: string): Generator<string> {
  for (let at = 0; at < word.length; at++) yield word.slice(0, at) + word.slice(at + 1);
}

function isCompound(word: string): boolean {
  for (let at = shortestPart; at <= word.length - shortestPart; at++)
    if (words().has(word.slice(0, at)) && words().has(word.slice(at))) return true;
  return false;
}

const beginnings =
  /^(?:anti|auto|bio|co|de|eco|hyper|inter|micro|mini|mis|multi|non|out|over|post|pre|pro|re|semi|sub|super|tele|ultra|un|under|up|down)(?=[a-z]{4})/;
const endings: readonly (readonly [RegExp, string])[] = [
  [/(?:ed|er|ers|ing|ly|ness|less|like|able|ish|wise|free|proof)$/, ''],
  [/(?:ed|er|ers|ing|able)$/, 'e'],
  [/(?:ies|ied|ier|iest|ily|iness)$/, 'y'],
];

/** `upcycled`, `shareable`: of a known word, by a beginning or an ending that any word may take. */
function isDerived(word: string): boolean {
  const rest = word.replace(beginnings, '');
  if (rest !== word && words().has(rest)) return true;
  return endings.some(([ending, instead]) => {
    const base = word.replace(ending, instead);
    return base !== word && base.length >= shortestPart && words().has(base) && !/(?:es|is|us|ss)$/.test(word);
  });
}

/** Words are in lower case; how much each shares with the one before is a digit or a capital, which come before. */
const FIRST_LETTER = 97;

function unpacked(packed: string): ReadonlySet<string> {
  const all = new Set<string>();
  let before = '';
  for (let at = 0, end = 1; at < packed.length; at = end++) {
    while (packed.charCodeAt(end) >= FIRST_LETTER) end++;
    before = before.slice(0, Number.parseInt(packed[at] as string, 36)) + packed.slice(at + 1, end);
    all.add(before);
  }
  return all;
}
