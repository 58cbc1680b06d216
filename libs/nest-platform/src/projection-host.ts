import type { Document, Projection } from '@contentflow/kernel';
import { type Collection, type RunningProjection, runProjection } from '@contentflow/read-model';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PLATFORM, type Platform } from './platform.ts';

/** Keeps a service's projections up with the log and gives their documents to queries. */
@Injectable()
export class ProjectionHost implements OnApplicationShutdown {
  private readonly running: RunningProjection[] = [];

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  /** Starts the projection (of the service that its name begins with). */
  async start<Doc extends Document>(projection: Projection<Doc>): Promise<Collection<Doc>> {
    const { log, logger } = this.platform;
    const store = await this.platform.readModel(projection.name.split('.')[0] as string);
    const collection = await store.collection<Doc>(projection);
    const onFault = ({ event, error }: { event: { id: string }; error: unknown }): void =>
      logger.error({ err: error, projection: projection.name, event: event.id }, 'a projection failed on an event');
    this.running.push(await runProjection({ log, store, projection, onFault }));
    return collection;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.running.map((each) => each.stop()));
  }
}
