import type { Document, Projection, StoredEvent } from '@contentflow/kernel';
import { type Collection, type Follows, type RunningProjection, runProjection } from '@contentflow/read-model';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DeadLetters } from './dead-letters.ts';
import type { SetsAside } from './hosted-fold.ts';
import { mustHoldWhatWasSeen } from './log-loss.ts';
import { PLATFORM, type Platform } from './platform.ts';
import { Progress, type Stalled } from './progress.ts';
import { refusalOf } from './refusals.ts';

/** Keeps a service's projections up with the log and gives their documents to queries. */
@Injectable()
export class ProjectionHost implements OnApplicationShutdown {
  private readonly running: { readonly projection: RunningProjection; readonly progress: Progress }[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly deadLetters: DeadLetters,
  ) {}

  /** Starts the projection (of the service that its name begins with). */
  async start<Doc extends Document>(projection: Projection<Doc>): Promise<Collection<Doc>> {
    const { clock, log } = this.platform;
    const { name } = projection;
    const store = await this.platform.readModel(name.split('.')[0] as string);
    const collection = await store.collection<Doc>(projection);
    const { folder, mongo } = this.platform;
    // A simulated day begins with nothing.
    if (folder !== undefined || mongo) await mustHoldWhatWasSeen(this.platform, store, projection);
    const progress = new Progress(name, clock);
    const running = await runProjection({
      log: watched(settingRefusedAside(log, projection, this.deadLetters), progress),
      store,
      projection,
      onFault: ({ event, error }) => this.deadLetters.setAside(name, event, error),
    });
    this.running.push({ projection: running, progress });
    return collection;
  }

  stalled(): Stalled[] {
    return this.running.flatMap(({ progress }) => progress.stalled() ?? []);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map(({ projection }) => projection.stop()));
  }
}

/** The log as a projection follows it: events that it would take, were they as their contracts have them, are set aside. */
export function settingRefusedAside(
  log: Follows,
  { name, handlers }: Pick<Projection<Document>, 'name'> & { readonly handlers: ReadonlyMap<string, unknown> },
  deadLetters: SetsAside,
): Follows {
  const setAside = async (events: readonly StoredEvent[]): Promise<void> => {
    for (const event of events) {
      const refusal = refusalOf(handlers, event);
      if (refusal) await deadLetters.setAside(name, event, refusal);
    }
  };
  return {
    follow: ({ handle, ...options }) =>
      log.follow({
        ...options,
        handle: async (events) => {
          await setAside(events);
          await handle(events);
        },
      }),
  };
}

const watched = (log: Follows, progress: Progress): Follows => ({
  follow: ({ handle, ...options }) => log.follow({ ...options, handle: progress.watched(handle) }),
});
