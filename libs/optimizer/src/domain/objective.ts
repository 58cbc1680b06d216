import type { Metric, Objective, Policy } from '@contentflow/contracts';

type Guardrails = Policy['guardrails'];
/** Means as they are: 0–10, USD. */
interface Present {
  readonly quality: number;
  readonly cost: number;
}

/** Least room, where the user's limit is reached already or missed: some is needed to show that a change keeps to it. */
const MIN_QUALITY_MARGIN = 0.05;
const MIN_COST_MARGIN = 0.02;

/** The guardrails' margins, with the room that the user's own constraint leaves in the place of the one it speaks of. */
export function marginsUnder(
  { goal, minQuality, maxCost }: Objective,
  guardrails: Guardrails,
  { quality, cost }: Present,
): Guardrails {
  if (goal === 'minimise_cost' && minQuality !== null)
    return { ...guardrails, qualityMargin: Math.max(MIN_QUALITY_MARGIN, quality - minQuality) };
  if (goal === 'maximise_quality' && maxCost !== null && cost > 0)
    return { ...guardrails, costMargin: Math.max(MIN_COST_MARGIN, maxCost / cost - 1) };
  return guardrails;
}

/** Whether another model is worth a try for this metric: the one that is sought, or the constraint's own where it is missed. */
export function isWorthTrying(
  { goal, minQuality, maxCost }: Objective,
  metric: Metric,
  { quality, cost }: Present,
): boolean {
  switch (goal) {
    case 'weighted':
      return true;
    case 'minimise_cost':
      return metric === (quality < (minQuality ?? 0) ? 'quality' : 'cost');
    case 'maximise_quality':
      return metric === (cost > (maxCost ?? Infinity) ? 'cost' : 'quality');
  }
}
