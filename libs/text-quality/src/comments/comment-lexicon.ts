import { once } from '@contentflow/kernel';
import type { AspectName, Polarity } from './aspect.ts';
import shipped from './comment-lexicon.json' with { type: 'json' };
import type { CommentLexicon } from './comment-lexicon.schema.ts';

/** A quality that a text can have too much or too little of. */
export interface DegreeWord {
  readonly aspect: AspectName;
  /** What someone wants who asks for more of it. */
  readonly more: string;
  /** What someone wants who finds too much of it; the same as what is kept when it is bare and negative. */
  readonly less: string;
  /** What the word says without "too", "more" or "less"; undefined where it says nothing alone. */
  readonly bare?: Polarity;
  readonly isComparative: boolean;
}

/** A thing that a text can contain. */
export interface ThingWord {
  readonly aspect: AspectName;
  readonly pattern: RegExp;
  /** Wanted by those who ask for it or like it. */
  readonly present?: string;
  /** Wanted by those who find too many. */
  readonly absent?: string;
  /** Nobody wants typos; a list can be wanted. */
  readonly isFault: boolean;
}

/** A turn of phrase that says its piece on its own; read before all else. */
export interface Phrase {
  readonly pattern: RegExp;
  readonly aspect: AspectName;
  readonly polarity: Polarity;
  readonly wanted?: string;
}

const lexicon = shipped as CommentLexicon;

/** Degree words by their lower-case form. */
export const degreeWords: ReadonlyMap<string, DegreeWord> = new Map(
  lexicon.degrees.flatMap(({ words, comparatives = '', ...degree }) => [
    ...listed(words).map((form): [string, DegreeWord] => [form, { ...degree, isComparative: false }]),
    ...listed(comparatives).map((form): [string, DegreeWord] => [form, { ...degree, isComparative: true }]),
  ]),
);

/** Hundreds of patterns: compiled for the first comment, not at the start of each process that might read one. */
export const patterns = once(() => ({
  things: lexicon.things.map((thing): ThingWord => ({ ...thing, pattern: anyOf(thing.pattern) })),
  /** Nouns that name an aspect; a verdict in the same clause is about it. */
  aspectNouns: lexicon.aspectNouns.map(({ aspect, pattern }): [AspectName, RegExp] => [aspect, anyOf(pattern)]),
  phrases: lexicon.phrases.map((phrase): Phrase => ({ ...phrase, pattern: anyOf(phrase.pattern) })),
}));

/** Verdicts without an object; their strength does not matter, only their side. */
export const positiveVerdicts = setOf(lexicon.verdicts.positive);
export const negativeVerdicts = setOf(lexicon.verdicts.negative);
/** Verdicts that are about facts when nothing else is named. */
export const factVerdicts = setOf(lexicon.verdicts.aboutFacts);

export const negations = setOf(lexicon.negations);
export const excesses = setOf(lexicon.excesses);
/** "A bit short" blames as "too short" does, in a lower voice. */
export const mildExcesses = setOf(lexicon.mildExcesses);
export const increases = setOf(lexicon.increases);
export const decreases = setOf(lexicon.decreases);
export const sufficiencies = setOf(lexicon.sufficiencies);
export const absences = setOf(lexicon.absences);
export const removals = setOf(lexicon.removals);
export const requests = new RegExp(`(?<![\\p{L}])(?:${lexicon.requests.join('|')})(?![\\p{L}])`, 'iu');

function anyOf(alternatives: readonly string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${alternatives.join('|')})(?![\\p{L}\\d])`, 'u');
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(listed(words));
}

function listed(words: string): string[] {
  return words.split(' ').filter(Boolean);
}
