import { isContentFlowError, type NewEvent, systemClock } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** So many may be on their way to the disk before an answer waits for its own: what a crash loses at most of what was answered. */
export const MAX_UNDER_WAY = 128;
/** How long the first waits for others to be written with it; real time, and less than a crash may cost. Milliseconds. */
const LINGER_MS = 10;

/** Events that are written together. */
class Batch {
  readonly events: NewEvent[] = [];
  readonly written = Promise.withResolvers<void>();
}

/**
 * Records every call that is passed on. An answer does not wait for the disk: its event is written with those of the same few milliseconds, by
 * one append. So a crash loses the events of these milliseconds, and of those that the disk takes to sync them and what was written before: answers
 * wait as soon as `MAX_UNDER_WAY` are under way, or the last could not be written, and while the disk is full no call is made (docs/adr/0010-completions.md).
 */
@Injectable()
export class CompletionRecords implements OnApplicationShutdown {
  private underWay = 0;
  private isFailing = false;
  /** What found no room on the disk: of calls that were under way when it became full. */
  private unwritten: NewEvent[] = [];
  private again: Promise<void> | undefined;
  private batch: Batch | undefined;

  constructor(@Inject(PLATFORM) private readonly platform: Pick<Platform, 'log' | 'logger'>) {}

  /**
   * Before a call, which costs: what found no room is written first.
   * @throws ContentFlowError `log-disk-full` where there still is none
   */
  ready(): Promise<void> | undefined {
    if (!this.again && this.unwritten.length === 0) return undefined;
    return (this.again ??= this.writeAgain().finally(() => (this.again = undefined)));
  }

  /**
   * @param isAwaited  its answer waits for it all the same
   * @throws where answers wait, and the event could not be written
   */
  record(event: NewEvent, isAwaited = false): Promise<void> | undefined {
    const mustWait = isAwaited || this.isFailing || this.underWay >= MAX_UNDER_WAY;
    this.underWay++;
    const batch = (this.batch ??= this.begun());
    batch.events.push(event);
    if (!mustWait) return undefined;
    this.flush();
    return batch.written.promise;
  }

  /** Resolves once what was recorded so far is in the log, as far as it could be written. */
  async settled(): Promise<void> {
    const { batch } = this;
    this.flush();
    await batch?.written.promise.catch(() => undefined);
    await this.ready()?.catch(() => undefined);
  }

  onApplicationShutdown(): Promise<void> {
    return this.settled();
  }

  private begun(): Batch {
    const batch = new Batch();
    batch.written.promise.catch((error: unknown) =>
      this.platform.logger.error(
        { err: error, completions: batch.events.map(({ subject }) => subject) },
        'completions could not be recorded',
      ),
    );
    void systemClock.sleep(LINGER_MS).then(() => this.batch === batch && this.flush());
    return batch;
  }

  private flush(): void {
    const { batch } = this;
    this.batch = undefined;
    if (batch) this.write(batch).then(batch.written.resolve, batch.written.reject);
  }

  private async writeAgain(): Promise<void> {
    const events = this.unwritten;
    this.unwritten = [];
    this.underWay += events.length;
    await this.write({ events });
  }

  private async write({ events }: Pick<Batch, 'events'>): Promise<void> {
    try {
      await this.platform.log.append(events);
      this.isFailing = false;
    } catch (error) {
      this.isFailing = true;
      if (isForRoom(error)) this.unwritten.push(...events);
      throw error;
    } finally {
      this.underWay -= events.length;
    }
  }
}

/** Any other failure may be of the event itself, and would be the same again. */
const isForRoom = (error: unknown): boolean => isContentFlowError(error) && error.code === 'log-disk-full';
