import {
  type AspectName,
  type CommentAspect,
  labelsOf,
  type OtherTarget,
  otherTargets,
  type ReadComment,
} from './aspect.ts';
import { beforeNegation, clausesOf, hasNegation, partsOf, sentencesOf } from './clauses.ts';
import { type LearnedRemarks, withoutWish } from './learn-comments.ts';
import { logOddsOf } from './linear-classifiers.ts';
import { remarkBucketsOf, weighted } from './remark-features.ts';
import { shippedReader } from './shipped-reader.ts';
import { toneNamedIn, wordsNamedIn } from './wishes.ts';

/** How likely a clause says something, at the least, for it to be taken as said; chosen on comments that nothing is measured by. */
const UNDERSTOOD_FROM = 0.1;
/** The same beside a command, or a remark about something else: of what else stands there little is meant for the text. */
const BESIDE_FROM = 0.3;
/** The same for a part of a clause between commas, which may only be half a thought. */
const CERTAIN_FROM = 0.6;
/** The same for what a clause says second: most say one thing. */
const SECOND_FROM = 0.35;
/** Fewer words ask for nothing that could be quoted. */
const SHORTEST_SUGGESTION = 2;

export interface CommentReader {
  read(comment: string): ReadComment;
}

/** Reads by what n-grams of words and letters were learned to say, clause by clause: see docs/feedback.md. */
export async function openCommentReader(): Promise<CommentReader> {
  return commentReader(await shippedReader());
}

export const commentReader = (learned: LearnedRemarks): CommentReader => ({
  read: (comment) => {
    const read = (from: number) =>
      sentencesOf(comment).map((sentence) => ({
        sentence,
        clauses: clausesOf(sentence).map((clause) => readClause(learned, clause, from)),
      }));
    const first = read(UNDERSTOOD_FROM);
    const isMixed = first.some(({ clauses }) =>
      clauses.some(({ about, isCommand }) => isCommand || about !== undefined),
    );
    const sentences = isMixed ? read(BESIDE_FROM) : first;
    const clauses = sentences.flatMap((sentence) => sentence.clauses);
    const about = otherTargets.filter((target) => clauses.some((clause) => clause.about === target));
    const suggestion = sentences.find(
      ({ sentence, clauses: said }) =>
        (sentence.match(/\p{L}+/gu)?.length ?? 0) >= SHORTEST_SUGGESTION &&
        said.some(({ aspects }) => aspects.some(isWish)),
    );
    return {
      aspects: merged(clauses.flatMap((clause) => clause.aspects)),
      ...(suggestion === undefined ? {} : { suggestion: suggestion.sentence }),
      ...(about.length === 0 ? {} : { about }),
      understood: clauses.some((clause) => clause.isUnderstood),
    };
  },
});

interface ReadClause {
  readonly aspects: readonly CommentAspect[];
  readonly about?: OtherTarget;
  readonly isCommand?: boolean;
  readonly isUnderstood: boolean;
}

/**
 * A clause as a whole, and what its parts between commas say for certain: "far too long, and the tone is stiff" says two things, and
 * "short, sweet" one.
 */
function readClause(learned: LearnedRemarks, clause: string, from: number): ReadClause {
  const whole = readWhole(learned, clause, from);
  const parts = partsOf(clause);
  if (parts.length < 2 || whole.about !== undefined || whole.isCommand) return whole;
  const certain = parts.flatMap((part) => readWhole(learned, part, CERTAIN_FROM).aspects);
  const certainly = new Set(certain.map(({ aspect }) => aspect));
  const aspects = [...whole.aspects.filter(({ aspect }) => !certainly.has(aspect)), ...certain];
  return { aspects, isUnderstood: whole.isUnderstood || certain.length > 0 };
}

/** What it is about is decided first: of a clause about the product, about nothing, or that commands, a text learns nothing. */
function readWhole(learned: LearnedRemarks, clause: string, from: number): ReadClause {
  const [likely, contradicts] = likelihoods(learned, clause, from);
  const head = contradicts ? beforeNegation(clause) : undefined;
  if (head !== undefined) return readWhole(learned, head, from);
  const [first = ['none', 0]] = likely;
  const [name, likelihood] = first;
  if (likelihood < Math.min(from, UNDERSTOOD_FROM)) return { aspects: [], isUnderstood: false };
  if (name === '@command') return { aspects: [], isCommand: true, isUnderstood: true };
  const [target] = otherTargets.filter((each) => name === `@${each}`);
  if (target !== undefined) return { aspects: [], about: target, isUnderstood: true };
  if (name === 'none') return { aspects: [], isUnderstood: true };
  if (likelihood < from) return { aspects: [], isUnderstood: false };
  return { aspects: aspectsIn(likely, clause, from), isUnderstood: true };
}

const namesOfSides = new Map<string, string>();
/** `length-` of `length- shorter`: there are few classes, and many clauses. */
function sideOf(name: string): string {
  const known = namesOfSides.get(name) ?? withoutWish(name);
  namesOfSides.set(name, known);
  return known;
}

/**
 * How likely each side of each aspect is, and each target, likeliest first; the likeliest wish stands for its side. And whether two
 * things are wished for of one aspect that cannot both be: "longer, not shorter".
 */
function likelihoods(
  { classes, bucketWeights, lines }: LearnedRemarks,
  clause: string,
  from: number,
): [likely: [side: string, likelihood: number, wish: string][], contradicts: boolean] {
  const odds = logOddsOf(lines, weighted(remarkBucketsOf(clause), bucketWeights));
  let contradicts = false;
  const bySide = new Map<string, { no: number; best: number; wish: string }>();
  classes.forEach((name, i) => {
    const likelihood = 1 / (1 + Math.exp(-(odds[i] as number)));
    const sideName = sideOf(name);
    const side = bySide.get(sideName) ?? { no: 1, best: 0, wish: name };
    side.no *= 1 - likelihood;
    if (likelihood >= from && side.best >= from) contradicts = true;
    if (likelihood > side.best) Object.assign(side, { best: likelihood, wish: name });
    bySide.set(sideName, side);
  });
  const likely = [...bySide]
    .map(([name, { no, wish }]): [string, number, string] => [name, 1 - no, wish])
    .sort((a, b) => b[1] - a[1]);
  return [likely, contradicts];
}

/** One side of an aspect at most, down to the first target that is likelier than what follows. */
function aspectsIn(likely: readonly [string, number, string][], clause: string, from: number): CommentAspect[] {
  const found = new Map<AspectName, CommentAspect>();
  for (const [name, likelihood, wish] of likely) {
    if (likelihood < (found.size === 0 ? from : Math.max(from, SECOND_FROM)) || !/[+-]$/.test(name)) break;
    const [aspect] = labelsOf(wish).aspects;
    if (aspect !== undefined && !found.has(aspect.aspect)) found.set(aspect.aspect, withNamedWish(aspect, clause));
  }
  return [...found.values()];
}

function withNamedWish(read: CommentAspect, clause: string): CommentAspect {
  const { aspect, polarity, wanted } = read;
  const named =
    aspect === 'length' && polarity === 'negative'
      ? wordsNamedIn(clause)
      : aspect === 'tone' && (polarity === 'negative' ? wanted !== undefined : !hasNegation(clause))
        ? toneNamedIn(clause, wanted)
        : undefined;
  return named === undefined ? read : { ...read, wanted: named };
}

/** One entry per aspect and side, in order of mention; the last word on what is wanted holds. */
function merged(aspects: readonly CommentAspect[]): CommentAspect[] {
  const bySide = new Map<string, CommentAspect>();
  for (const aspect of aspects) {
    const side = `${aspect.aspect} ${aspect.polarity}`;
    bySide.set(side, { ...bySide.get(side), ...aspect });
  }
  return [...bySide.values()];
}

const isWish = ({ polarity, wanted }: CommentAspect): boolean => polarity === 'negative' && wanted !== undefined;
