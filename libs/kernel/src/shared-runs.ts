/** Work that is done for all who ask for it together: by a run that begins after each of them asked, one at a time. */
export class SharedRuns<Result> {
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<Result> | undefined;
  private readonly run: () => Promise<Result>;

  constructor(run: () => Promise<Result>) {
    this.run = run;
  }

  /** @throws what that run threw */
  ask(): Promise<Result> {
    if (this.next) return this.next;
    const next = this.last.then(() => {
      this.next = undefined;
      return this.run();
    });
    this.next = next;
    this.last = next.catch(() => undefined);
    return next;
  }
}
