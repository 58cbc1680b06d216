import { decodedOrRefused, decodeEvent, EVENT_REFUSED, isSchemaError, type RefusedEvent } from '@contentflow/contracts';
import { isContentFlowError, type StoredEvent } from '@contentflow/kernel';
import type { EventLog } from './event-log.ts';

/** Told of each event that a reader passed by because its contract refuses it. */
export type OnRefused = (event: StoredEvent, refusal: RefusedEvent) => void;

/**
 * The boundary around the log: whoever reads through it gets events as their contracts have them. Groups dead-letter what
 * is refused at once; followers and readers get what stands in its place.
 */
export function decodedLog(log: EventLog, onRefused: OnRefused = () => {}): EventLog {
  const decodedEvents = (events: readonly StoredEvent[]): StoredEvent[] =>
    events.map((event) => {
      const decoded = decodedOrRefused(event);
      if (decoded.type === EVENT_REFUSED) onRefused(event, decoded.data as RefusedEvent);
      return decoded;
    });
  return {
    append: (events) => log.append(events),
    subscribe: ({ handle, isHopeless, ...options }) =>
      log.subscribe({
        ...options,
        isHopeless: (error) => isRefusal(error) || (isHopeless?.(error) ?? false),
        handle: (event) => handle(decodeEvent(event)),
      }),
    follow: ({ handle, ...options }) => log.follow({ ...options, handle: (events) => handle(decodedEvents(events)) }),
    async *read(range) {
      for await (const events of log.read(range)) yield decodedEvents(events);
    },
    ends: (topics) => log.ends(topics),
    close: () => log.close(),
  };
}

const isRefusal = (error: unknown): boolean => isSchemaError(error) || isContentFlowError(error, 'event-unreadable');
