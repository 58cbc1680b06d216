import type { Clock } from '@contentflow/kernel';
import { ProviderError } from '../model-provider.ts';

/** Given as the reason, so that no stack is taken each time a call ends. */
const ENDED = new Error('ended');

/** Work that shows that it goes on may take longer, as long as it is never silent for so many milliseconds. */
export interface IdleTimeout {
  readonly atMostMs: number;
  /** When something was last heard of it. */
  lastActivityAt(): number;
}

/**
 * Work that ends in time on this clock, also where it ignores its signal.
 * @throws ProviderError `timeout` after `ms`, or a longer silence than is allowed; `cancelled` when the caller's signal aborts first
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  caller: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  silence?: IdleTimeout,
): Promise<T> {
  if (caller?.aborted) throw new ProviderError('cancelled', `${what}: cancelled`);
  const controller = new AbortController();
  const cancel = (): void => controller.abort(ENDED);
  caller?.addEventListener('abort', cancel, { once: true });
  const endsAt = clock.now() + ms;
  let isDone = false;
  const over = new Promise<never>((_resolve, reject) => {
    const wait = async (): Promise<void> => {
      for (;;) {
        const now = clock.now();
        const silentAt = silence ? silence.lastActivityAt() + silence.atMostMs : Infinity;
        const leftMs = Math.min(endsAt, silentAt) - now;
        if (leftMs > 0) await clock.sleep(leftMs, controller.signal);
        if (isDone) return;
        if (caller?.aborted) return reject(new ProviderError('cancelled', `${what}: cancelled`));
        if (leftMs <= 0) {
          const why = endsAt <= silentAt ? `not done within ${Math.round(ms)}` : `silent for ${silence?.atMostMs}`;
          return reject(new ProviderError('timeout', `${what}: ${why} ms`));
        }
      }
    };
    void wait();
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    isDone = true;
    caller?.removeEventListener('abort', cancel);
    controller.abort(ENDED);
  }
}
