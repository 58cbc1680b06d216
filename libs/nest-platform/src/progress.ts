import { type Clock, MINUTE_MS, messageOf, steadyNow, type StoredEvent } from '@contentflow/kernel';

/** A follower that has been on the same events for long: what it says falls behind the log. */
export interface StalledFollower {
  readonly name: string;
  /** When it took the events that it is still on; ms since 1970. */
  readonly since: number;
  /** What its last try failed with; null where it has not come back. */
  readonly reason: string | null;
}

/** Longer than a store's election or restart. */
const STALLED_AFTER_MS = MINUTE_MS / 2;

/** Knows how long a follower has been on the events in its hands. */
export class Progress {
  private since: { readonly at: number; readonly steady: number } | undefined;
  private reason: string | null = null;

  constructor(
    readonly name: string,
    private readonly clock: Clock,
  ) {}

  /** The same handler, watched: a batch that fails and is tried again is still the same batch. */
  watched<Events extends readonly StoredEvent[]>(handle: (events: Events) => Promise<void>) {
    return async (events: Events): Promise<void> => {
      this.since ??= { at: this.clock.now(), steady: steadyNow(this.clock) };
      try {
        await handle(events);
        this.since = undefined;
        this.reason = null;
      } catch (error) {
        this.reason = messageOf(error);
        throw error;
      }
    };
  }

  stalled(): StalledFollower | undefined {
    if (this.since === undefined || steadyNow(this.clock) - this.since.steady < STALLED_AFTER_MS) return undefined;
    return { name: this.name, since: this.since.at, reason: this.reason };
  }
}
