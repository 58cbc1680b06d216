import { ProviderError } from '../model-provider.ts';

/** A call that must end: by its caller's signal, after so long a silence, or when its time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Something has arrived: the silence begins anew. */
  alive(): void;
  /** What ended the call, once the signal has fired. */
  failure(provider: string): ProviderError;
  /** Lets go of the timers and of the caller's signal. */
  end(): void;
}

/** How long nothing may arrive, and how long all of it may take; milliseconds. */
export interface Timeouts {
  readonly timeoutMs: number;
  readonly totalTimeoutMs?: number | undefined;
}

export function deadline({ timeoutMs, totalTimeoutMs }: Timeouts, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  let lastActivityAt = performance.now();
  let reason = `sent nothing for ${timeoutMs} ms`;
  const silent = (): void => {
    const leftMs = lastActivityAt + timeoutMs - performance.now();
    if (leftMs <= 0) cancel();
    else silence = setTimeout(silent, Math.ceil(leftMs));
  };
  let silence = setTimeout(silent, timeoutMs);
  const total =
    totalTimeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          reason = `did not finish within ${totalTimeoutMs} ms`;
          cancel();
        }, totalTimeoutMs);
  if (caller?.aborted) cancel();
  else caller?.addEventListener('abort', cancel, { once: true });

  return {
    signal: controller.signal,
    alive: () => void (lastActivityAt = performance.now()),
    failure: (provider) =>
      caller?.aborted
        ? new ProviderError('cancelled', `the call to ${provider} was cancelled`)
        : new ProviderError('timeout', `${provider} ${reason}`),
    end: () => {
      clearTimeout(silence);
      clearTimeout(total);
      caller?.removeEventListener('abort', cancel);
    },
  };
}
