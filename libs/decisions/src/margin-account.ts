import type { GuardrailStatus, Metric } from '@contentflow/contracts';
import { canMoveTexts } from '@contentflow/recipes';
import { type Improvement, type ImprovementsState, improvementsInForce } from './system-state/improvements.ts';

/** What all changes in force have done to a metric against generation 0, in the margin's unit, for the better above 0. */
export interface MarginUsed {
  readonly effect: number;
  /** Standard error of the effect. */
  readonly error: number;
}

/** One margin against generation 0: points, or a share of the control's mean. */
export interface MarginEntry extends MarginUsed {
  readonly margin: number;
  /** Of the margin, by what the changes in force are taken to cost; more than the margin where they gain. */
  readonly left: number;
  readonly changes: readonly (MarginUsed & { readonly improvementId: string })[];
}

export const noneUsed: MarginUsed = { effect: 0, error: 0 };

type Guarded = Pick<Improvement, 'improvementId' | 'guardrails' | 'change'>;

/** What only a change of what is written can move. */
export const isOfTexts = (metric: Metric): boolean => metric === 'quality' || metric === 'satisfaction';

/**
 * What the changes in force of a content type have used of its margins against generation 0: each by the latest evidence about it, of its trial
 * or since. Effects add up, and so do their variances, as each was tried on top of the ones before.
 * @returns by metric; nothing of a metric that no change in force tells of
 */
export function marginAccountOf(state: ImprovementsState, contentType: string): Partial<Record<Metric, MarginEntry>> {
  const inForce = improvementsInForce(state, contentType);
  const metrics = [...new Set(inForce.flatMap(({ guardrails }) => Object.keys(guardrails) as Metric[]))];
  return Object.fromEntries(
    metrics.flatMap((metric) => {
      const moving = inForce.flatMap((improvement) => standingIn(improvement, metric));
      return moving.length > 0 ? [[metric, entryOf(moving)]] : [];
    }),
  );
}

type Standing = GuardrailStatus & Pick<Improvement, 'improvementId'>;

/** None where it cannot move the metric: what differs beside it is chance, and chance uses up no margin. */
function standingIn({ improvementId, change, guardrails }: Guarded, metric: Metric): Standing[] {
  const standing = guardrails[metric];
  return standing && (canMoveTexts(change) || !isOfTexts(metric)) ? [{ improvementId, ...standing }] : [];
}

function entryOf(standings: readonly Standing[]): MarginEntry {
  const used = usedTogether(standings);
  // Margins differ only where the policy changed in between: the strictest holds.
  const margin = Math.min(...standings.map((each) => each.margin));
  return {
    ...used,
    margin,
    left: margin + used.effect,
    changes: standings.map(({ improvementId, effect, error }) => ({ improvementId, effect, error })),
  };
}

/** Effects on top of each other. */
export const usedTogether = (effects: readonly MarginUsed[]): MarginUsed => ({
  effect: effects.reduce((sum, { effect }) => sum + effect, 0),
  error: Math.hypot(...effects.map(({ error }) => error)),
});
