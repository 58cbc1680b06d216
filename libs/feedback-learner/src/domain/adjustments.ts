import { AdjustmentProposed, type Policy } from '@contentflow/contracts';
import {
  type Adjustment,
  autonomySetOn,
  contentTypesMade,
  decided,
  type DecisionProcedure,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { changedLever } from '@contentflow/recipes';
import { type AdjustmentKind, type CurrentStyle, type Demand, demandsOf } from './demands.ts';
import { floodsOf, countPreferences, type ReaderPreferences, readerPreferences } from './reader-preferences.ts';

/** What readers of one content type ask for, and what became of such wishes before. */
export interface AdjustmentEvidence {
  readonly contentType: string;
  readonly adjustmentId: string;
  /** Those with the fewest raters needed, most supported first. */
  readonly demands: readonly Demand[];
  readonly refused: readonly Refusal[];
}

export interface Refusal {
  readonly kind: AdjustmentKind;
  readonly target: string;
  readonly proposedAt: number;
  readonly raters: number;
}

/** Support that has grown so much is news. */
const MIN_SUPPORT_GROWTH = 1.5;

/**
 * The most supported demand that enough distinct raters make, that most of those who spoke of it make, and that has
 * not been tried and refused of late.
 */
export function chooseDemand(evidence: AdjustmentEvidence, policy: Policy, at: number): Demand | undefined {
  const { minComments, minRaters } = policy.feedback;
  return evidence.demands.find(
    (demand) =>
      demand.raters >= minRaters &&
      demand.comments >= minComments &&
      demand.raters > demand.against &&
      !isRefused(demand, evidence.refused, policy, at),
  );
}

const isRefused = (demand: Demand, refused: readonly Refusal[], policy: Policy, at: number): boolean =>
  refused.some(
    ({ kind, target, proposedAt, raters }) =>
      kind === demand.kind &&
      target === demand.target &&
      at - proposedAt < policy.hypotheses.cooldownMs &&
      demand.raters < raters * MIN_SUPPORT_GROWTH,
  );

export const adjustments: DecisionProcedure<ReaderPreferences, AdjustmentEvidence> = {
  name: 'feedback-learner.adjustments',
  every: ({ feedback }) => feedback.learnEveryMs,
  fold: readerPreferences,
  due: (parts, system, at) => {
    const floods = floodsOf(parts);
    return contentTypesMade(system)
      .sort()
      .flatMap((contentType) => {
        const evidence = evidenceOn(parts, floods, system, contentType);
        if (evidence.demands.length === 0) return [];
        const tick = Math.floor(at / system.policy.feedback.learnEveryMs);
        return [{ question: `adjustment:${evidence.adjustmentId}:${tick}`, evidence }];
      });
  },
  decide: (evidence, policy, at) => {
    const demand = chooseDemand(evidence, policy, at);
    if (!demand) return [];
    const { adjustmentId, contentType } = evidence;
    const { kind, change, current, target, comments, raters } = demand;
    return [
      decided(AdjustmentProposed, adjustmentId, {
        adjustmentId,
        kind,
        contentType,
        lever: changedLever(change),
        change,
        metric: kind === 'raise_quality_threshold' ? 'quality' : 'satisfaction',
        current,
        target,
        support: { comments, raters },
      }),
    ];
  },
};

function evidenceOn(
  parts: readonly ReaderPreferences[],
  floods: ReadonlySet<string>,
  system: SystemState,
  contentType: string,
): AdjustmentEvidence {
  const before = Object.values(system.adjustments).filter((each) => each.contentType === contentType);
  const { feedback } = system.policy;
  const heard = countPreferences(parts, contentType, lastStyleChange(system, contentType), floods);
  const demands = demandsOf(heard, currentStyle(system, contentType), feedback.thresholdStep).filter(
    ({ change, raters }) => raters >= feedback.minRaters && isFree(contentType, changedLever(change), before, system),
  );
  return {
    contentType,
    adjustmentId: `adjustment-${contentType}-${before.length + 1}`,
    demands,
    refused: before.filter(({ status }) => status === 'rolled_back' || status === 'refused').map(refusalOf),
  };
}

/** Whether the lever may be touched, and no other adjustment is on it. */
const isFree = (
  contentType: string,
  lever: Adjustment['lever'],
  before: readonly Adjustment[],
  system: SystemState,
): boolean =>
  autonomySetOn(system, lever, contentType) !== 'observe' &&
  !before.some((each) => each.lever === lever && (each.status === 'proposed' || each.status === 'on_trial'));

const refusalOf = ({ kind, target, proposedAt, support }: Adjustment): Refusal => ({
  kind,
  target,
  proposedAt,
  raters: support.raters,
});

function currentStyle(system: SystemState, contentType: string): CurrentStyle {
  const { style, qualityThreshold } = recipeInForce(system, contentType);
  return {
    tone: style.tone ?? null,
    words: style.words ?? null,
    structure: style.structure ?? null,
    qualityThreshold,
  };
}

/** Wishes from before it were about another style. */
const lastStyleChange = (system: SystemState, contentType: string): number =>
  system.improvements
    .filter((each) => each.contentType === contentType && (each.lever === 'style' || each.lever === 'quality'))
    .reduce((latest, { appliedAt, endedAt }) => Math.max(latest, appliedAt, endedAt ?? 0), 0);
