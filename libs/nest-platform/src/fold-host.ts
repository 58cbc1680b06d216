import type { Fold } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { metrics as telemetry } from '@opentelemetry/api';
import { HostedFold, type PassedBy } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';

/** A hosted fold, whatever its state. */
interface Hosted extends Pick<HostedFold<unknown>, 'name' | 'lag' | 'passedBy' | 'stop'> {
  isOf<State>(fold: Fold<State>): this is HostedFold<State>;
}

/** Keeps a process's folds up with the log, each once, and knows how far behind each is and what it passed by. */
@Injectable()
export class FoldHost implements OnApplicationShutdown {
  private readonly hosted: Hosted[] = [];

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {
    telemetry
      .getMeter('contentflow')
      .createObservableGauge('contentflow_fold_lag_events', { description: 'Events that a fold has not read yet' })
      .addCallback(async (result) => {
        for (const fold of this.hosted) result.observe(await fold.lag(), { fold: fold.name });
      });
  }

  /**
   * The fold, kept up from here on; the one that is kept already where another asked for it.
   * @param name  unique in the process; also of its snapshot
   */
  async start<State>(name: string, fold: Fold<State>): Promise<HostedFold<State>> {
    for (const each of this.hosted) if (each.isOf(fold)) return each;
    const hosted = new HostedFold(name, fold, this.platform);
    this.hosted.push(hosted);
    await hosted.start();
    return hosted;
  }

  passedBy(): PassedBy[] {
    return this.hosted.flatMap(({ passedBy }) => passedBy);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.hosted.map((fold) => fold.stop()));
  }
}
