import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Well below the time-out of a test, and with room for a machine that is busy with other work. */
const TIMEOUT_LIMIT_MS = 60_000;
const LONGEST_PAUSE_MS = 50;

/**
 * Asks again and again until the answer will do: how a test waits for what must come, without knowing how long it takes.
 * What `ask` throws counts as an answer that will not do.
 * @throws after a minute, with what was awaited and what was seen last
 */
export async function until<T>(
  ask: () => Promise<T> | T,
  isDone: (answer: T) => boolean = Boolean,
  timeoutMs = TIMEOUT_LIMIT_MS,
): Promise<T> {
  const giveUpAt = performance.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    let seen: unknown;
    try {
      const answer = await ask();
      if (isDone(answer)) return answer;
      seen = answer;
    } catch (error) {
      seen = error;
    }
    if (performance.now() > giveUpAt)
      throw new Error(timeoutMessage(timeoutMs, String(isDone === Boolean ? ask : isDone), seen));
    await pause(pauseMs);
  }
}

const timeoutMessage = (timeoutMs: number, awaited: string, seen: unknown): string =>
  `waited ${timeoutMs / 1000} s in vain for ${awaited}\nseen last: ${inspect(seen, { depth: 5 }).slice(0, 2000)}`;
