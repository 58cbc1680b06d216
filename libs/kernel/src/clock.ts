/** The only source of time. The system's clock is one; a simulated day has another. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after that many milliseconds on this clock, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
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
