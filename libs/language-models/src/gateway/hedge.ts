import type { Clock } from '@contentflow/kernel';
import type { Attempt } from './attempt.ts';

/**
 * The first attempt, and a second one beside it when the first has not ended by then. The first reply wins and the
 * other call is cancelled; where both fail, the first failure stands.
 * @returns the attempt that stands, then the other
 * Source: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013
 */
export async function hedged(
  clock: Clock,
  afterMs: number,
  caller: AbortSignal | undefined,
  first: (signal: AbortSignal) => Promise<Attempt>,
  second: (signal: AbortSignal) => Promise<Attempt>,
): Promise<readonly Attempt[]> {
  const both = new AbortController();
  const cancel = (): void => both.abort();
  if (caller?.aborted) cancel();
  caller?.addEventListener('abort', cancel, { once: true });
  const patience = new AbortController();
  try {
    const primary = first(both.signal);
    const early = await Promise.race([primary, clock.sleep(afterMs, patience.signal)]);
    // Whoever has left meanwhile needs no second call.
    if (early || both.signal.aborted) return [early ?? (await primary)];

    const backup = second(both.signal);
    const winner = await Promise.race([
      replied(primary),
      replied(backup),
      Promise.all([primary, backup]).then(() => undefined),
    ]);
    both.abort();
    const attempts = await Promise.all([primary, backup]);
    const [one, other] = attempts.map((attempt) => ({
      ...attempt,
      record: { ...attempt.record, hedged: true as const },
    }));
    if (!one || !other) return attempts;
    return winner !== undefined && winner === attempts[1] ? [other, one] : [one, other];
  } finally {
    patience.abort();
    caller?.removeEventListener('abort', cancel);
  }
}

/** Settles with an attempt that has a reply, and never with one that has none. */
const replied = (attempt: Promise<Attempt>): Promise<Attempt> =>
  new Promise((resolve) => void attempt.then((ended) => ended.reply && resolve(ended)));
