import { ProviderError } from '../model-provider.ts';

/** A call that must end: by its caller's signal, or when its time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** What ended the call, once the signal has fired. */
  failure(provider: string): ProviderError;
  /** Lets go of the timer and of the caller's signal. */
  end(): void;
}

export function deadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  const timer = setTimeout(cancel, timeoutMs);
  if (caller?.aborted) cancel();
  else caller?.addEventListener('abort', cancel, { once: true });

  return {
    signal: controller.signal,
    failure: (provider) =>
      caller?.aborted
        ? new ProviderError('cancelled', `the call to ${provider} was cancelled`)
        : new ProviderError('timeout', `${provider} did not finish within ${timeoutMs} ms`),
    end: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', cancel);
    },
  };
}
