import { type EventData, ExperimentConcluded, ExperimentLooked, projection } from '@contentflow/contracts';
import type { MetricComparison } from '../domain/experiments/comparison.ts';

/** What the last look at an experiment showed. */
export interface LookDocument {
  readonly id: string;
  readonly look: number;
  readonly lookedAt: number;
  readonly metrics: Readonly<Record<string, MetricComparison>>;
  readonly units?: number;
}

type Looked = EventData<typeof ExperimentLooked>;
type Concluded = EventData<typeof ExperimentConcluded>;

export const looks = projection<LookDocument>('optimizer.looks', ['lookedAt'])
  .onDecision(ExperimentLooked, (_before, { data, time }) => lookOf(data, data.look, time))
  .onDecision(ExperimentConcluded, (before, { data, time }) => lookOf(data, before?.look ?? 0, time));

const lookOf = (data: Looked | Concluded, look: number, lookedAt: number): LookDocument => ({
  id: data.experimentId,
  look,
  lookedAt,
  metrics: data.metrics,
  ...('units' in data ? { units: data.units } : {}),
});
