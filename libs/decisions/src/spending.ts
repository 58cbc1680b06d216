import type { EventData, GenerationMeasured, PromptCandidateScreened, Variant } from '@contentflow/contracts';
import { DAY_MS, ownValue, setOwnValue } from '@contentflow/kernel';
import { addToMoments, mergeMoments, type Moments, noMoments } from '@contentflow/statistics';

/** Money per generation: without something (control) and with it (treatment). */
export type Spending = Readonly<Record<Variant, Moments>>;
type SpendingById = Readonly<Record<string, Spending>>;

/** What trying and having improvements costs, from the measurements of one partition. */
export interface Spent {
  /** Since the beginning, by experiment. */
  readonly experiments: SpendingById;
  /** Since it was applied, by improvement: beside its reverse holdback. */
  readonly improvements: SpendingById;
  /** Since the beginning, by order for new prompts: drafting them, and trying them on held-out briefs. */
  readonly prompts: Readonly<Record<string, number>>;
  /** By experiment, in the day (UTC) of the latest measurement. */
  readonly today: { readonly day: number; readonly experiments: SpendingById };
}

export const noSpend: Spent = {
  experiments: {},
  improvements: {},
  prompts: {},
  today: { day: 0, experiments: {} },
};

const dayOf = (time: number): number => Math.floor(time / DAY_MS);

export function withSpending(
  spent: Spent,
  { assignment, metrics }: Pick<EventData<typeof GenerationMeasured>, 'assignment' | 'metrics'>,
  time: number,
): Spent {
  const { exposures, withheld, improvements } = assignment;
  if (exposures.length + withheld.length + improvements.length === 0) return spent;
  const tried = exposures.map(({ experiment, variant }) => [experiment, variant] as const);
  const had = [
    ...withheld.map((id) => [id, 'control'] as const),
    ...improvements.map((id) => [id, 'treatment'] as const),
  ];
  const day = Math.max(spent.today.day, dayOf(time));
  const sofar = day === spent.today.day ? spent.today.experiments : {};
  return {
    ...spent,
    experiments: added(spent.experiments, tried, metrics.cost),
    improvements: added(spent.improvements, had, metrics.cost),
    today: { day, experiments: dayOf(time) === day ? added(sofar, tried, metrics.cost) : sofar },
  };
}

/** A new prompt was drafted, or tried on held-out briefs. */
export const withPromptCost = (
  spent: Spent,
  { requestId, cost }: Pick<EventData<typeof PromptCandidateScreened>, 'requestId' | 'cost'>,
): Spent => ({
  ...spent,
  prompts: { ...spent.prompts, [requestId]: (ownValue(spent.prompts, requestId) ?? 0) + cost },
});

function added(
  before: SpendingById,
  arms: readonly (readonly [id: string, variant: Variant])[],
  cost: number,
): SpendingById {
  if (arms.length === 0) return before;
  const changed = { ...before };
  for (const [id, variant] of arms) {
    const arm = ownValue(changed, id) ?? noSpending;
    setOwnValue(changed, id, { ...arm, [variant]: addToMoments(arm[variant], cost) });
  }
  return changed;
}

export const noSpending: Spending = { control: noMoments, treatment: noMoments };

/** Of all partitions together, in their order; of the days, the latest. */
export function mergeSpent(parts: readonly Spent[]): Spent {
  return {
    experiments: merged(parts.map(({ experiments }) => experiments)),
    improvements: merged(parts.map(({ improvements }) => improvements)),
    prompts: summed(parts.map(({ prompts }) => prompts)),
    today: latestDay(parts),
  };
}

function latestDay(parts: readonly Spent[]): Spent['today'] {
  const day = Math.max(0, ...parts.map(({ today }) => today.day));
  const ofDay = parts.filter(({ today }) => today.day === day);
  return { day, experiments: merged(ofDay.map(({ today }) => today.experiments)) };
}

function merged(parts: readonly SpendingById[]): SpendingById {
  const all: Record<string, Spending> = {};
  for (const part of parts)
    for (const [id, { control, treatment }] of Object.entries(part)) {
      const before = ownValue(all, id) ?? noSpending;
      setOwnValue(all, id, {
        control: mergeMoments(before.control, control),
        treatment: mergeMoments(before.treatment, treatment),
      });
    }
  return all;
}

function summed(parts: readonly Spent['prompts'][]): Spent['prompts'] {
  const all: Record<string, number> = {};
  for (const part of parts)
    for (const [id, cost] of Object.entries(part)) setOwnValue(all, id, (ownValue(all, id) ?? 0) + cost);
  return all;
}

/** What the treated cost beyond what they would have cost untreated; below zero where trying already saved. */
export const extraOf = ({ control, treatment }: Spending): number =>
  control.n > 0 ? treatment.n * (treatment.mean - control.mean) : 0;

/**
 * Money that learning has cost in the day that `at` lies in: over the experiments of that day, what their treated units cost beyond
 * their controls. What one experiment saves pays for no other.
 */
export function learningCostOfDay(parts: readonly Spent[], at: number): number {
  const { day, experiments } = latestDay(parts);
  if (day !== dayOf(at)) return 0;
  return Object.values(experiments).reduce((sum, each) => sum + Math.max(0, extraOf(each)), 0);
}
