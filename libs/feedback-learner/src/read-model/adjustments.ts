import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  type EventData,
  ExperimentRegistered,
  projection,
  type AdjustmentDocument,
} from '@contentflow/contracts';
import type { Impact } from '../domain/impact.ts';

type Proposed = EventData<typeof AdjustmentProposed>;

/** Only what has its place in the ledger is shown. */
export const adjustmentDocuments = projection<AdjustmentDocument>('feedback-learner.adjustments', [
  'proposedAt',
  'status',
  'contentType',
])
  .onDecision(
    AdjustmentProposed,
    (document, { id, data, time }) => document ?? proposedDocument(id, data, time),
    ({ data }) => data.adjustmentId,
  )
  .onDecision(
    ExperimentRegistered,
    (document, { id, data }) =>
      document && {
        ...document,
        status: 'on_trial',
        experimentId: data.experimentId,
        eventIds: [...document.eventIds, id],
      },
    ({ data: { origin } }) => (origin.kind === 'adjustment' ? origin.id : undefined),
  )
  .onDecision(
    AdjustmentMadePermanent,
    (document, { id, data, time }) => document && ended(document, 'permanent', { eventId: id, at: time, ...data }),
    ({ data }) => data.adjustmentId,
  )
  .onDecision(
    AdjustmentRolledBack,
    (document, { id, data, time }) => document && ended(document, 'rolled_back', { eventId: id, at: time, ...data }),
    ({ data }) => data.adjustmentId,
  );

function proposedDocument(eventId: string, data: Proposed, time: number): AdjustmentDocument {
  const { adjustmentId, basis: _basis, ...proposed } = data;
  return {
    ...proposed,
    id: adjustmentId,
    status: 'proposed',
    proposedAt: time,
    experimentId: null,
    impact: null,
    reason: null,
    endedAt: null,
    eventIds: [eventId],
  };
}

interface Ending {
  readonly eventId: string;
  readonly at: number;
  readonly impact: Impact;
  readonly reason?: string;
}

const ended = (
  document: AdjustmentDocument,
  status: AdjustmentDocument['status'],
  { eventId, at, impact, reason }: Ending,
): AdjustmentDocument => ({
  ...document,
  status,
  impact,
  reason: reason ?? null,
  endedAt: at,
  eventIds: [...document.eventIds, eventId],
});
