import { ContentGenerated, GenerationFailed, Topic, type Variant } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import type { OpenPlatform } from '@contentflow/nest-platform';
import { eventsOf } from '../faults/malformed-events.ts';

const RESULTS: readonly string[] = [ContentGenerated.type, GenerationFailed.type];

interface Generation {
  readonly unit: string;
  readonly assignment: { readonly exposures: readonly { readonly experiment: string; readonly variant: Variant }[] };
}

export interface KeptAssignments {
  /** Units that met one of the experiments both before and after. */
  readonly cameBack: number;
  /** A sentence for each unit that met one in both of its arms. */
  readonly moved: readonly string[];
}

/**
 * Whether units stay in the arm that they were in.
 * @param rolledAt  from where on generations count as made after; epoch milliseconds
 */
export async function keptAssignments(
  { log }: Pick<OpenPlatform, 'log'>,
  experiments: readonly string[],
  rolledAt: number,
): Promise<KeptAssignments> {
  const events = (await eventsOf(log, [Topic.content])).filter(
    ({ type, isRepeat }) => RESULTS.includes(type) && !isRepeat,
  );
  return assignmentsIn(events as StoredEvent<Generation>[], experiments, rolledAt);
}

export function assignmentsIn(
  generations: readonly Pick<StoredEvent<Generation>, 'data' | 'time'>[],
  experiments: readonly string[],
  rolledAt: number,
): KeptAssignments {
  const met = new Map<string, { arms: Set<Variant>; isBefore: boolean; isAfter: boolean }>();
  for (const { data, time } of generations)
    for (const { experiment, variant } of data.assignment.exposures) {
      if (!experiments.includes(experiment)) continue;
      const key = `${data.unit} in ${experiment}`;
      const seen = met.get(key) ?? { arms: new Set(), isBefore: false, isAfter: false };
      seen.arms.add(variant);
      if (time < rolledAt) seen.isBefore = true;
      else seen.isAfter = true;
      met.set(key, seen);
    }
  return {
    cameBack: [...met.values()].filter(({ isBefore, isAfter }) => isBefore && isAfter).length,
    moved: [...met].filter(([, { arms }]) => arms.size > 1).map(([key]) => `unit ${key} met both arms`),
  };
}
