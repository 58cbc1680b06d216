import { decodeEvent } from '@contentflow/contracts';
import {
  type LetterReference,
  type DeadLetter,
  letterSettled,
  type OpenDeadLetter,
  REPLAY_REQUESTED,
} from '@contentflow/event-log';
import type { Reaction, StoredEvent } from '@contentflow/kernel';

interface Replay {
  readonly request: StoredEvent;
  readonly service: string;
  /** The letter, if it is open, with the event in it. */
  letter(id: string): Promise<{ readonly open: OpenDeadLetter; readonly stored: StoredEvent<DeadLetter> } | undefined>;
  handle(event: StoredEvent): Promise<Reaction>;
  readonly at: number;
}

/**
 * What the service answers to the event of a letter now, and that the letter is settled with that: both or neither. Nothing for what
 * is no request, or none for this service, or for a letter that has been settled since.
 */
export async function replayed({ request, service, letter, handle, at }: Replay): Promise<Reaction> {
  if (request.type !== REPLAY_REQUESTED) return [];
  const found = await letter((request.data as LetterReference).letter);
  if (found?.open.consumer !== service) return [];
  const reaction = await handle(decodeEvent(found.stored.data.event));
  return [...reaction, letterSettled(found.open, at)];
}
