import { DecisionSequenced, EVENT_REFUSED, EVENT_UNREADABLE, isEvent, type RefusedEvent } from '@contentflow/contracts';
import { ContentFlowError, type StoredEvent } from '@contentflow/kernel';

/**
 * Why a reader with these handlers misses an event that it would have taken in: its contract refuses it, or that of the decision
 * that stands in it, or nobody can read its bytes. Undefined for events that are as they should be, or of no concern.
 */
export function refusalOf(handlers: ReadonlyMap<string, unknown>, event: StoredEvent): ContentFlowError | undefined {
  if (event.type === EVENT_REFUSED) {
    const { type, reason } = event.data as RefusedEvent;
    const isConcerned = handlers.has(type) || type === EVENT_UNREADABLE;
    return isConcerned ? new ContentFlowError('event-schema', reason) : undefined;
  }
  if (!handlers.has(DecisionSequenced.type) || !isEvent(DecisionSequenced, event)) return undefined;
  const { data, type } = event.data.decision;
  if (data !== undefined) return undefined;
  return new ContentFlowError('event-schema', `the contract of ${type} refuses the data of this decision`);
}
