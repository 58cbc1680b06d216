import type {
  Answer,
  failureAnalysisSchema,
  failurePatternSchema,
  failureRecommendationSchema,
  rootCauseSchema,
} from '@contentflow/contracts';
import { ownValue, ownValueOrNew, setOwnValue } from '@contentflow/kernel';
import { pooledTest, wilsonInterval } from '@contentflow/statistics';

/** How many generations met a value of an attribute, and how many of them failed at it. */
export interface FailureTally {
  readonly n: number;
  readonly failed: number;
}
/** By attribute, then by value. */
export type AttributeCounts = Readonly<Record<string, Readonly<Record<string, FailureTally>>>>;

export function countedIn(
  counts: AttributeCounts,
  attribute: string,
  value: string,
  isFailed: boolean,
): AttributeCounts {
  const values = ownValue(counts, attribute) ?? {};
  const { n, failed } = ownValue(values, value) ?? { n: 0, failed: 0 };
  return { ...counts, [attribute]: { ...values, [value]: { n: n + 1, failed: failed + Number(isFailed) } } };
}

/** Failures that look alike. */
export type Pattern = Answer<typeof failurePatternSchema>;
/** A value of an attribute that explains failures. */
export type RootCause = Answer<typeof rootCauseSchema>;
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
  readonly patterns: Readonly<Record<string, Pattern>>;
}

const PATTERNS_SHOWN = 20;
const CAUSES_SHOWN = 20;
const MIN_FAILED = 3;
const MIN_CONFIDENCE = 0.99;

export function analyseFailures(hours: readonly FailureCounts[]): FailureAnalysis {
  const { generations, failed, attributes, patterns } = hours.reduce(mergeCounts, emptyFailureCounts);
  const rootCauses = rootCausesOf(attributes, failed);
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

const emptyFailureCounts: FailureCounts = { generations: 0, failed: 0, attributes: {}, patterns: {} };

function mergeCounts(a: FailureCounts, b: FailureCounts): FailureCounts {
  const attributes: Record<string, Record<string, FailureTally>> = {};
  for (const counts of [a.attributes, b.attributes])
    for (const [attribute, values] of Object.entries(counts))
      for (const [value, { n, failed }] of Object.entries(values)) {
        const merged = ownValueOrNew(attributes, attribute, () => ({}));
        const known = ownValue(merged, value) ?? { n: 0, failed: 0 };
        setOwnValue(merged, value, { n: known.n + n, failed: known.failed + failed });
      }
  const patterns = { ...a.patterns };
  for (const [key, pattern] of Object.entries(b.patterns)) {
    const known = ownValue(patterns, key);
    setOwnValue(patterns, key, known ? mergePatterns(known, pattern) : pattern);
  }
  return { generations: a.generations + b.generations, failed: a.failed + b.failed, attributes, patterns };
}

function rootCausesOf(attributes: AttributeCounts, failed: number): RootCause[] {
  return Object.entries(attributes)
    .flatMap(([attribute, values]) =>
      Object.keys(values).flatMap((value) => rootCause(attribute, value, values, failed) ?? []),
    )
    .sort((a, b) => b.explains * b.confidence - a.explains * a.confidence || (b.lift ?? 0) - (a.lift ?? 0))
    .slice(0, CAUSES_SHOWN);
}

/** What this value fails at more often than the others of its attribute do, if it does. */
function rootCause(
  attribute: string,
  value: string,
  values: Readonly<Record<string, FailureTally>>,
  allFailed: number,
): RootCause | undefined {
  const here = ownValue(values, value) as FailureTally;
  const others = Object.entries(values)
    .filter(([other]) => other !== value)
    .reduce((sum, [, { n, failed }]) => ({ n: sum.n + n, failed: sum.failed + failed }), { n: 0, failed: 0 });
  if (here.failed < MIN_FAILED || others.n === 0) return undefined;
  const { z, p } = pooledTest({ n: others.n, successes: others.failed }, { n: here.n, successes: here.failed });
  const confidence = z > 0 ? 1 - p / 2 : p / 2;
  if (confidence < MIN_CONFIDENCE) return undefined;
  const rate = here.failed / here.n;
  return {
    attribute,
    value,
    generations: here.n,
    failed: here.failed,
    rate,
    interval: wilsonInterval({ n: here.n, successes: here.failed }),
    lift: others.failed === 0 ? null : rate / (others.failed / others.n),
    explains: allFailed === 0 ? 0 : here.failed / allFailed,
    confidence,
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
  return causes.flatMap(({ attribute, value, confidence, explains, lift }) => {
    const action = ownValue(actionFor, attribute);
    if (!action) return [];
    const times = lift === null ? 'and none of the others' : `${lift.toFixed(1)} times as often as the others`;
    return [{ action, attribute, target: value, reason: `it fails ${times}`, confidence, explains }];
  });
}

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
