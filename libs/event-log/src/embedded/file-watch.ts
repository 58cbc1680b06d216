import type { LogFile } from './log-file.ts';

/** Asks the file, cheaply and often, whether another connection has written to it. */
export class FileWatch {
  private readonly timer: NodeJS.Timeout;
  private version: number;

  constructor(file: LogFile, everyMs: number, log: { refresh(): void; onError(error: unknown): void }) {
    this.version = file.dataVersion();
    this.timer = setInterval(() => {
      try {
        const version = file.dataVersion();
        if (version === this.version) return;
        this.version = version;
        log.refresh();
      } catch (error) {
        log.onError(error);
      }
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
