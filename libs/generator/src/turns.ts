import { setImmediate as turn } from 'node:timers/promises';

/**
 * Gives each who asks a turn of the event loop, one after the other: what many replies that come at once are made into is some milliseconds of
 * work each, and whoever asks for health meanwhile must not wait for all of them.
 */
export class Turns {
  private last: Promise<void> = Promise.resolve();

  next(): Promise<void> {
    this.last = this.last.then(() => turn());
    return this.last;
  }
}
