import { type Clock, ContentFlowError, MINUTE_MS } from '@contentflow/kernel';
import type { Machines } from '@contentflow/nest-platform';

export interface KedaMachinesOptions {
  readonly clock: Clock;
  readonly callsAtOnce: number;
  readonly usage: Machines['usage'];
  /** How long KEDA may take to ask. Default: a minute, in which Kubernetes' autoscaler asks four times. */
  readonly patienceMs?: number;
}

/** Instances that KEDA starts and stops: a number is carried out when KEDA has fetched it, and has failed while KEDA does not ask. */
export class KedaMachines implements Machines {
  readonly executor = 'keda';
  private fetched = 0;
  private readonly waiting = new Set<(instances: number) => void>();
  private readonly listeners = new Set<() => void>();
  private readonly stopping = new AbortController();

  constructor(private readonly options: KedaMachinesOptions) {}

  /** As KEDA last fetched it; 0 before. */
  instances(): number {
    return this.fetched;
  }

  callsAtOnce(): number {
    return this.options.callsAtOnce;
  }

  usage(): { cpu: number; memory: number } {
    return this.options.usage();
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** KEDA has been told that there shall be so many. */
  told(instances: number): void {
    const isNews = instances !== this.fetched;
    this.fetched = instances;
    if (isNews) for (const listener of this.listeners) listener();
    for (const each of this.waiting) each(instances);
  }

  /** Resolves when KEDA has fetched that number. @throws ContentFlowError `keda` where it does not ask in time */
  async scaleTo(instances: number): Promise<void> {
    const { clock, patienceMs = MINUTE_MS } = this.options;
    const isOver = new AbortController();
    let isFetched = false;
    const hears = (told: number): void => {
      if (told !== instances) return;
      isFetched = true;
      isOver.abort();
    };
    this.waiting.add(hears);
    await clock.sleep(patienceMs, AbortSignal.any([isOver.signal, this.stopping.signal]));
    this.waiting.delete(hears);
    if (!isFetched)
      throw new ContentFlowError('keda', `KEDA has not asked for ${patienceMs / 1000} s`, {
        fix: 'look at its ScaledObject: its trigger names this address',
      });
  }

  /** Nothing is waited for any more. */
  stop(): void {
    this.stopping.abort();
  }
}
