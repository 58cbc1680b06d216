import type { EventData, ExperimentConcluded, Metric } from '@contentflow/contracts';
import type { Experiment, MarginUsed } from '@contentflow/decisions';
import type { Moments } from '@contentflow/statistics';
import type { Arms } from '../arm-statistics.ts';
import type { Boundary, MetricComparison } from './comparison.ts';
import { type ConcurrentExperiment, type Interaction, interactionsOf } from './interactions.ts';

/** Of the margins against generation 0, by the changes in force. */
export type MarginsUsed = Partial<Readonly<Record<Metric, MarginUsed>>>;

/** What a look at a running experiment stands on. */
export interface LookEvidence {
  readonly kind: 'look';
  readonly look: number;
  readonly experiment: Omit<Experiment, 'status'>;
  readonly context: string;
  readonly epochs: readonly Arms[];
  /** The latest half hours, the latest last; earlier releases looked at all of them alone. */
  readonly lately?: readonly (readonly Arms[])[];
  /** What was tried on the same units, and comes first. */
  readonly concurrentExperiments: readonly ConcurrentExperiment[];
  /** Whether the system may change itself on this lever now. */
  readonly mayApply: boolean;
  /** What the other changes in force have used of the margins against generation 0; earlier releases did not ask. */
  readonly used?: MarginsUsed;
  /** Two-sided level that the error control gives it now; earlier releases held it to that of its registration. */
  readonly level?: number;
  /** Whether a person has said that it may be applied. */
  readonly isApproved?: boolean;
  /** Where it is a try of fewer drafts: points that these would have gained on all of them, in every content made of all. */
  readonly fewerDrafts?: Moments;
  /** Version of the recipe that a person wrote last, where the content type began with another. */
  readonly base?: string;
}

/** How treatment stands against control, by metric. */
export type Comparisons = Readonly<Record<string, MetricComparison>>;

export type Verdict = Pick<EventData<typeof ExperimentConcluded>, 'verdict' | 'reason'>;

/** What its metric is held to: evidence, at the level there is now. */
export const primaryBoundary = ({ experiment, level }: Pick<LookEvidence, 'experiment' | 'level'>): Boundary => ({
  alpha: level ?? experiment.design.alpha,
  horizonUnits: horizonUnitsOf(experiment),
  tuning: level === undefined ? 'horizon' : 'untruncated',
});

/** How many units both arms are to have in the end. */
export const horizonUnitsOf = ({ design }: Pick<LookEvidence['experiment'], 'design'>): number =>
  2 * design.unitsPerArm;

export const interactionsIn = ({ concurrentExperiments, experiment }: LookEvidence): Interaction[] =>
  interactionsOf(concurrentExperiments, horizonUnitsOf(experiment));
