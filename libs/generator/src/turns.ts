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

/** Of work on many: some milliseconds for briefs. */
const AT_A_TURN = 25;

/** The same for each, one after the other, so that whoever asks for health meanwhile waits for a few of them and not for all. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result | Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, item] of items.entries()) {
    results.push(await work(item, index));
    if ((index + 1) % AT_A_TURN === 0) await turn();
  }
  return results;
}
