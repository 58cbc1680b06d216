import type { Lever, Metric, RecipeChange } from '@contentflow/contracts';
import { type Experiment, type Hypothesis, recipeInForce, replacedAt, type SystemState } from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';
import { isForReadersToJudge } from '@contentflow/recipes';
import { fewerDraftsOf, seenOf } from '../hypotheses/drafts.ts';
import type { Observations } from '../observations.ts';
import { latestTraffic } from '../traffic.ts';
import { predictedLoss } from './predicted-loss.ts';
import { successProbabilityBy, recordOf, valuePerExposure } from './value.ts';

/** What is put to the test, from whichever side it was proposed. */
export interface Candidate {
  readonly origin: Experiment['origin'];
  readonly contentType: string;
  readonly lever: Lever;
  readonly change: RecipeChange;
  readonly metric: Metric;
  /** Hash of what a hypothesis depends on; empty for the others. */
  readonly context: string;
  /** Readers asked for it, so that any gain counts: also when it is tested again. */
  readonly isOfReaders: boolean;
  /** Points of quality that a treated unit is expected to lose where it loses any; none where it was not screened. */
  readonly lossForeseen?: number;
  /** Whether every content shows what it does, so that it need not wait for readers. */
  readonly isSeenInContents?: boolean;
}

/** Of the traffic that trials are planned by. */
export const TRAFFIC_SPAN_MS = 2 * HOUR_MS;

/** Re-tests first, then what readers ask for, then hypotheses by what they are worth for each unit exposed to them. */
export function candidatesOf(parts: readonly Observations[], system: SystemState, at: number): Candidate[] {
  const retests = system.improvements
    .filter(({ status }) => status === 'expired')
    .map(({ improvementId, contentType, lever, change, origin, ...rest }) => ({
      origin: { kind: 'retest' as const, id: improvementId },
      contentType,
      lever,
      change,
      metric: primaryOf(system, rest.experimentId),
      context: '',
      isOfReaders: origin === 'adjustment',
    }));
  const adjustments = Object.values(system.adjustments)
    .filter(({ status }) => status === 'proposed')
    .map(({ adjustmentId, contentType, lever, change, metric }) => ({
      origin: { kind: 'adjustment' as const, id: adjustmentId },
      contentType,
      lever,
      change,
      metric,
      context: '',
      isOfReaders: true,
    }));
  const hypotheses = byValue(parts, system, at).map(
    ({ hypothesisId, contentType, lever, change, metric, context, qualityForeseen }) => ({
      origin: { kind: 'hypothesis' as const, id: hypothesisId },
      contentType,
      lever,
      change,
      metric,
      context,
      isOfReaders: false,
      ...(qualityForeseen ? { lossForeseen: predictedLoss(qualityForeseen) } : {}),
      ...(isSeenInContents(parts, system, { contentType, change }) ? { isSeenInContents: true } : {}),
    }),
  );
  return [...retests, ...adjustments, ...hypotheses];
}

const isSeenInContents = (
  parts: readonly Observations[],
  system: SystemState,
  { contentType, change }: Pick<Candidate, 'contentType' | 'change'>,
): boolean =>
  change.kind === 'set_candidates' &&
  seenOf(change, fewerDraftsOf(parts, recipeInForce(system, contentType), replacedAt(system, contentType))) !==
    undefined;

/** Hypotheses that wait for their test, the most valuable first. */
function byValue(parts: readonly Observations[], system: SystemState, at: number): Hypothesis[] {
  const valueOf = (hypothesis: Hypothesis): number => {
    const { contentType, metric, expectedGain: gain } = hypothesis;
    const chance = successProbabilityBy(recordOf(system, contentType), hypothesis);
    const { minGenerations } = system.policy.hypotheses;
    const since = replacedAt(system, contentType);
    const traffic = latestTraffic(parts, contentType, TRAFFIC_SPAN_MS, minGenerations, at, since);
    const isForReaders = isForReadersToJudge(hypothesis.change) && !isSeenInContents(parts, system, hypothesis);
    return valuePerExposure({ chance, metric, gains: { [metric]: gain }, isForReaders }, traffic, system.policy);
  };
  return Object.values(system.hypotheses)
    .filter(({ status }) => status === 'proposed')
    .map((hypothesis) => ({ hypothesis, value: valueOf(hypothesis) }))
    .sort((a, b) => b.value - a.value || (a.hypothesis.hypothesisId < b.hypothesis.hypothesisId ? -1 : 1))
    .map(({ hypothesis }) => hypothesis);
}

/** What its trial was won by. */
function primaryOf(system: SystemState, experimentId: string): Metric {
  const { metric = 'cost', aim = metric } = ownValue(system.experiments, experimentId) ?? {};
  return aim;
}
