import { type GuardrailStatus, improvementIn, type Metric, type Policy } from '@contentflow/contracts';
import { noneUsed } from '@contentflow/decisions';
import {
  contrastOf,
  type GuardrailEvidence,
  type Margin,
  openEndedGuardrail,
  studentQuantile,
} from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import { evidenceOf, totalOf } from './comparison.ts';
import {
  armsIn,
  guardrailCheck,
  isSurelyBeyond,
  isSurelyWorse,
  marginsOf,
  TIGHTEST_AT,
  wholeTimesIn,
} from './guardrails.ts';
import { GUARDRAIL_ALPHA } from './value.ts';

/** An improvement beside those without it. */
export interface InForce {
  readonly guardrails: Policy['guardrails'];
  /** Metrics whose margins the decision to apply it showed to be kept; earlier releases did not ask. */
  readonly shown?: readonly Metric[];
  /** Of the last hours. */
  readonly windows: readonly Arms[];
  /** The trial that it was found by, epoch by epoch, and every window since; earlier releases looked at the last hours alone. */
  readonly found?: readonly Arms[];
  readonly since?: readonly Arms[];
}

/** A guardrail by all evidence there is: the trial, and each window since. */
export interface Standing {
  readonly metric: Metric;
  readonly margin: Margin;
  readonly standing: GuardrailStatus;
  readonly seen: GuardrailEvidence;
}

export const standingsInForce = ({ guardrails, found = [], since = [] }: InForce): Standing[] =>
  marginsIn(guardrails).map(([metric, margin]) => {
    const seen = openEndedGuardrail(...armsIn([...found, ...since], metric), margin, TIGHTEST_AT);
    return { metric, margin, seen, standing: guardrailCheck(metric, margin, seen, noneUsed).standing };
  });

const marginsIn = (margins: Policy['guardrails']): [Metric, Margin][] =>
  marginsOf({
    guardrails: {
      quality: margins.qualityMargin,
      success: margins.successMargin,
      cost: margins.costMargin,
      time: margins.timeMargin,
      satisfaction: margins.satisfactionMargin,
    },
  });

/**
 * Why it must be taken out. It is held to what its decision accepted: where a margin was shown to be kept, to that margin; where nothing was shown, as of readers, to
 * doing no harm, which is to be seen by more than half of the margin.
 */
export function harmBeyondDoubt(
  inForce: InForce,
  standings: readonly Standing[],
  { watch }: Policy,
): string | undefined {
  const lately = latest(inForce, watch).find(({ metric, most, share }) =>
    isAccepted(inForce, metric) ? most < -share : most < -share / 2,
  );
  if (lately) return `${lately.metric} is worse than in its reverse holdback`;
  const hurt = standings.find(({ metric, margin, seen }) =>
    isAccepted(inForce, metric) ? isSurelyBeyond(seen, watch) : isSurelyWorse(seen, margin, watch),
  );
  if (hurt) return `${hurt.metric} is worse with it, by its trial and all that came since`;
  const { found = [], since = [], guardrails } = inForce;
  const whole = openEndedGuardrail(...wholeTimesIn([...found, ...since]), timeMarginOf(guardrails), TIGHTEST_AT);
  return isSurelyBeyond(whole, watch) ? 'time is worse with it, with the attempts that failed' : undefined;
}

const timeMarginOf = ({ timeMargin }: Policy['guardrails']): Margin => ({ share: timeMargin, better: 'lower' });

/** Why it must be tested again: what came since the trial shows, by itself, that a margin is broken that was shown to be kept. */
export function harmSinceTrial({ since = [], ...inForce }: InForce): string | undefined {
  const broken = marginsIn(inForce.guardrails).find(
    ([metric, margin]) =>
      isAccepted(inForce, metric) &&
      openEndedGuardrail(...armsIn(since, metric), margin, TIGHTEST_AT).breachedP <= GUARDRAIL_ALPHA,
  );
  return broken && `${broken[0]} has lost more with it than its margin since its trial`;
}

const isAccepted = ({ shown = [] }: Pick<InForce, 'shown'>, metric: Metric): boolean => shown.includes(metric);

/** A harm that began lately shows in the latest windows before it shows in all of them. */
const LATEST_WINDOWS = [1, 2, 4, 9];
/** Without it, before it is said to hurt: a handful is enough to see a great harm … */
const MIN_UNITS = 4;
/** … but ratings are whole numbers: a handful may well be all the same, and would be taken for certain. */
const MIN_RATED_UNITS = 30;

interface Lately {
  readonly metric: Metric;
  /** The margin, relative. */
  readonly share: number;
  /** The relative improvement, at most. */
  readonly most: number;
}

/** How much better each metric is with it over each of the latest spans, at most; all of them share the error of a look. */
function latest({ windows, guardrails }: InForce, { alpha }: Policy['watch']): Lately[] {
  const margins = marginsIn(guardrails);
  // Half of it, as a harm is one of two sides.
  const own = alpha / (2 * margins.length) / LATEST_WINDOWS.length;
  return margins.flatMap(([metric, margin]) =>
    LATEST_WINDOWS.flatMap((count) => {
      const span = windows.slice(-count);
      const { n, mean } = totalOf(span, 'control', metric);
      if (n < (metric === 'satisfaction' ? MIN_RATED_UNITS : MIN_UNITS)) return [];
      const share = 'share' in margin ? margin.share : margin.points / Math.max(1e-9, mean);
      return [{ metric, share, most: upperImprovement(span, metric, own) }];
    }),
  );
}

/** One-sided upper limit of the relative improvement in these windows, by Student's t: of a dozen units the variance is hardly known. */
export function upperImprovement(windows: readonly Arms[], metric: Metric, alpha: number): number {
  const { difference, base, controlVariance, treatmentVariance, degrees } = contrastOf(
    evidenceOf(windows, 'control', metric),
    evidenceOf(windows, 'treatment', metric),
  );
  const error = Math.sqrt(controlVariance + treatmentVariance);
  if (!(error > 0) || base === 0) return Number.POSITIVE_INFINITY;
  const improvement = improvementIn(metric, difference / Math.abs(base));
  return improvement + (studentQuantile(1 - alpha, degrees) * error) / Math.abs(base);
}
