import { ContentFlowError } from '@contentflow/kernel';
import type { LogFile } from './log-file.ts';
import type { LogWriter, Operation, Operations } from './operations.ts';
import { fileError } from './sqlite-errors.ts';
import { Store } from './store.ts';

/**
 * Writes at once, in this thread, many operations to a transaction: for simulated days, where time must stand still until
 * all is written. A crash loses the operations of the open transaction, which a simulated day can bear.
 */
export class InlineWriter implements LogWriter {
  private readonly file: LogFile;
  private readonly store: Store;
  private readonly commitEvery: number;
  private uncommitted = 0;
  private failure: ContentFlowError | undefined;

  constructor(file: LogFile, commitEvery: number) {
    this.file = file;
    this.commitEvery = commitEvery;
    this.store = new Store(file);
    this.removeMembers();
  }

  async write<Kind extends keyof Operations>(
    kind: Kind,
    input: Operations[Kind]['input'],
  ): Promise<Operations[Kind]['outcome']> {
    if (this.failure) throw this.failure;
    try {
      if (this.uncommitted === 0) this.file.begin();
      const outcome = this.store.run({ kind, ...input } as Operation);
      if (++this.uncommitted >= this.commitEvery) this.commit();
      return outcome;
    } catch (error) {
      this.file.rollback();
      throw (this.failure = fileError(this.file.path, error));
    }
  }

  async close(): Promise<void> {
    if (!this.failure) this.commit();
  }

  private commit(): void {
    if (this.uncommitted > 0) this.file.commit();
    this.uncommitted = 0;
  }

  /** All members of an inline log live in this process; those in the file are of one that died. */
  private removeMembers(): void {
    this.file.transaction(() => {
      this.file.database.exec('DELETE FROM members; UPDATE progress SET owner = NULL;');
    });
  }
}
