import { isLongerThan } from './characters.ts';

/** How much of JSON from outside is taken. */
export interface JsonLimits {
  /** Levels of objects and arrays within each other. */
  readonly depth: number;
  /** Of all its objects together. */
  readonly keys: number;
  /** Characters of one text or one key, by code point. */
  readonly text: number;
  /** Characters of the whole as JSON, as UTF-16 has them: an estimate of what it takes. */
  readonly size: number;
}

/** What is wrong with a value from outside, and where. */
export interface JsonFault {
  readonly path: readonly (string | number)[];
  /** `is nested more than 16 levels deep` */
  readonly problem: string;
  readonly isTooLarge: boolean;
}

/** The limits in a sentence, for descriptions. */
export const describeLimits = ({ depth, keys, text, size }: JsonLimits): string =>
  `at most ${depth} levels deep, ${keys} keys, ${text} characters in one text, ${size} characters in all`;

/**
 * The first thing that JSON from outside must not have: more than these limits, a number that is none, a text that is not well-formed
 * Unicode or holds NUL, a key that objects take for their prototype. Walks without recursion, so that no depth ends the process.
 */
export function jsonFault(value: unknown, limits: JsonLimits): JsonFault | undefined {
  const open: Place[] = [{ value, key: '', within: undefined, depth: 0 }];
  const total: Total = { keys: 0, size: 0 };
  for (let place = open.pop(); place; place = open.pop()) {
    const problem = problemOf(place, total, limits);
    if (problem) return { path: pathOf(place), problem, isTooLarge: false };
    if (total.size > limits.size)
      return { path: [], problem: `is larger than ${limits.size} characters`, isTooLarge: true };
    openInner(place, open);
  }
  return undefined;
}

/** A value, under its key in what it stands in. */
interface Place {
  readonly value: unknown;
  readonly key: string | number;
  readonly within: Place | undefined;
  readonly depth: number;
}
interface Total {
  keys: number;
  size: number;
}

function problemOf({ value, key, depth }: Place, total: Total, limits: JsonLimits): string | undefined {
  if (typeof key === 'string') {
    total.size += key.length + 3;
    const problem = key === '__proto__' ? 'is no name for a key' : textProblem(key, limits.text);
    if (problem) return problem;
  }
  total.size += typeof value === 'string' ? value.length + 3 : 2;
  if (typeof value === 'string') return textProblem(value, limits.text);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'is too large for a number';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= limits.depth) return `is nested more than ${limits.depth} levels deep`;
  if (!Array.isArray(value)) total.keys += Object.keys(value).length;
  return total.keys > limits.keys ? `has more than ${limits.keys} keys` : undefined;
}

/** What is wrong with a text from outside. */
export function textProblem(text: string, longest = Number.POSITIVE_INFINITY): string | undefined {
  if (isLongerThan(text, longest)) return `is longer than ${longest} characters`;
  if (text.includes('\0')) return 'holds the character NUL';
  return text.isWellFormed() ? undefined : 'holds half of a surrogate pair, which is no character';
}

/** The last one first, so that they are taken in their order. */
function openInner(within: Place, open: Place[]): void {
  const { value, depth } = within;
  if (typeof value !== 'object' || value === null) return;
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, each] of inner.reverse()) open.push({ value: each, key, within, depth: depth + 1 });
}

const PATH_KEPT = 8;
const KEY_KEPT = 80;

/** As much of the way as a person can read. */
function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = place; at.within; at = at.within) path.push(at.key);
  const shown = path.reverse().slice(0, PATH_KEPT);
  return shown.map((key) => (typeof key === 'string' ? key.slice(0, KEY_KEPT).toWellFormed() : key));
}
