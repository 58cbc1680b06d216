import { once } from '@contentflow/kernel';
import list from './clause-words.json' with { type: 'json' };

export const negationWords = once(
  (): ReadonlySet<string> => new Set(list.negation.flatMap((words) => words.split(' '))),
);

/** Patterns are compiled for the first comment, not at the start of each process that might read one. */
const boundaries = once(() => {
  const contrast = [...new Set(list.contrast.flatMap((words) => words.split(' ')))].map((word) =>
    word.replaceAll('_', ' '),
  );
  return new RegExp(
    String.raw`(?<=[.!?;…])\s+|\n+|:\s+|\s+[-–—]\s+|,?\s+(?=(?:${contrast.join('|')})(?![\p{L}\p{M}]))`,
    'iu',
  );
});

/** What of a comment says one thing: sentences, cut again where the writer turns to something else. */
export function clausesOf(comment: string): string[] {
  return withWords(comment.split(boundaries()));
}

export const sentencesOf = (comment: string): string[] => withWords(comment.split(/(?<=[.!?…])\s+|\n+/u));

/** Clauses, cut again at commas. */
export const partsOf = (comment: string): string[] =>
  withWords(clausesOf(comment).flatMap((clause) => clause.split(/,\s+/u)));

export const hasNegation = (clause: string): boolean => clause.split(/\s+/u).some(isNegation);

const isNegation = (word: string): boolean => negationWords().has(word.toLowerCase().replace(/[^\p{L}\p{M}]/gu, ''));

/** What stands before a negation that is neither first nor second; undefined where there is none. */
export function beforeNegation(clause: string): string | undefined {
  const words = clause.split(/\s+/u);
  const at = words.findIndex((word, i) => i > 1 && isNegation(word));
  return at < 0 ? undefined : words.slice(0, at).join(' ').replace(/,$/, '');
}

const withWords = (pieces: readonly string[]): string[] =>
  pieces.map((piece) => piece.trim()).filter((piece) => /[\p{L}\d]/u.test(piece));
