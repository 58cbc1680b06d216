import { systemClock } from './system-clock.ts';

/** Whether the promise resolves within so many milliseconds of real time, whatever clock runs: people wait in real time. */
export async function resolvedWithin(promise: Promise<unknown>, withinMs: number): Promise<boolean> {
  const giveUp = new AbortController();
  try {
    const late = withinMs < Infinity ? [systemClock.sleep(withinMs, giveUp.signal).then(() => false)] : [];
    return await Promise.race([promise.then(() => true), ...late]);
  } finally {
    giveUp.abort();
  }
}
