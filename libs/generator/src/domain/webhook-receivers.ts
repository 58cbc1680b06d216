/** How often a content item's receiver was tried, and whether it is somebody's turn already: on its way, or waiting for its next try. */
interface Tried {
  attempts: number;
  isHeld: boolean;
}

/** One that web-hooks go to, as this process knows it. */
export interface Receiver {
  /** Without what an address may carry of secrets: `https://cms.example.org`. */
  readonly receiver: string;
  /** Being told at the moment. */
  readonly underWay: number;
  /** Waiting for their next try. */
  readonly waiting: number;
  /** Tries in a row that it did not take. */
  readonly failures: number;
  /** Why not, the last time. */
  readonly reason: string | null;
}

const MAX_AT_ONCE = 32;
/** Of one receiver: one that never answers holds no more turns than these, and all others go on. */
const MAX_AT_ONE_RECEIVER = 4;
/** Of which a reason is kept. */
const MAX_KNOWN = 1000;

/** Whose turn it is to be told. Whoever waits for a next try holds no turn; none of it outlives the process. */
export class WebhookTurns {
  private readonly tried = new Map<string, Tried>();
  private readonly receivers = new Map<
    string,
    { underWay: number; waiting: number; failures: number; reason: string | null }
  >();
  private underWay = 0;

  /** Takes a turn, where there is one. @returns the number of the try, from 1 */
  begin(contentId: string, receiver: string): number | undefined {
    if (this.underWay >= MAX_AT_ONCE || this.isHeld(contentId)) return undefined;
    if ((this.receivers.get(receiver)?.underWay ?? 0) >= MAX_AT_ONE_RECEIVER) return undefined;
    const attempts = (this.tried.get(contentId)?.attempts ?? 0) + 1;
    this.tried.set(contentId, { attempts, isHeld: true });
    this.underWay++;
    this.at(receiver).underWay++;
    return attempts;
  }

  /** It is no longer on its way, but still held: until its next try, or its outcome is known. @param reason  why not, where it was not taken */
  end(receiver: string, reason?: string): void {
    this.underWay--;
    const of = this.at(receiver);
    of.underWay--;
    of.failures = reason === undefined ? 0 : of.failures + 1;
    of.reason = reason ?? null;
    this.forgetQuiet();
  }

  waits(receiver: string): void {
    this.at(receiver).waiting++;
  }

  /** Its next try may begin. */
  mayTryAgain(contentId: string, receiver: string): void {
    this.at(receiver).waiting--;
    const tried = this.tried.get(contentId);
    if (tried) tried.isHeld = false;
  }

  /** Forgets what is due no more, whoever told of it. */
  prune(isDue: (contentId: string) => boolean): void {
    for (const contentId of this.tried.keys()) if (!isDue(contentId)) this.tried.delete(contentId);
  }

  private isHeld(contentId: string): boolean {
    return this.tried.get(contentId)?.isHeld ?? false;
  }

  /** Those that something is on its way to or waits for, or that did not take the last one; the worst first. */
  all(): Receiver[] {
    return [...this.receivers]
      .map(([receiver, state]) => ({ receiver, ...state }))
      .filter(({ underWay, waiting, failures }) => underWay + waiting + failures > 0)
      .toSorted((a, b) => b.failures - a.failures || (a.receiver < b.receiver ? -1 : 1));
  }

  private at(receiver: string) {
    const known = this.receivers.get(receiver);
    if (known) return known;
    const begun = { underWay: 0, waiting: 0, failures: 0, reason: null };
    this.receivers.set(receiver, begun);
    return begun;
  }

  /** Addresses are words from outside: only so many are remembered that nothing is under way to. */
  private forgetQuiet(): void {
    if (this.receivers.size <= MAX_KNOWN) return;
    for (const [receiver, { underWay, waiting }] of this.receivers) {
      if (this.receivers.size <= MAX_KNOWN) return;
      if (underWay + waiting === 0) this.receivers.delete(receiver);
    }
  }
}
