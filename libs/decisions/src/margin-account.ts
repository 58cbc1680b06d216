import type { Metric } from '@contentflow/contracts';
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
  // What differs beside a change that cannot move it is chance, and chance uses up no margin.
  const moving = (metric: Metric): Guarded[] =>
    inForce.filter(({ change }) => canMoveTexts(change) || !isOfTexts(metric));
  return Object.fromEntries(
    metrics.filter((metric) => moving(metric).length > 0).map((metric) => [metric, entryOf(moving(metric), metric)]),
  );
}

function entryOf(inForce: readonly Guarded[], metric: Metric): MarginEntry {
  const statuses = inForce.flatMap(({ improvementId, guardrails }) => {
    const standing = guardrails[metric];
    return standing ? [{ improvementId, ...standing }] : [];
  });
  const used = usedTogether(statuses);
  // Margins differ only where the policy changed in between: the strictest holds.
  const margin = Math.min(...statuses.map((each) => each.margin));
  return {
    ...used,
    margin,
    left: margin + used.effect,
    changes: statuses.map(({ improvementId, effect, error }) => ({ improvementId, effect, error })),
  };
}

/** Effects on top of each other. */
export const usedTogether = (effects: readonly MarginUsed[]): MarginUsed => ({
  effect: effects.reduce((sum, { effect }) => sum + effect, 0),
  error: Math.hypot(...effects.map(({ error }) => error)),
});
