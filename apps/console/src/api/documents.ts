import type { EventData, ExperimentLooked, DecisionDocument } from '@contentflow/contracts';
import type { Account, Experiment, Improvement } from '@contentflow/decisions';
import type { AutonomyView } from '@contentflow/ledger';

export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Marked {
  readonly simulated: boolean;
}

export type MetricComparison = EventData<typeof ExperimentLooked>['metrics'][string];

export type ListedDecision = DecisionDocument & Marked;
export type Autonomy = AutonomyView & Marked;
export type ListedImprovement = Improvement & Marked & { readonly id: string; readonly account: Account | null };
export type ListedExperiment = Experiment &
  Marked & {
    readonly id: string;
    readonly lastLook: {
      readonly look: number;
      readonly lookedAt: number;
      readonly metrics: Readonly<Record<string, MetricComparison>>;
    } | null;
  };
export interface DesiredInstances extends Marked {
  readonly desired: number;
  readonly running: number;
  readonly executor: string;
}
