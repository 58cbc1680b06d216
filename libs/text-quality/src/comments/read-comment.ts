import type { AspectName, CommentAspect, Polarity } from './aspect.ts';
import {
  absences,
  decreases,
  degreeWords,
  excesses,
  factVerdicts,
  increases,
  mildExcesses,
  negations,
  negativeVerdicts,
  positiveVerdicts,
  removals,
  patterns,
  requests,
  sufficiencies,
  type DegreeWord,
  type ThingWord,
} from './comment-lexicon.ts';

/** What a reader's comment says of a text. */
export interface ReadComment {
  readonly aspects: readonly CommentAspect[];
  /** The sentence that asks for a change, as written. */
  readonly suggestion?: string;
}

/** How many words before a degree word or verdict still bear on it. */
const reach = 4;
const shortestSuggestion = 3;

/**
 * Reads aspects, their polarity and what is wanted from a comment by rules: phrases first, then degree words ("too long",
 * "friendlier", "not formal enough"), things ("no headings", "full of typos"), and verdicts on a named aspect or, where none
 * is named, on quality. Clauses are read apart, so that "great but too stiff" says both. English well; the basics of German,
 * French and Spanish are in the same lexicon, as their words hardly collide; so the language is taken, and not needed yet.
 */
export function readComment(comment: string, _language?: string): ReadComment {
  const aspects: CommentAspect[] = [];
  for (const clause of clausesOf(comment)) {
    const found = readClause(clause);
    aspects.push(...(refersBack(clause, found, aspects) ? [] : found));
  }
  const suggestion = suggestionIn(comment, aspects);
  return { aspects: merged(aspects), ...(suggestion === undefined ? {} : { suggestion }) };
}

const clauseBreak =
  /[.!?;:\n]+(?=\s|$)|,\s*|\s+[-–—]\s+|\s+(?:but|although|though|however|yet|except|while|whereas|aber|jedoch|allerdings|obwohl|mais|cependant|pero|aunque|sin embargo)\s+/giu;

function clausesOf(comment: string): string[] {
  return comment
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/(\p{L})\1{2,}/gu, '$1$1')
    .replace(/\btoo+\b/gu, 'too')
    .split(clauseBreak)
    .map((clause) => clause.trim())
    .filter((clause) => clause !== '' && !/^which i /.test(clause));
}

/** "Don't change the tone, it's great": a bare verdict on what was just named is no verdict on the whole. */
function refersBack(clause: string, found: readonly CommentAspect[], before: readonly CommentAspect[]): boolean {
  if (/^(?:many )?(?:thanks|thank you|just right|danke|merci|gracias)\b/.test(clause) && before.length > 0) return true;
  const last = before.at(-1);
  return (
    /^(?:it|that|this|they)(?:'s| is| was|'re| are)\b/.test(clause) &&
    found.length === 1 &&
    found[0]?.aspect === 'quality' &&
    last !== undefined &&
    last.polarity === found[0].polarity
  );
}

function readClause(clause: string): CommentAspect[] {
  const words = clauseWords(clause);
  const inWords = wordLimit(clause);
  if (inWords) return [inWords];
  if (/\b(?:don't|do not|never) (?:change|touch)\b|\bkeep the\b/.test(clause)) {
    const kept = namedAspect(clause);
    if (kept) return [{ aspect: kept, polarity: 'positive' }];
  }
  const { found, rest } = readPhrases(clause);
  const restWords = rest === clause ? words : clauseWords(rest);
  const aspects = [...found, ...readThings(rest, restWords), ...readDegrees(restWords, clause)];
  return [...aspects, ...readVerdict(rest, restWords, aspects)];
}

function clauseWords(clause: string): string[] {
  return clause.match(/[\p{L}\p{M}]+(?:['-][\p{L}\p{M}]+)*|\d+/gu) ?? [];
}

function wordLimit(clause: string): CommentAspect | undefined {
  const count = /\b(\d{2,4})(?:\s*(?:-|to|–|bis|à|a)\s*\d+)?\s*(?:words?|wörter[n]?|mots|palabras)\b/u.exec(
    clause,
  )?.[1];
  return count === undefined ? undefined : { aspect: 'length', polarity: 'negative', wanted: `${count} words` };
}

function readPhrases(clause: string): { found: CommentAspect[]; rest: string } {
  const found: CommentAspect[] = [];
  let rest = clause;
  for (const { pattern, aspect, polarity, wanted } of patterns().phrases) {
    const match = pattern.exec(rest);
    if (!match) continue;
    const named = aspect === 'quality' ? (namedAspect(rest) ?? aspect) : aspect;
    const isTurned = clauseWords(rest.slice(0, match.index))
      .slice(-2)
      .some((word) => negations.has(word));
    const side = isTurned ? opposite(polarity) : polarity;
    found.push({ aspect: named, polarity: side, ...(wanted && side === 'negative' ? { wanted } : {}) });
    rest = rest.replace(match[0], ' ');
    if (named !== aspect) rest = withoutNouns(rest);
  }
  return { found, rest };
}

function readThings(clause: string, words: readonly string[]): CommentAspect[] {
  const found: CommentAspect[] = [];
  for (const thing of patterns().things) {
    const match = thing.pattern.exec(clause);
    if (match) found.push(verdictOnThing(thing, clauseWords(clause.slice(0, match.index)), words, clause));
  }
  return found;
}

function verdictOnThing(
  thing: ThingWord,
  before: readonly string[],
  words: readonly string[],
  clause: string,
): CommentAspect {
  const near = before.slice(-reach);
  const isAbsent =
    near.some((word) => absences.has(word) || word === 'any') || /\b(?:fehlen|manquent|missing|faltan)\b/.test(clause);
  if (thing.isFault) {
    const isFree =
      near.some((word) => negations.has(word) || word === 'hardly' || word === 'free' || word === 'zero') ||
      /\b\w+-free\b/.test(clause);
    return isFree ? { aspect: thing.aspect, polarity: 'positive' } : negative(thing.aspect, thing.absent);
  }
  const isUnwanted =
    near.some((word) => removals.has(word) || excesses.has(word)) ||
    /\b(?:too many|less|fewer)\b/.test(before.join(' '));
  if (isUnwanted) return negative(thing.aspect, thing.absent);
  const verdict = verdictIn(words);
  const isLiked = /\b(?:makes? it easy|help(?:s|ed)? (?:me|us|a lot))\b/.test(clause);
  if (isLiked)
    return { aspect: thing.aspect, polarity: 'positive', ...(thing.present ? { wanted: thing.present } : {}) };
  const isAsked = isAbsent || requests.test(clause) || /^(?:mit|with|avec|con|in)\b/.test(clause);
  if (verdict === 'positive' && !isAsked)
    return { aspect: thing.aspect, polarity: 'positive', ...(thing.present ? { wanted: thing.present } : {}) };
  if (verdict === 'negative' && !isAsked) return negative(thing.aspect, undefined);
  return isAsked || verdict === undefined
    ? negative(thing.aspect, thing.present)
    : { aspect: thing.aspect, polarity: verdict };
}

function readDegrees(words: readonly string[], clause: string): CommentAspect[] {
  const found: CommentAspect[] = [];
  words.forEach((word, i) => {
    const degree = degreeWords.get(word);
    const read = degree && verdictOnDegree(degree, words.slice(Math.max(0, i - reach), i), words[i + 1], clause);
    if (read) found.push(read);
  });
  return found;
}

function verdictOnDegree(
  degree: DegreeWord,
  before: readonly string[],
  next: string | undefined,
  clause: string,
): CommentAspect | undefined {
  const isNegated = before.some((word) => negations.has(word));
  const isForbidden =
    /\b(?:don't|do not|never|stop|nicht so|avoid)\b(?: \w+){0,3} (?:so|too|sounding|being|making)\b/.test(clause) ||
    /^(?:please )?(?:don't|do not|avoid) (?:make|be|sound|write|get|use)\b/.test(clause);
  if (before.some((word) => decreases.has(word))) return negative(degree.aspect, degree.less);
  if (before.some((word) => excesses.has(word)))
    return isNegated && !isForbidden
      ? { aspect: degree.aspect, polarity: 'positive' }
      : negative(degree.aspect, degree.less);
  if (degree.isComparative || before.some((word) => increases.has(word)))
    return isNegated && !/\bwhy not\b/.test(clause)
      ? { aspect: degree.aspect, polarity: 'positive' }
      : negative(degree.aspect, degree.more);
  if ((next !== undefined && sufficiencies.has(next)) || before.some((word) => sufficiencies.has(word)))
    return isNegated ? negative(degree.aspect, degree.more) : { aspect: degree.aspect, polarity: 'positive' };
  if (degree.bare === undefined && !isNegated && before.slice(-3).some((word) => mildExcesses.has(word)))
    return negative(degree.aspect, degree.less);
  return bareDegree(degree, isNegated, clause);
}

function bareDegree(degree: DegreeWord, isNegated: boolean, clause: string): CommentAspect | undefined {
  if (/\b(?:lacks?|lacking|missing|needs?)\b/.test(clause))
    return negative(degree.aspect, degree.bare === 'negative' ? degree.less : degree.more);
  if (
    /\b(?:should|must|has to|make (?:it|this)|please|bitte|prefer|wouldn't hurt|would help|would be nice)\b/.test(
      clause,
    ) &&
    degree.bare !== 'negative'
  )
    return isNegated && !/wouldn't hurt/.test(clause)
      ? negative(degree.aspect, degree.less)
      : negative(degree.aspect, degree.more);
  if (degree.bare === undefined) return undefined;
  if (degree.bare === 'positive') return isNegated ? negative(degree.aspect, degree.more) : positiveOf(degree);
  return isNegated ? { aspect: degree.aspect, polarity: 'positive' } : negative(degree.aspect, degree.less);
}

function positiveOf(degree: DegreeWord): CommentAspect {
  return { aspect: degree.aspect, polarity: 'positive', ...(degree.aspect === 'tone' ? { wanted: degree.more } : {}) };
}

/** A verdict goes to what the clause names; without a name to quality, unless the clause has already said what is meant. */
function readVerdict(clause: string, words: readonly string[], before: readonly CommentAspect[]): CommentAspect[] {
  const polarity = verdictIn(words);
  const named = namedAspect(clause);
  if (polarity === undefined)
    return named !== undefined && named !== 'quality' && before.length === 0 ? neglected(named, clause) : [];
  if (named !== undefined && named !== 'quality')
    return before.some(({ aspect }) => aspect === named) ? [] : [{ aspect: named, polarity }];
  if (before.length > 0) return [];
  return [
    {
      aspect: words.some((word) => factVerdicts.has(word)) && polarity === 'negative' ? 'accuracy' : 'quality',
      polarity,
    },
  ];
}

/** "Missing the key point about delivery": a named aspect without a verdict counts when it is missing. */
function neglected(aspect: AspectName, clause: string): CommentAspect[] {
  return /\b(?:miss(?:ing|es|ed)?|lacks?|fehlt|fehlen|manque|falta|faltan|not covered|check|fix|verify)\b/.test(clause)
    ? [negative(aspect, undefined)]
    : [];
}

/** The side of a clause's last verdict, turned by a negation before it. */
function verdictIn(words: readonly string[]): Polarity | undefined {
  for (let i = words.length - 1; i >= 0; i--) {
    const word = words[i] ?? '';
    const side = positiveVerdicts.has(word) ? 'positive' : negativeVerdicts.has(word) ? 'negative' : undefined;
    if (side === undefined || (word === 'like' && /^(?:reads?|sounds?|feels?|looks?)$/.test(words[i - 1] ?? '')))
      continue;
    const isNegated =
      words.slice(Math.max(0, i - reach + 1), i).some((before) => negations.has(before)) ||
      // German and French negate after the verb: "gefällt mir nicht", "j'aime pas".
      words.slice(i + 1, i + 3).some((after) => after === 'nicht' || after === 'pas');
    return isNegated ? opposite(side) : side;
  }
  return undefined;
}

function namedAspect(clause: string): AspectName | undefined {
  return patterns().aspectNouns.find(([, pattern]) => pattern.test(clause))?.[0];
}

function withoutNouns(clause: string): string {
  return patterns().aspectNouns.reduce((rest, [, pattern]) => rest.replace(pattern, ' '), clause);
}

/** One entry per aspect and polarity, in order of mention; the last word on what is wanted holds. */
function merged(aspects: readonly CommentAspect[]): CommentAspect[] {
  const byKey = new Map<string, CommentAspect>();
  for (const aspect of aspects) {
    const key = `${aspect.aspect} ${aspect.polarity}`;
    byKey.set(key, { ...byKey.get(key), ...aspect });
  }
  return [...byKey.values()];
}

function suggestionIn(comment: string, aspects: readonly CommentAspect[]): string | undefined {
  const sentences = comment
    .split(/(?<=[.!?])\s+|\s+(?:but|aber|mais|pero)\s+|\n+/iu)
    .map((sentence) => sentence.trim())
    .filter(
      (sentence) =>
        (sentence.match(/\p{L}+/gu)?.length ?? 0) >= shortestSuggestion || degreeWordIn(sentence)?.isComparative,
    );
  const asked = sentences.find((sentence) => requests.test(sentence) && !/\b(?:nothing to|no need)\b/i.test(sentence));
  if (asked !== undefined) return asked;
  const isWanting = aspects.some(({ polarity, wanted }) => polarity === 'negative' && wanted !== undefined);
  return isWanting ? sentences.find((sentence) => degreeWordIn(sentence)?.isComparative) : undefined;
}

function degreeWordIn(sentence: string): DegreeWord | undefined {
  return clauseWords(sentence.toLowerCase())
    .map((word) => degreeWords.get(word))
    .find((degree) => degree?.isComparative);
}

function negative(aspect: AspectName, wanted: string | undefined): CommentAspect {
  return { aspect, polarity: 'negative', ...(wanted === undefined ? {} : { wanted }) };
}

function opposite(polarity: Polarity): Polarity {
  return polarity === 'positive' ? 'negative' : 'positive';
}
