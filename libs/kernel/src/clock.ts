/** The only source of time. The system's clock is one; a simulated day has another. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after that many milliseconds on this clock, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Milliseconds since some moment, where {@link now} may be set: see {@link steadyNow}. */
  steady?(): number;
  /** Where it has a cheaper way than a sleep: see {@link alarm}. */
  alarm?(ms: number, ring: () => void): () => void;
}

/** Given as the reason, so that no stack is taken each time an alarm is called off. */
const CALLED_OFF = new Error('called off');

/**
 * Rings after that many milliseconds on this clock.
 * @returns what calls it off
 */
export function alarm(clock: Clock, ms: number, ring: () => void): () => void {
  if (clock.alarm) return clock.alarm(ms, ring);
  const off = new AbortController();
  void clock.sleep(ms, off.signal).then(() => off.signal.aborted || ring());
  return () => off.abort(CALLED_OFF);
}

/** Runs the work again and again, `intervalMs` after it last ended, asked again each time, until the signal aborts. */
export async function repeatedly(
  clock: Clock,
  intervalMs: () => number,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(intervalMs(), signal);
    if (!signal.aborted) await work();
  }
}
