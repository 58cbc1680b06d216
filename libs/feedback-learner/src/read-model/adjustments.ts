import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  type EventData,
  ExperimentRegistered,
  OperatorIntervened,
  ProposalExpired,
  projection,
  type AdjustmentDocument,
  adjustmentSchema,
} from '@contentflow/contracts';
import type { Impact } from '../domain/impact.ts';

type Proposed = EventData<typeof AdjustmentProposed>;

/** Only what has its place in the ledger is shown. */
export const adjustmentDocuments = projection('feedback-learner.adjustments', adjustmentSchema, [
  'proposedAt',
  'status+proposedAt',
  'contentType+proposedAt',
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
    OperatorIntervened,
    (document, { id, data, time }) =>
      data.action === 'refuse' ? refused(document, { eventId: id, at: time, reason: data.reason }) : document,
    ({ data }) => data.target,
  )
  .onDecision(
    ProposalExpired,
    (document, { id, data, time }) => refused(document, { eventId: id, at: time, reason: data.reason }),
    ({ data }) => data.proposalId,
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

/** What is on trial or has ended is not refused any more. */
const refused = (
  document: AdjustmentDocument | undefined,
  { eventId, at, reason }: { readonly eventId: string; readonly at: number; readonly reason: string },
): AdjustmentDocument | undefined =>
  document?.status === 'proposed'
    ? { ...document, status: 'refused', reason, endedAt: at, eventIds: [...document.eventIds, eventId] }
    : document;

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
