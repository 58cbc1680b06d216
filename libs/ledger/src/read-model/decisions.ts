import {
  DecisionSequenced,
  type EventOf,
  eventName,
  projection,
  type DecisionDocument,
  decisionSchema,
} from '@contentflow/contracts';

export const decisionDocuments = projection('ledger.decisions', decisionSchema, [
  'seq',
  'name+seq',
  'contentType+seq',
  'subject+seq',
]).on(
  DecisionSequenced,
  (document, { data }) => document ?? documentOf(data),
  ({ data }) => data.decision.id,
);

function documentOf({
  seq,
  previousHash,
  hash,
  decision,
}: EventOf<typeof DecisionSequenced>['data']): DecisionDocument {
  const { id, type, source, subject, time, data } = decision;
  const contentType = (data as { contentType?: unknown }).contentType;
  return {
    id,
    seq,
    type,
    name: eventName(type),
    source,
    subject,
    contentType: typeof contentType === 'string' ? contentType : null,
    time,
    data,
    previousHash,
    hash,
  };
}

/** For lists: without the evidence, which is for who asks for the decision itself. */
export function withoutEvidence(document: DecisionDocument): DecisionDocument {
  const { basis, ...data } = document.data as { basis?: object | null };
  if (!basis) return document;
  const { evidence: _evidence, ...rest } = basis as { evidence?: unknown };
  return { ...document, data: { ...data, basis: rest } };
}
