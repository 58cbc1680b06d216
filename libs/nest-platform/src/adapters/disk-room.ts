import { isContentFlowError, isDiskFull, messageOf } from '@contentflow/kernel';
import type { EventLog } from '@contentflow/event-log';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much as a busy second writes. */
const TRIED_BYTES = 1024 * 1024;

/** Whether the folder's disk takes what is written. Nothing is tried until something was refused. */
export class DiskRoom {
  private isFull = false;
  /** What the log said when it had been taken away. */
  private gone: string | undefined;
  private trying: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /** Told of what failed. */
  heard(error: unknown): void {
    this.isFull ||= isDiskFull(error);
    if (isContentFlowError(error, 'log-gone')) this.gone = messageOf(error);
  }

  /** The same log, whose refusals are noticed. */
  watched(log: EventLog): EventLog {
    const append: EventLog['append'] = async (events) => {
      try {
        const stored = await log.append(events);
        this.gone = undefined;
        return stored;
      } catch (error) {
        this.heard(error);
        throw error;
      }
    };
    return {
      append,
      subscribe: (options) => log.subscribe(options),
      follow: (options) => log.follow(options),
      read: (range) => log.read(range),
      ends: (topics) => log.ends(topics),
      close: () => log.close(),
    };
  }

  /** Undefined where it takes what is written, as far as is known. */
  async problem(): Promise<string | undefined> {
    if (this.gone !== undefined) return this.gone;
    if (!this.isFull) return undefined;
    await (this.trying ??= this.tryAgain().finally(() => (this.trying = undefined)));
    return this.isFull
      ? `the disk of ${this.folder} is full: what is there can be read, nothing new is taken`
      : undefined;
  }

  private async tryAgain(): Promise<void> {
    const file = join(this.folder, `.room-${process.pid}`);
    try {
      await writeFile(file, Buffer.alloc(TRIED_BYTES), { flush: true });
      this.isFull = false;
    } catch {
      // Asked again at the next question.
    } finally {
      await rm(file, { force: true });
    }
  }
}
