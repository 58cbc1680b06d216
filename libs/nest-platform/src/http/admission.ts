/** How much is taken on at once, and how much may wait for that. */
export interface AdmissionLimits {
  /** Requests worked on at once. */
  readonly atOnce: number;
  /** Requests that wait for their turn, of all callers together. */
  readonly waiting: number;
}

/** Of what is worked on at once at best, this part is always: a machine that is busy with other things must not stop us. */
const MIN_SHARE = 8;

interface Waiting {
  readonly caller: string;
  readonly since: number;
  readonly admit: () => void;
  readonly refuse: () => void;
}

/**
 * A bounded queue before the work, fair between callers: they take turns, and where the queue is full the caller with the most waiting gives way. It
 * works on less at once while the event loop is late, so that what is asked apart from it, as health is, never waits behind it.
 */
export class Admission {
  /** By caller, in the order of their turns. */
  private readonly queues = new Map<string, Waiting[]>();
  private waiting = 0;
  private atWork = 0;
  private allowed: number;

  constructor(private readonly limits: AdmissionLimits) {
    this.allowed = limits.atOnce;
  }

  /** Calls one of the two, now or later: `admit` once it may begin, after which {@link left} must be called when it is done. */
  ask(request: Waiting): void {
    if (this.atWork < this.allowed && this.waiting === 0) {
      this.atWork++;
      request.admit();
    } else if (this.hasRoomFor(request.caller)) {
      this.waiting++;
      const queue = this.queues.get(request.caller);
      if (queue) queue.push(request);
      else this.queues.set(request.caller, [request]);
    } else request.refuse();
  }

  /** Whether {@link ask} would refuse this caller now: neither a turn nor a place in the queue, nor anybody who gives way. Changes nothing. */
  isClosedTo(caller: string): boolean {
    if (this.waiting < this.limits.waiting) return this.limits.waiting === 0 && this.atWork >= this.allowed;
    return this.longestQueue()[1].length <= this.waitingOf(caller) + 1;
  }

  /** One that was admitted is done. */
  left(): void {
    this.atWork--;
    this.admitWaiting();
  }

  /** Refuses who came before this time and still waits. */
  refuseOlderThan(time: number): void {
    for (const [caller, queue] of this.queues) {
      const fresh = queue.filter(({ since }) => since >= time);
      const late = queue.filter(({ since }) => since < time);
      this.keep(caller, fresh);
      this.waiting -= late.length;
      for (const { refuse } of late) refuse();
    }
  }

  /** Whether the event loop kept up since the last time: half as much at once where it did not, one more where it did. */
  recordLoopDelay(isLate: boolean): void {
    const { atOnce } = this.limits;
    const least = Math.ceil(atOnce / MIN_SHARE);
    this.allowed = isLate ? Math.max(least, Math.floor(this.allowed / 2)) : Math.min(atOnce, this.allowed + 1);
    if (!isLate) this.admitWaiting();
  }

  /** For metrics. */
  counts(): { readonly atWork: number; readonly waiting: number; readonly allowed: number } {
    return { atWork: this.atWork, waiting: this.waiting, allowed: this.allowed };
  }

  /** Made, where need be, by the caller with the most waiting, whose youngest is refused. */
  private hasRoomFor(caller: string): boolean {
    if (this.waiting < this.limits.waiting) return true;
    const [most, queue] = this.longestQueue();
    if (queue.length <= this.waitingOf(caller) + 1) return false;
    const youngest = queue.pop();
    this.keep(most, queue);
    this.waiting--;
    youngest?.refuse();
    return true;
  }

  private longestQueue(): readonly [caller: string, queue: Waiting[]] {
    let longest: readonly [string, Waiting[]] = ['', []];
    for (const each of this.queues) if (each[1].length > longest[1].length) longest = each;
    return longest;
  }

  private waitingOf(caller: string): number {
    return this.queues.get(caller)?.length ?? 0;
  }

  private admitWaiting(): void {
    while (this.atWork < this.allowed && this.waiting > 0) {
      const [caller, queue] = this.queues.entries().next().value as [string, Waiting[]];
      const next = queue.shift() as Waiting;
      // To the end of the callers, until its next turn.
      this.queues.delete(caller);
      this.keep(caller, queue);
      this.waiting--;
      this.atWork++;
      next.admit();
    }
  }

  private keep(caller: string, queue: Waiting[]): void {
    if (queue.length === 0) this.queues.delete(caller);
    else this.queues.set(caller, queue);
  }
}
