import { ProviderError } from '../model-provider.ts';

/** A call that must end: by its caller's signal, after so long a silence, or when its time is up. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly isOver: boolean;
  /** Calls it once the call must end; at once where it must already. */
  whenOver(tell: () => void): void;
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

export const deadline = (timeouts: Timeouts, caller: AbortSignal | undefined): Deadline =>
  new CallDeadline(timeouts, caller);

class CallDeadline implements Deadline {
  isOver = false;
  private readonly caller: AbortSignal | undefined;
  private readonly timeoutMs: number;
  private readonly total: NodeJS.Timeout | undefined;
  private silence: NodeJS.Timeout;
  private lastActivityAt = performance.now();
  private reason: string;
  private tell: (() => void)[] = [];
  private controller: AbortController | undefined;

  constructor({ timeoutMs, totalTimeoutMs }: Timeouts, caller: AbortSignal | undefined) {
    this.caller = caller;
    this.timeoutMs = timeoutMs;
    this.reason = `sent nothing for ${timeoutMs} ms`;
    this.silence = setTimeout(this.listen, timeoutMs);
    if (totalTimeoutMs !== undefined)
      this.total = setTimeout(() => {
        this.reason = `did not finish within ${totalTimeoutMs} ms`;
        this.cancel();
      }, totalTimeoutMs);
    if (caller?.aborted) this.cancel();
    else caller?.addEventListener('abort', this.cancel, { once: true });
  }

  /** Made for who asks for one: it costs more than all else here. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isOver) this.controller.abort();
    return this.controller.signal;
  }

  whenOver(tell: () => void): void {
    if (this.isOver) tell();
    else this.tell.push(tell);
  }

  alive(): void {
    this.lastActivityAt = performance.now();
  }

  failure(provider: string): ProviderError {
    if (this.caller?.aborted) return new ProviderError('cancelled', `the call to ${provider} was cancelled`);
    return new ProviderError('timeout', `${provider} ${this.reason}`);
  }

  end(): void {
    clearTimeout(this.silence);
    clearTimeout(this.total);
    this.caller?.removeEventListener('abort', this.cancel);
  }

  private readonly listen = (): void => {
    const leftMs = this.lastActivityAt + this.timeoutMs - performance.now();
    if (leftMs <= 0) this.cancel();
    else this.silence = setTimeout(this.listen, Math.ceil(leftMs));
  };

  private readonly cancel = (): void => {
    if (this.isOver) return;
    this.isOver = true;
    this.controller?.abort();
    for (const tell of this.tell.splice(0)) tell();
  };
}
