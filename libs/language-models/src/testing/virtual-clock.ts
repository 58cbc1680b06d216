import type { Clock } from '@contentflow/kernel';

/** A clock whose time passes only while `run` waits, timer by timer. */
export interface VirtualClock extends Clock {
  /** Waits for the work, letting time pass; fails where nothing is left to wait for. */
  run<T>(work: Promise<T>): Promise<T>;
}

export function virtualClock(startMs = 1_000_000): VirtualClock {
  let now = startMs;
  let sequence = 0;
  const timers = new Map<number, { at: number; wake: () => void }>();

  const releaseNext = (): boolean => {
    let next: [number, { at: number; wake: () => void }] | undefined;
    for (const timer of timers) if (!next || timer[1].at < next[1].at) next = timer;
    if (!next) return false;
    timers.delete(next[0]);
    now = Math.max(now, next[1].at);
    next[1].wake();
    return true;
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const id = sequence++;
        const wake = (): void => {
          timers.delete(id);
          resolve();
        };
        timers.set(id, { at: now + Math.max(0, ms), wake });
        signal?.addEventListener('abort', wake, { once: true });
      }),
    run: async (work) => {
      let isDone = false;
      const done = work.finally(() => (isDone = true));
      done.catch(() => undefined);
      for (;;) {
        for (let i = 0; i < 3 && !isDone; i++) await new Promise((resolve) => setImmediate(resolve));
        if (isDone) return done;
        if (!releaseNext()) throw new Error('the work waits for something that no timer will bring');
      }
    },
  };
}
