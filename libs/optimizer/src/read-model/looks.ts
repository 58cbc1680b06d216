import {
  DecisionSequenced,
  type EventData,
  ExperimentConcluded,
  ExperimentLooked,
  Topic,
} from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';
import type { MetricComparison } from '../domain/comparison.ts';

/** What the last look at an experiment showed. */
export interface LookDocument {
  readonly id: string;
  readonly look: number;
  readonly lookedAt: number;
  readonly metrics: Readonly<Record<string, MetricComparison>>;
  readonly units?: number;
}

export const looks: Projection<LookDocument> = {
  name: 'optimizer.looks',
  topics: [Topic.ledger],
  indexes: ['lookedAt'],
  idOf: ({ data: { decision } }: StoredEvent<EventData<typeof DecisionSequenced>>) =>
    decision.type === ExperimentLooked.type || decision.type === ExperimentConcluded.type
      ? decision.subject
      : undefined,
  apply: {
    [DecisionSequenced.type]: (before, { data: { decision } }: StoredEvent<EventData<typeof DecisionSequenced>>) => {
      const data = decision.data as EventData<typeof ExperimentLooked> | EventData<typeof ExperimentConcluded>;
      return {
        id: data.experimentId,
        look: 'look' in data ? data.look : (before?.look ?? 0),
        lookedAt: decision.time,
        metrics: data.metrics,
        ...('units' in data ? { units: data.units } : {}),
      };
    },
  },
};
