/** A sleeper and when it wakes. Sequence settles ties, so that the order never depends on the heap. */
export interface Timer {
  readonly time: number;
  readonly sequence: number;
  readonly wake: () => void;
  /** Its place in the heap, −1 once it has left. */
  index: number;
}

/** A binary heap of timers by (time, sequence). Each knows its place, so an aborted one leaves in O(log n). */
export class TimerHeap {
  readonly #timers: Timer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  first(): Timer | undefined {
    return this.#timers[0];
  }

  add(timer: Timer): void {
    timer.index = this.#timers.length;
    this.#timers.push(timer);
    this.#rise(timer);
  }

  takeFirst(): Timer | undefined {
    const first = this.#timers[0];
    if (first) this.remove(first);
    return first;
  }

  remove(timer: Timer): void {
    const hole = timer.index;
    if (hole < 0) return;
    timer.index = -1;
    const last = this.#timers.pop() as Timer;
    if (last === timer) return;
    this.#place(last, hole);
    this.#rise(last);
    this.#sink(last);
  }

  #place(timer: Timer, index: number): void {
    this.#timers[index] = timer;
    timer.index = index;
  }

  #rise(timer: Timer): void {
    while (timer.index > 0) {
      const at = timer.index;
      const parent = this.#timers[(at - 1) >> 1] as Timer;
      if (!isBefore(timer, parent)) return;
      this.#place(parent, at);
      this.#place(timer, (at - 1) >> 1);
    }
  }

  #sink(timer: Timer): void {
    for (;;) {
      const at = timer.index;
      const child = this.#earlierChild(at);
      if (!child || !isBefore(child, timer)) return;
      const below = child.index;
      this.#place(child, at);
      this.#place(timer, below);
    }
  }

  #earlierChild(at: number): Timer | undefined {
    const left = this.#timers[2 * at + 1];
    const right = this.#timers[2 * at + 2];
    return left && right ? (isBefore(right, left) ? right : left) : left;
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
