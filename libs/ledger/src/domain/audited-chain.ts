import { GENESIS_HASH, type LedgerEntry } from './chain.ts';
import { entryHash, type HashVersion } from './entry-hash.ts';
import type { Difference } from './event-source.ts';

/** Which entry, by its place among all. */
type Place = NonNullable<Difference['follows']>;

/** What the next entry may follow on. */
export interface ChainPoint {
  readonly seq: number;
  readonly hash: string;
  readonly hashVersion: HashVersion;
}

const sameEnd = (a: ChainPoint, b: ChainPoint): boolean => a.seq === b.seq && a.hash === b.hash;

interface Expected {
  /** As it must be to stand in the chain. */
  readonly expected: LedgerEntry;
  /** Where it stands in the chain, but behind what does not: which that is, and what it would have had to follow on. */
  readonly follows?: Pick<Difference, 'follows' | 'expected' | 'actual'>;
}

/**
 * The chain of the ledger as an audit reads it. Behind an entry that has no place in it, an honest one follows on the last that had one: a
 * sequencer that never read the forged one goes on as if it were not there, and what it writes is no second forgery.
 */
export class AuditedChain {
  /** Behind the last entry that has its place. */
  private sound: ChainPoint;
  /** Behind the last entry as it stands, whatever it is. */
  private last: ChainPoint;
  /** Behind the last entry as it should have been. */
  private mended: ChainPoint;
  /** The first of those that have no place, since the last that has one. */
  private forged: Place | undefined;

  /** @param from  where all entries before it have their places */
  constructor(from: ChainPoint = { seq: 0, hash: GENESIS_HASH, hashVersion: 1 }) {
    this.sound = this.last = this.mended = from;
  }

  /** Behind the last entry, where nothing is wrong with any. */
  point(): ChainPoint {
    return this.last;
  }

  /** Something else than an entry stands there. */
  passedBy(place: Place): void {
    this.forged ??= place;
    this.last = { ...this.last, seq: this.last.seq + 1 };
    this.mended = this.last;
  }

  /** What this entry must be; the one after it is expected behind it. */
  next(entry: LedgerEntry, place: Place): Expected {
    const end = this.forged ? this.endBefore(entry) : this.last;
    const expected = expectedAfter(end, entry);
    const hasPlace = expected.hash === entry.hash && expected.seq === entry.seq && isSameVersion(expected, entry);
    const { forged, last } = this;
    const isBehindForged = hasPlace && forged !== undefined && !sameEnd(end, last);
    this.last = { seq: expected.seq + 1, hash: entry.hash, hashVersion: expected.hashVersion };
    this.mended = { ...this.last, hash: expected.hash };
    if (hasPlace) {
      this.sound = this.last;
      this.forged = undefined;
    } else this.forged ??= place;
    if (!isBehindForged || !forged) return { expected };
    return { expected, follows: { follows: forged, expected: last.hash, actual: entry.previousHash } };
  }

  /** Of the ends that an honest entry may follow on, the one that this does; the last, where it follows on none. */
  private endBefore({ seq, previousHash }: LedgerEntry): ChainPoint {
    const ends = [this.last, this.mended, this.sound];
    return ends.find((end) => end.seq === seq && end.hash === previousHash) ?? this.last;
  }
}

/** A chain goes over to a new version of the hash and never back. */
function expectedAfter({ seq, hash: previousHash, hashVersion: before }: ChainPoint, entry: LedgerEntry): LedgerEntry {
  const hashVersion = Math.max(before, entry.hashVersion) as HashVersion;
  const place = { hashVersion, seq, previousHash, decision: entry.decision };
  return { ...place, hash: entryHash(place) };
}

const isSameVersion = (a: LedgerEntry, b: LedgerEntry): boolean => a.hashVersion === b.hashVersion;
