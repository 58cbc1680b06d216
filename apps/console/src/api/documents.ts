import type {
  AnomalyDocument,
  DecisionDocument,
  EventData,
  ExperimentLooked,
  GuardrailStatus,
  ListedProposal,
} from '@contentflow/contracts';
import type { Account, Experiment, Improvement } from '@contentflow/decisions';
import type { AutonomyView } from '@contentflow/ledger';

export interface Listed<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
interface Marked {
  readonly simulated: boolean;
}

export type Look = Pick<EventData<typeof ExperimentLooked>, 'look' | 'metrics'>;
export type MetricComparison = Look['metrics'][string];
export type Guardrails = Readonly<Partial<Record<string, GuardrailStatus>>>;

export type ListedDecision = DecisionDocument & Marked;
export type ListedAnomaly = AnomalyDocument & Marked;
export type ShownProposal = ListedProposal & Marked;
export type Autonomy = AutonomyView & Marked;
export type ListedImprovement = Improvement & Marked & { readonly id: string; readonly account: Account | null };
export type ListedExperiment = Experiment &
  Marked & {
    readonly id: string;
    readonly lastLook: (Look & { readonly lookedAt: number; readonly units?: number }) | null;
  };
export interface DesiredInstances extends Marked {
  readonly desired: number;
  readonly running: number;
  readonly executor: string;
}
