import type {
  Answer,
  failureAnalysisSchema,
  failurePatternSchema,
  failureRecommendationSchema,
} from '@contentflow/contracts';
import { ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import { type AttributeCounts, type PairCounts, pairName, type RootCause, rootCausesOf } from './root-causes.ts';

/** Each value that a generation met, counted once more. */
export function countedIn(counts: AttributeCounts, met: readonly MetValue[]): AttributeCounts {
  const next = copied(counts, new Set(met.map(({ attribute }) => attribute)));
  for (const { attribute, value, isFailed } of met) countIn(next, attribute, value, isFailed);
  return next;
}

type Counting = Record<string, Record<string, AttributeCounts[string][string]>>;

/** What is to be counted in; all else stays the same object. */
function copied(counts: AttributeCounts, attributes: ReadonlySet<string>): Counting {
  const next: Counting = { ...counts };
  for (const attribute of attributes) setOwnValue(next, attribute, { ...ownValue(counts, attribute) });
  return next;
}

function countIn(counts: Counting, attribute: string, value: string, isFailed: boolean): void {
  const values = ownValueOrNew(counts, attribute, () => ({}));
  const { n, failed } = ownValue(values, value) ?? { n: 0, failed: 0 };
  setOwnValue(values, value, { n: n + 1, failed: failed + Number(isFailed) });
}

/** Whether a generation met a value of an attribute, and failed at it. */
export interface MetValue {
  readonly attribute: string;
  readonly value: string;
  readonly isFailed: boolean;
}

/** Kept of one pair of attributes; a new one does not push out those that are known. */
const PAIRS_KEPT = 200;

/** Each value that a generation met, with each value of another attribute. */
export function pairsCountedIn(pairs: PairCounts, met: readonly MetValue[]): PairCounts {
  const couples = met.flatMap((one, i) =>
    met
      .slice(i + 1)
      .filter(({ attribute }) => attribute !== one.attribute)
      .map((other) => ({
        attribute: pairName(one.attribute, other.attribute),
        value: pairName(one.value, other.value),
        isFailed: one.isFailed && other.isFailed,
      })),
  );
  const next = copied(pairs, new Set(couples.map(({ attribute }) => attribute)));
  for (const { attribute, value, isFailed } of couples) {
    const known = ownValue(next, attribute) ?? {};
    if (ownValue(known, value) || Object.keys(known).length < PAIRS_KEPT) countIn(next, attribute, value, isFailed);
  }
  return next;
}

/** Failures that look alike. */
export type Pattern = Answer<typeof failurePatternSchema>;
export type Recommendation = Answer<typeof failureRecommendationSchema>;
export type FailureAnalysis = Answer<typeof failureAnalysisSchema>;

export interface ObservedFailure extends Pick<Pattern, 'failure' | 'provider' | 'model' | 'step' | 'message'> {
  readonly contentId: string;
  readonly at: number;
}

const PATTERNS_KEPT = 60;
const EXAMPLES_KEPT = 3;

export const patternKey = ({ failure, provider, model, step, message }: ObservedFailure): string =>
  [failure, provider, model, step, messagePattern(message)].join('|');

/** The message without what differs from one failure to the next: ids, numbers, quoted words. */
export function messagePattern(message: string): string {
  return message
    .replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…')
    .replace(/\b[0-9a-f]{8,}\b/gi, '…')
    .replace(/\d+(?:[.,]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .slice(0, 160);
}

/** Where there are too many, a new one does not push out those that are known. */
export function withPattern(
  patterns: Readonly<Record<string, Pattern>>,
  key: string,
  { contentId, at, ...seen }: ObservedFailure,
): Readonly<Record<string, Pattern>> {
  const known = ownValue(patterns, key);
  if (!known && Object.keys(patterns).length >= PATTERNS_KEPT) return patterns;
  const fresh = { ...seen, message: messagePattern(seen.message), count: 0, first: at, last: at, contentIds: [] };
  return { ...patterns, [key]: mergePatterns(known ?? fresh, { ...fresh, count: 1, contentIds: [contentId] }) };
}

const mergePatterns = (a: Pattern, b: Pattern): Pattern => ({
  ...a,
  count: a.count + b.count,
  first: Math.min(a.first, b.first),
  last: Math.max(a.last, b.last),
  contentIds: [...a.contentIds, ...b.contentIds].slice(0, EXAMPLES_KEPT),
});

export interface FailureCounts {
  readonly generations: number;
  readonly failed: number;
  readonly attributes: AttributeCounts;
  /** Missing of what was counted before pairs were. */
  readonly pairs?: PairCounts | undefined;
  readonly patterns: Readonly<Record<string, Pattern>>;
}

const PATTERNS_SHOWN = 20;
const MIN_FAILED = 3;

export function analyseFailures(hours: readonly FailureCounts[]): FailureAnalysis {
  const { patterns, pairs = {}, ...singles } = hours.reduce(mergeCounts, emptyFailureCounts);
  const counts = { ...singles, pairs };
  const { generations, failed } = counts;
  const rootCauses = rootCausesOf(counts);
  const shown = Object.values(patterns).sort((a, b) => b.count - a.count || (a.message < b.message ? -1 : 1));
  return {
    generations,
    failed,
    rate: generations === 0 ? null : failed / generations,
    patterns: shown.slice(0, PATTERNS_SHOWN),
    rootCauses,
    recommendations: [...recommendationsForCauses(rootCauses), ...recommendationsForPatterns(shown, failed)],
  };
}

const emptyFailureCounts: FailureCounts = { generations: 0, failed: 0, attributes: {}, pairs: {}, patterns: {} };

function mergeTallies(a: AttributeCounts, b: AttributeCounts): AttributeCounts {
  const sums: Record<string, Record<string, AttributeCounts[string][string]>> = {};
  for (const counts of [a, b])
    for (const [attribute, values] of Object.entries(counts))
      for (const [value, { n, failed }] of Object.entries(values)) {
        const merged = ownValueOrNew(sums, attribute, () => ({}));
        const known = ownValue(merged, value) ?? { n: 0, failed: 0 };
        setOwnValue(merged, value, { n: known.n + n, failed: known.failed + failed });
      }
  return sums;
}

function mergeCounts(a: FailureCounts, b: FailureCounts): FailureCounts {
  const patterns = { ...a.patterns };
  for (const [key, pattern] of Object.entries(b.patterns)) {
    const known = ownValue(patterns, key);
    setOwnValue(patterns, key, known ? mergePatterns(known, pattern) : pattern);
  }
  return {
    generations: a.generations + b.generations,
    failed: a.failed + b.failed,
    attributes: mergeTallies(a.attributes, b.attributes),
    pairs: mergeTallies(a.pairs ?? {}, b.pairs ?? {}),
    patterns,
  };
}

const actionFor: Readonly<Record<string, Recommendation['action']>> = {
  provider: 'switch_provider',
  model: 'switch_model',
  recipe: 'retest_recipe',
  step: 'review_step',
  size: 'split_request',
  contentType: 'review_content_type',
  hour: 'add_capacity',
};

function recommendationsForCauses(causes: readonly RootCause[]): Recommendation[] {
  return causes.flatMap(({ and, confidence, explains, lift, ...first }) => {
    const [met, beside] = and !== null && rank(and.attribute) < rank(first.attribute) ? [and, first] : [first, and];
    const action = ownValue(actionFor, met.attribute);
    if (!action) return [];
    const times = lift === null ? 'and none of the others' : `${lift.toFixed(1)} times as often as the others`;
    const where = beside ? `where ${beside.attribute} is ${beside.value}, ` : '';
    return [
      {
        action,
        attribute: met.attribute,
        target: met.value,
        reason: `${where}it fails ${times}`,
        confidence,
        explains,
      },
    ];
  });
}

/** Of two attributes the one that is changed more easily comes first in the table of actions. */
const rank = (attribute: string): number => {
  const place = Object.keys(actionFor).indexOf(attribute);
  return place < 0 ? Infinity : place;
};

/** Failures of some classes name their own fix. */
const fixes: Readonly<Record<string, Recommendation['action']>> = {
  budget_exhausted: 'raise_budget',
  authentication: 'fix_configuration',
  unknown_model: 'fix_configuration',
  rate_limited: 'add_capacity',
};

function recommendationsForPatterns(patterns: readonly Pattern[], failed: number): Recommendation[] {
  return patterns.flatMap(({ failure, provider, count, message }) => {
    const action = ownValue(fixes, failure);
    if (!action || count < MIN_FAILED) return [];
    return [
      {
        action,
        attribute: 'failure',
        target: provider,
        reason: `${failure}: ${message}`,
        confidence: 1,
        explains: count / failed,
      },
    ];
  });
}
