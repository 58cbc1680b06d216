import { labelledSide, type ReadComment, type RemarkLabels } from '../comments/aspect.ts';

export interface JudgedComment {
  readonly language?: string;
  readonly kind?: string;
  readonly wanted: RemarkLabels;
  readonly read: ReadComment;
}

/** Over sides of aspects: `length-` counts as found where it was both labelled and read. */
export interface Figures {
  readonly comments: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
  /** Shares of comments. */
  readonly exact: number;
  readonly notUnderstood: number;
}

export interface CommentFigures extends Figures {
  /** Of the wishes that labels name: the share met word for word. */
  readonly wishes: number | null;
  /** Of comments that are labelled as not about the text alone: the share of which something was taken for the text. */
  readonly takenForText: number | null;
  readonly byLanguage: Readonly<Record<string, Figures>>;
  readonly byKind: Readonly<Record<string, Figures>>;
}

export function commentFigures(judged: readonly JudgedComment[]): CommentFigures {
  const elsewhere = judged.filter(({ wanted }) => wanted.about.length > 0 && wanted.aspects.length === 0);
  const wished = judged.flatMap(({ wanted, read }) =>
    wanted.aspects.filter((aspect) => aspect.wanted !== undefined).map((aspect) => ({ aspect, read })),
  );
  const met = wished.filter(({ aspect, read }) =>
    read.aspects.some((each) => labelledSide(each) === labelledSide(aspect) && each.wanted === aspect.wanted),
  );
  return {
    ...figuresOf(judged),
    wishes: ratio(met.length, wished.length),
    takenForText: ratio(elsewhere.filter(({ read }) => read.aspects.length > 0).length, elsewhere.length),
    byLanguage: grouped(judged, ({ language }) => language),
    byKind: grouped(judged, ({ kind }) => kind),
  };
}

function figuresOf(judged: readonly JudgedComment[]): Figures {
  const counted = judged.map(({ wanted, read }) => {
    const right = new Set(wanted.aspects.map(labelledSide));
    const found = new Set(read.aspects.map(labelledSide));
    return { right: right.size, found: found.size, hits: [...right].filter((side) => found.has(side)).length };
  });
  const sum = (of: 'right' | 'found' | 'hits'): number => counted.reduce((total, each) => total + each[of], 0);
  const [right, found, hits] = [sum('right'), sum('found'), sum('hits')];
  return {
    comments: judged.length,
    precision: ratio(hits, found),
    recall: ratio(hits, right),
    f1: ratio(2 * hits, found + right),
    exact: counted.filter((each) => each.hits === each.right && each.hits === each.found).length / judged.length,
    notUnderstood: judged.filter(({ read }) => !read.understood).length / judged.length,
  };
}

function grouped(
  judged: readonly JudgedComment[],
  groupOf: (comment: JudgedComment) => string | undefined,
): Record<string, Figures> {
  const groups = Map.groupBy(judged, (comment) => groupOf(comment) ?? '');
  return Object.fromEntries(
    [...groups]
      .filter(([name]) => name !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, comments]) => [name, figuresOf(comments)]),
  );
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
