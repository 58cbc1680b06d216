import type { Fold } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { metrics as telemetry } from '@opentelemetry/api';
import { DeadLetters } from './dead-letters.ts';
import { HostedFold, type OnBatchFolded } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';
import type { StalledFollower } from './progress.ts';

/** A hosted fold, whatever its state. */
interface Hosted extends Pick<HostedFold<unknown>, 'name' | 'lag' | 'onBatchFolded' | 'stalled' | 'stop'> {
  isOf<State>(fold: Fold<State>): this is HostedFold<State>;
}

/** Keeps a process's folds up with the log, each once, and knows how far behind each is and which is stalled. */
@Injectable()
export class FoldHost implements OnApplicationShutdown {
  private readonly hosted: Hosted[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly deadLetters: DeadLetters,
  ) {
    telemetry
      .getMeter('contentflow')
      .createObservableGauge('contentflow_fold_lag_events', { description: 'Events that a fold has not read yet' })
      .addCallback(async (result) => {
        for (const fold of this.hosted) result.observe(await fold.lag(), { fold: fold.name });
      });
  }

  /**
   * The fold, kept up from here on; the one that is kept already where another asked for it.
   * @param name     unique in the process; also of its snapshot
   * @param onBatchFolded  told of each batch once it has been folded
   */
  async start<State>(name: string, fold: Fold<State>, onBatchFolded?: OnBatchFolded): Promise<HostedFold<State>> {
    for (const each of this.hosted)
      if (each.isOf(fold)) {
        if (onBatchFolded) each.onBatchFolded(onBatchFolded);
        return each;
      }
    const { deadLetters, platform } = this;
    const hosted = new HostedFold(name, fold, { platform, deadLetters });
    if (onBatchFolded) hosted.onBatchFolded(onBatchFolded);
    this.hosted.push(hosted);
    await hosted.start();
    return hosted;
  }

  /** Of everything that is kept up. */
  names(): string[] {
    return this.hosted.map(({ name }) => name);
  }

  stalled(): StalledFollower[] {
    return this.hosted.flatMap((fold) => fold.stalled() ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.hosted.map((fold) => fold.stop()));
  }
}
