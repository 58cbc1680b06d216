/** How many deliveries and writes are under way: what the virtual clock asks before it moves on. */
export class Activity {
  inHand = 0;

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.inHand++;
    try {
      return await work();
    } finally {
      this.inHand--;
    }
  }

  /** Waiting for the clock is not activity: the clock could never move on. */
  async parked(wait: () => Promise<void>): Promise<void> {
    this.inHand--;
    try {
      await wait();
    } finally {
      this.inHand++;
    }
  }
}

/** Lets timers, sockets and other readers have a turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Turns of the event loop of which each is one reader's alone: of many that are behind, whoever asks for health waits for one batch and not for all. */
export function turnsOneByOne(): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(nextTurn));
}
