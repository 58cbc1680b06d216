import { realTime } from './stopwatch.ts';

/** Counts up to a number and tells the rate from the first sight to the last. */
export class Meter {
  readonly rate: Promise<number>;
  private readonly count: number;
  private seen = 0;
  private first = 0;
  private start = 0;
  private done: (rate: number) => void = () => undefined;

  constructor(count: number) {
    this.count = count;
    this.rate = new Promise((resolve) => (this.done = resolve));
  }

  saw(events: number): void {
    if (this.seen === 0) {
      this.start = realTime();
      this.first = events;
    }
    this.seen += events;
    if (this.seen >= this.count) this.done(((this.seen - this.first) / (realTime() - this.start)) * 1_000);
  }
}
