import { once } from '@contentflow/kernel';
import list from './clause-words.json' with { type: 'json' };

export const negationWords = once(
  (): ReadonlySet<string> => new Set(list.negation.flatMap((words) => words.split(' '))),
);

/** Patterns are compiled for the first comment, not at the start of each process that might read one. */
const boundaries = once(() => {
  const contrast = alternatives(list.contrast);
  return new RegExp(String.raw`(?<=[.!?;…])\s+|\n+|:\s+|\s+[-–—]\s+|,?\s+(?=(?:${contrast})(?![\p{L}\p{M}]))`, 'iu');
});

/** The word itself says which way a comment turns, and nothing of the text. */
const turn = once(
  () =>
    new RegExp(
      String.raw`^(?:${alternatives([...list.contrast, ...list.later])})(?![\p{L}\p{M}])[\s,]*(?=[\p{L}\d])`,
      'iu',
    ),
);
const withoutTurn = (clause: string): string => clause.replace(turn(), '');

/** Words of contrast that may stand after what they set apart: “…, die Beschreibung dagegen”. */
const laterContrast = once(() => new RegExp(String.raw`[\s,](?:${alternatives(list.later)})(?![\p{L}\p{M}])`, 'iu'));

const alternatives = (lines: readonly string[]): string =>
  [...new Set(lines.flatMap((words) => words.split(' ')))].map((word) => word.replaceAll('_', ' ')).join('|');

/** What of a comment says one thing: sentences, cut again where the writer turns to something else. */
export function clausesOf(comment: string): string[] {
  return withWords(comment.split(boundaries()).flatMap(partedLater).map(withoutTurn));
}

/** In two at the comma before a word of contrast that stands within, or else at that word. */
function partedLater(clause: string): string[] {
  const at = clause.search(laterContrast());
  if (at < 0) return [clause];
  const comma = clause.lastIndexOf(',', at);
  const cut = comma > 0 ? comma : at;
  return [clause.slice(0, cut), clause.slice(cut).replace(/^[\s,]+/, '')];
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
