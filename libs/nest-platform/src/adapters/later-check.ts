import { MINUTE_MS } from '@contentflow/kernel';
import type { Logger } from 'pino';
import { Worker } from 'node:worker_threads';
import type { CheckedFiles } from './checked-files.ts';

const THREAD = new URL('./integrity-thread.ts', import.meta.url);
/** When those who wait for a start have been served. */
const AFTER_MS = MINUTE_MS;

export interface LaterCheckOptions {
  readonly logFile: string;
  readonly checked: CheckedFiles;
  readonly logger: Pick<Logger, 'error'>;
  /** What to do about damage. */
  readonly fix: string;
  readonly afterMs?: number;
}

/**
 * Reads through, in a thread of its own, what a start took for sound because nobody has touched it since it was checked: a disk may have changed it
 * by itself. Damage is told in the log lines and by readiness, and the next start stops at it.
 */
export class LaterCheck {
  private readonly files: string[] = [];
  private readonly timer: NodeJS.Timeout;
  private thread: Worker | undefined;
  private found: readonly string[] = [];

  constructor(private readonly options: LaterCheckOptions) {
    this.timer = setTimeout(() => this.begin(), options.afterMs ?? AFTER_MS).unref();
  }

  add(file: string): void {
    this.files.push(file);
  }

  /** What is damaged, as far as is known. */
  problem(): string | undefined {
    return this.found.length === 0 ? undefined : this.found.join('; ');
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.thread?.terminate();
  }

  private begin(): void {
    const { logFile, fix } = this.options;
    if (this.files.length === 0) return;
    this.thread = new Worker(THREAD, { workerData: { files: this.files, logFile, fix } });
    this.thread.on('message', (found: readonly string[]) => this.tell(found));
    this.thread.on('error', (error) => this.options.logger.error({ err: error }, 'files could not be read through'));
    this.thread.unref();
  }

  private tell(found: readonly string[]): void {
    this.found = found;
    if (found.length === 0) return;
    this.options.checked.forget();
    this.options.logger.error({ found }, 'files are damaged; the next start stops at it');
  }
}
