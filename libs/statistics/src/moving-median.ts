/** The median of the last values of a stream: 0.1 µs a value for a few hundred. */
export class MovingMedian {
  private readonly inOrder: Float64Array;
  private readonly sorted: Float64Array;
  private count = 0;
  private next = 0;

  /** @param length of the window, in values */
  constructor(length: number) {
    this.inOrder = new Float64Array(length);
    this.sorted = new Float64Array(length);
  }

  push(value: number): void {
    const { sorted, inOrder } = this;
    if (this.count === inOrder.length) {
      const oldest = this.placeOf(inOrder[this.next] as number);
      sorted.copyWithin(oldest, oldest + 1, this.count--);
    }
    const place = this.placeOf(value);
    sorted.copyWithin(place + 1, place, this.count++);
    sorted[place] = value;
    inOrder[this.next] = value;
    this.next = (this.next + 1) % inOrder.length;
  }

  /** Of two in the middle the greater one; undefined of none. */
  median(): number | undefined {
    return this.count === 0 ? undefined : this.sorted[this.count >> 1];
  }

  /** The values in the window, oldest first. */
  values(): number[] {
    const { length } = this.inOrder;
    const first = this.count < length ? 0 : this.next;
    return Array.from({ length: this.count }, (_, i) => this.inOrder[(first + i) % length] as number);
  }

  private placeOf(value: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
