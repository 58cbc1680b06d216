import { partitionKey } from '@contentflow/kernel';
import type { Cursor } from './partition-fetcher.ts';

/** Soon enough for whoever looks at lag, seldom enough to cost nothing. */
const TELL_EVERY_MS = 5_000;

/** Tells the broker now and then how far somebody is, so that its own tools show it. Nothing depends on it: what fails is told later, and nobody waits. */
export class ShownPositions {
  private readonly commit: (cursors: readonly Cursor[]) => Promise<void>;
  private readonly everyMs: number;
  private untold = new Map<string, Cursor>();
  private due: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(commit: (cursors: readonly Cursor[]) => Promise<void>, everyMs = TELL_EVERY_MS) {
    this.commit = commit;
    this.everyMs = everyMs;
  }

  reached(cursors: readonly Cursor[]): void {
    for (const { topic, partition, next } of cursors)
      this.untold.set(partitionKey(topic, partition), { topic, partition, next });
    if (!this.isOver && this.untold.size > 0) this.due ??= setTimeout(() => void this.tell(), this.everyMs).unref();
  }

  end(): void {
    this.isOver = true;
    clearTimeout(this.due);
  }

  private async tell(): Promise<void> {
    const told = this.untold;
    this.untold = new Map();
    const failed = await this.commit([...told.values()]).then(
      () => false,
      () => true,
    );
    this.due = undefined;
    // What came meanwhile is newer than what could not be told.
    if (failed) this.untold = new Map([...told, ...this.untold]);
    this.reached([]);
  }
}
