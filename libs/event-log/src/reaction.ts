import { isContentFlowError, type Clock, type NewEvent, type StoredEvent } from '@contentflow/kernel';
import { deadLetter, isDeadLetterTopic } from './dead-letter.ts';
import type { SubscribeOptions } from './event-log.ts';
import { DEFAULT_ATTEMPTS, retryWaitMs } from './retry.ts';

/** How an engine has its subscribers' events handled. */
export interface Handling<Encoded> {
  readonly subscription: SubscribeOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The reaction as the engine writes it; throws on what the engine could never write. */
  encode(reaction: readonly NewEvent[]): Encoded;
  onError(error: unknown): void;
  /** Around every wait for the clock. */
  parked?(wait: () => Promise<void>): Promise<void>;
}

/**
 * What the handler answers; after the last attempt, or at once when it is hopeless, the dead letter in its place, so that
 * the partition moves on. An event that came before causes nothing. Undefined when stopped between two attempts.
 */
export async function reactionTo<Encoded>(
  event: StoredEvent,
  handling: Handling<Encoded>,
): Promise<Encoded | undefined> {
  const { handle, attempts = DEFAULT_ATTEMPTS, isHopeless } = handling.subscription;
  if (event.isRepeat) return handling.encode([]);
  for (let attempt = 1; ; attempt++) {
    try {
      return handling.encode(await handle(event));
    } catch (error) {
      handling.onError(error);
      if (attempt >= attempts || isHopeless?.(error) || isUnwritable(error))
        return handling.encode(toDeadLetter(event, attempt, error, handling));
      await backOff(attempt, handling);
      if (handling.signal.aborted) return undefined;
    }
  }
}

/** A dead letter that cannot be handled has no further place to go: it stays where it is. */
function toDeadLetter(
  event: StoredEvent,
  attempts: number,
  error: unknown,
  { subscription, clock }: Handling<unknown>,
): NewEvent[] {
  if (isDeadLetterTopic(event.topic)) return [];
  return [deadLetter(event, { group: subscription.group, attempts, error }, clock.now())];
}

function backOff(failures: number, { clock, signal, parked }: Handling<unknown>): Promise<void> {
  const wait = (): Promise<void> => clock.sleep(retryWaitMs(failures), signal);
  return parked ? parked(wait) : wait();
}

/** A reaction the log itself refuses will be refused again. */
const isUnwritable = (error: unknown): boolean =>
  isContentFlowError(error, 'unknown-topic') || isContentFlowError(error, 'event-not-json');
