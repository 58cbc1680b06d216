import type { NewEvent } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable } from '@nestjs/common';

/** So many may be on their way to the disk before an answer waits for its own. */
const MAX_UNDER_WAY = 1000;

/**
 * Records every call that is passed on. An answer does not wait for the disk: its event is handed to the log's writer,
 * which syncs whatever has arrived while it was busy, within milliseconds. So a crash loses the events of these
 * milliseconds and no others: answers wait as soon as the writer is far behind, or has failed (docs/adr/0010-completions.md).
 */
@Injectable()
export class CompletionRecords {
  private underWay = 0;
  private isFailing = false;

  constructor(@Inject(PLATFORM) private readonly platform: Pick<Platform, 'log' | 'logger'>) {}

  /** @throws where answers wait, and the event could not be written */
  record(event: NewEvent): Promise<void> | undefined {
    const mustWait = this.isFailing || this.underWay >= MAX_UNDER_WAY;
    const written = this.write(event);
    if (mustWait) return written;
    written.catch((error: unknown) =>
      this.platform.logger.error({ err: error, completion: event.subject }, 'a completion could not be recorded'),
    );
    return undefined;
  }

  private async write(event: NewEvent): Promise<void> {
    this.underWay++;
    try {
      await this.platform.log.append([event]);
      this.isFailing = false;
    } catch (error) {
      this.isFailing = true;
      throw error;
    } finally {
      this.underWay--;
    }
  }
}
