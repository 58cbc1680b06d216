/** Longest that beginning requests holds one turn of the event loop; milliseconds. A single one may take longer. */
const SHARE_MS = 5;

/**
 * The line that requests stand in as they come in: each turn of the event loop begins as many as a few milliseconds allow, in their order. One turn
 * takes in what a thousand connections have sent, and whoever must not wait for all of them, as health, goes past the line.
 */
export class RequestTurns {
  private line: (() => void)[] = [];
  private begun = 0;

  /** @param now  milliseconds, of a clock that never goes back */
  constructor(private readonly now: () => number) {}

  /** Calls it in this turn or a later one. */
  begin(request: () => void): void {
    if (this.line.push(request) === 1) setImmediate(() => this.share());
  }

  private share(): void {
    const endsAt = this.now() + SHARE_MS;
    do this.line[this.begun++]?.();
    while (this.begun < this.line.length && this.now() < endsAt);
    this.line = this.line.slice(this.begun);
    this.begun = 0;
    if (this.line.length > 0) setImmediate(() => this.share());
  }
}
