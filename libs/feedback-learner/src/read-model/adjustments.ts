import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  type DecisionEnvelope,
  DecisionSequenced,
  type EventData,
  ExperimentRegistered,
  Topic,
} from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';
import type { Impact } from '../domain/impact.ts';

type Proposed = EventData<typeof AdjustmentProposed>;

/** One adjustment, from the wish to what became of it. Times in epoch milliseconds. */
export interface AdjustmentDocument extends Pick<
  Proposed,
  'kind' | 'contentType' | 'lever' | 'change' | 'metric' | 'current' | 'target' | 'support'
> {
  readonly id: string;
  readonly status: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
  readonly proposedAt: number;
  readonly experimentId: string | null;
  readonly impact: Impact | null;
  readonly reason: string | null;
  readonly endedAt: number | null;
  readonly eventIds: readonly string[];
}

type Effect = (document: AdjustmentDocument | undefined, decision: DecisionEnvelope) => AdjustmentDocument | undefined;

const effects: Readonly<Record<string, Effect>> = {
  [AdjustmentProposed.type]: (document, { id, data, time }) => {
    const { adjustmentId, basis: _basis, ...proposed } = data as Proposed;
    return (
      document ?? {
        ...proposed,
        id: adjustmentId,
        status: 'proposed',
        proposedAt: time,
        experimentId: null,
        impact: null,
        reason: null,
        endedAt: null,
        eventIds: [id],
      }
    );
  },
  [ExperimentRegistered.type]: (document, { id, data }) =>
    document && {
      ...document,
      status: 'on_trial',
      experimentId: (data as EventData<typeof ExperimentRegistered>).experimentId,
      eventIds: [...document.eventIds, id],
    },
  [AdjustmentMadePermanent.type]: (document, decision) => document && ended(document, decision, 'permanent'),
  [AdjustmentRolledBack.type]: (document, decision) => document && ended(document, decision, 'rolled_back'),
};

function ended(
  document: AdjustmentDocument,
  { id, data, time }: DecisionEnvelope,
  status: AdjustmentDocument['status'],
): AdjustmentDocument {
  const { impact, reason } = data as { impact: Impact; reason?: string };
  return { ...document, status, impact, reason: reason ?? null, endedAt: time, eventIds: [...document.eventIds, id] };
}

/** Only what has its place in the ledger is shown. */
export const adjustmentDocuments: Projection<AdjustmentDocument> = {
  name: 'feedback-learner.adjustments',
  topics: [Topic.ledger],
  indexes: ['proposedAt', 'status', 'contentType'],
  idOf: ({ data }: StoredEvent<never>) => adjustmentOf((data as EventData<typeof DecisionSequenced>).decision),
  apply: {
    [DecisionSequenced.type]: (document, { data: { decision } }: StoredEvent<EventData<typeof DecisionSequenced>>) =>
      effects[decision.type]?.(document, decision),
  },
};

function adjustmentOf({ type, data }: DecisionEnvelope): string | undefined {
  if (!effects[type]) return undefined;
  const { adjustmentId, origin } = data as { adjustmentId?: string; origin?: { kind: string; id: string } };
  return adjustmentId ?? (origin?.kind === 'adjustment' ? origin.id : undefined);
}
