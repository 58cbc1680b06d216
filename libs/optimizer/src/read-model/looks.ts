import {
  type EventData,
  ExperimentConcluded,
  ExperimentLooked,
  projection,
  type LookDocument,
  lookSchema,
} from '@contentflow/contracts';

type LookEvent = EventData<typeof ExperimentLooked>;
type Concluded = EventData<typeof ExperimentConcluded>;

export const looks = projection('optimizer.looks', lookSchema, ['lookedAt'])
  .onDecision(ExperimentLooked, (_before, { data, time }) => lookOf(data, data.look, time))
  .onDecision(ExperimentConcluded, (before, { data, time }) => lookOf(data, before?.look ?? 0, time));

const lookOf = (data: LookEvent | Concluded, look: number, lookedAt: number): LookDocument => ({
  id: data.experimentId,
  look,
  lookedAt,
  metrics: data.metrics,
  ...('units' in data ? { units: data.units } : {}),
});
