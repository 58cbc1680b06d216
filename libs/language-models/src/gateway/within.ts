import { alarm, type Clock } from '@contentflow/kernel';
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
export function within<T>(
  clock: Clock,
  ms: number,
  caller: AbortSignal | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  silence?: IdleTimeout,
): Promise<T> {
  const cancelled = (): ProviderError => new ProviderError('cancelled', `${what}: cancelled`);
  if (caller?.aborted) return Promise.reject(cancelled());
  const controller = new AbortController();
  const endsAt = clock.now() + ms;
  return new Promise<T>((resolve, reject) => {
    let callOff: (() => void) | undefined;
    const end = (): void => {
      callOff?.();
      caller?.removeEventListener('abort', cancel);
    };
    const fail = (error: ProviderError): void => {
      end();
      controller.abort(ENDED);
      reject(error);
    };
    const cancel = (): void => fail(cancelled());
    const wait = (): void => {
      const silentAt = silence ? silence.lastActivityAt() + silence.atMostMs : Infinity;
      const leftMs = Math.min(endsAt, silentAt) - clock.now();
      if (leftMs > 0) return void (callOff = alarm(clock, leftMs, wait));
      const why = endsAt <= silentAt ? `not done within ${Math.round(ms)}` : `silent for ${silence?.atMostMs}`;
      fail(new ProviderError('timeout', `${what}: ${why} ms`));
    };
    caller?.addEventListener('abort', cancel, { once: true });
    wait();
    work(controller.signal).then(
      (made) => {
        end();
        resolve(made);
      },
      (error: unknown) => {
        end();
        reject(error as Error);
      },
    );
  });
}
