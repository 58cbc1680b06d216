import { type EventData, type ExperimentConcluded, improvementIn, type Metric } from '@contentflow/contracts';
import { type Experiment, improvementsInForce, openExperiments, type SystemState } from '@contentflow/decisions';
import { type CrossedSamples, interactionOf } from '@contentflow/statistics';
import { sampleOfMetric } from '../arm-statistics.ts';
import type { Observations } from '../observations.ts';
import { type Crossing, crossingSeen } from './trials.ts';

/** An experiment that was tried on the same units beside the one looked at, and comes before it. */
export interface ConcurrentExperiment {
  readonly experimentId: string;
  /** Whether what it tried is in force, or may be before the next look. */
  readonly stands: 'in_force' | 'looked_at';
  /** By metric. */
  readonly cells: Readonly<Record<string, CrossedSamples>>;
}

/** A change on top of another, as an event tells it. */
export type Interaction = EventData<typeof ExperimentConcluded>['interactions'][number];

/** What won in the meantime, and what is looked at in the same tick and was registered first. */
export function concurrentExperimentsOf(
  parts: readonly Observations[],
  system: SystemState,
  experiment: Omit<Experiment, 'status'>,
  isLookedAt: (other: Experiment) => boolean,
): ConcurrentExperiment[] {
  const { contentType, experimentId, metric } = experiment;
  const inForce = improvementsInForce(system, contentType).map((each) =>
    supportingExperiments(system, each.improvementId),
  );
  const first = openExperiments(system, contentType).filter(
    (other) => isLookedAt(other) && isBefore(other, experiment),
  );
  const others = [
    ...inForce.flatMap((ids) => ids.map((id) => ({ id, stands: 'in_force' as const }))),
    ...first.map((other) => ({ id: other.experimentId, stands: 'looked_at' as const })),
  ];
  return others.flatMap(({ id, stands }) => {
    const crossing = id === experimentId ? undefined : crossingSeen(parts, experimentId, id);
    if (!crossing) return [];
    const metrics = [...new Set<Metric>([metric, 'quality', 'satisfaction'])];
    const cells = Object.fromEntries(metrics.map((each) => [each, crossedIn(crossing, each)]));
    return [{ experimentId: id, stands, cells }];
  });
}

/** The experiments that speak for an improvement: the one it was found by, and its re-tests. */
function supportingExperiments({ experiments, improvements }: SystemState, improvementId: string): string[] {
  const found = improvements.find((each) => each.improvementId === improvementId)?.experimentId ?? [];
  const retests = Object.values(experiments).filter(
    ({ origin, verdict }) => origin.kind === 'retest' && origin.id === improvementId && verdict === 'treatment',
  );
  return [found, retests.map(({ experimentId }) => experimentId)].flat();
}

const isBefore = (a: Pick<Experiment, 'registeredAt' | 'experimentId'>, b: typeof a): boolean =>
  a.registeredAt < b.registeredAt || (a.registeredAt === b.registeredAt && a.experimentId < b.experimentId);

const crossedIn = ({ control, treatment }: Crossing, metric: Metric): CrossedSamples => ({
  both: sampleOfMetric(treatment.treatment, metric),
  first: sampleOfMetric(control.treatment, metric),
  second: sampleOfMetric(treatment.control, metric),
  neither: sampleOfMetric(control.control, metric),
});

/** Two-sided error of one verdict over all that was tried beside it, in all metrics, at all looks. */
const INTERACTION_ALPHA = 0.01;

/** What both changes together are beyond the product of each alone, for all that can be told of it. */
export function interactionsOf(
  concurrentExperiments: readonly ConcurrentExperiment[],
  horizonUnits: number,
): Interaction[] {
  const alpha =
    INTERACTION_ALPHA / Math.max(1, concurrentExperiments.flatMap(({ cells }) => Object.keys(cells)).length);
  return concurrentExperiments.flatMap(({ experimentId, stands, cells }) =>
    Object.entries(cells).flatMap(([metric, crossed]) => {
      const found = interactionOf(crossed, alpha, horizonUnits);
      if (!found) return [];
      const [value, lower, upper] = [found.difference, ...found.interval].map(Math.expm1) as [number, number, number];
      return [
        { concurrentExperiment: experimentId, stands, metric: metric as Metric, effect: { value, lower, upper } },
      ];
    }),
  );
}

/** Whether both together are surely worse than the product of each alone. */
export const isHarmfulInteraction = ({ metric, effect: { lower, upper } }: Interaction): boolean =>
  Math.max(improvementIn(metric, lower), improvementIn(metric, upper)) < 0;
