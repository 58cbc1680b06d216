import { ExperimentStarted } from '@contentflow/contracts';
import {
  type Decided,
  decided,
  mayProceed,
  openExperiments,
  type Question,
  type SystemState,
} from '@contentflow/decisions';
import { modelsGoneFrom } from '../models/withdrawn-models.ts';

export interface StartEvidence {
  readonly kind: 'start';
  readonly experimentId: string;
}
/** A registered experiment starts at the tick after its registration stands in the ledger. */
export const startsDue = (system: SystemState, at: number): Question<StartEvidence>[] =>
  openExperiments(system)
    .filter(
      (experiment) =>
        experiment.status === 'registered' &&
        mayProceed(system, { ...experiment, id: experiment.origin.id }, at) &&
        modelsGoneFrom(system, experiment).length === 0,
    )
    .map(({ experimentId }) => ({ question: `start:${experimentId}`, evidence: { kind: 'start', experimentId } }));

export const decideStart = ({ experimentId }: StartEvidence): Decided[] => [
  decided(ExperimentStarted, experimentId, { experimentId }),
];
