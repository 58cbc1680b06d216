import type { Clock } from '@contentflow/kernel';
import { ProviderError } from '../model-provider.ts';

/** Given as the reason, so that no stack is taken each time a call ends. */
const ENDED = new Error('ended');

/**
 * Work that ends in time on this clock, also where it ignores its signal.
 * @throws ProviderError `timeout` after `ms`, `cancelled` when the caller's signal aborts first
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  caller: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (caller?.aborted) throw new ProviderError('cancelled', `${what}: cancelled`);
  const controller = new AbortController();
  const cancel = (): void => controller.abort(ENDED);
  caller?.addEventListener('abort', cancel, { once: true });
  let isDone = false;
  const over = new Promise<never>((_resolve, reject) => {
    void clock.sleep(ms, controller.signal).then(() => {
      if (isDone) return;
      reject(
        caller?.aborted
          ? new ProviderError('cancelled', `${what}: cancelled`)
          : new ProviderError('timeout', `${what}: not done within ${Math.round(ms)} ms`),
      );
    });
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    isDone = true;
    caller?.removeEventListener('abort', cancel);
    controller.abort(ENDED);
  }
}
