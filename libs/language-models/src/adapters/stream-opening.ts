/** How long a stream that has begun is not told of, where nothing has come of it. Milliseconds. */
const MOMENT_MS = 100;

/**
 * That a stream has begun, told with the first that comes of it or a moment later. A server that fails at once has not begun: that is still
 * said by its status, and tried again.
 */
export class StreamOpening {
  private readonly timer: NodeJS.Timeout | undefined;
  private tell: (() => void) | undefined;

  constructor(tell: (() => void) | undefined) {
    this.tell = tell;
    if (tell) this.timer = setTimeout(() => this.now(), MOMENT_MS);
  }

  now(): void {
    const { tell } = this;
    this.end();
    tell?.();
  }

  end(): void {
    clearTimeout(this.timer);
    this.tell = undefined;
  }
}
