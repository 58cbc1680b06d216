import type { Clock } from './clock.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      let timer: NodeJS.Timeout | undefined;
      const wait = (left: number): void => {
        const turn = Math.min(left, LONGEST_TIMER_MS);
        timer = setTimeout(() => (left > turn ? wait(left - turn) : done()), turn);
      };
      wait(ms);
      signal?.addEventListener('abort', done, { once: true });
    }),
  alarm: (ms, ring) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      const turn = Math.min(left, LONGEST_TIMER_MS);
      timer = setTimeout(() => (left > turn ? wait(left - turn) : ring()), turn);
    };
    wait(ms);
    return () => clearTimeout(timer);
  },
};

/** A timer takes 31 bits: one set for longer, some 25 days, would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
