import { type Checkpoint, Topic } from '@contentflow/contracts';
import {
  inPartitionOrder,
  ownValue,
  partitionKey,
  partitionOfKey,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
import { type Difference, endOf, type EventSource } from '../event-source.ts';
import { isOwn, KeyChain, type KeyPoint, type Statement } from './key-chain.ts';
import { coveredTopics, EMPTY_HASH, entryAfter, type LogMarks, nextHash, NO_MARKS } from './partition-marks.ts';

/** What an audit is given from outside the log. */
export interface Witness {
  /** Keys that are known to be the installation's: whoever holds none of them is not believed, whatever the log says. */
  readonly publicKeys?: readonly string[];
  /** A checkpoint that was kept elsewhere. */
  readonly checkpoint?: Checkpoint;
  /** Whether to take an export whose end nobody signed. */
  readonly allowsUnsigned?: boolean;
}

/** What signatures prove of a log. */
export interface SignedStanding {
  /** The keys that signed, the first one first. */
  readonly keys: readonly string[];
  /** Whether these were given to the audit, or are no more than what the log says of itself. */
  readonly keysFrom: 'outside' | 'log';
  readonly checkpoints: number;
  /** How often somebody went on although the log was not what had been signed. */
  readonly lossesAccepted: number;
  /** Entries of the ledger that the last genuine checkpoint covers, and when it was signed; null where nothing is signed. */
  readonly signedTo: { readonly seq: number; readonly at: number } | null;
  /** Whether the end of the export is signed; null where a log is read that has no end yet. */
  readonly endIsSigned: boolean | null;
  /** What came after that checkpoint, which nobody has signed. */
  readonly unsigned: { readonly decisions: number; readonly events: number };
}

export interface VerifiedSignatures {
  readonly differences: readonly Difference[];
  readonly standing: SignedStanding;
}

/** Checks every signature by the keys that held at its time, and reads every event to see whether it is what was signed. */
export async function verifySignatures(
  source: EventSource,
  ends: Positions,
  witness: Witness,
): Promise<VerifiedSignatures> {
  const check = await SignatureCheck.begin(source, ends, witness);
  for (const key of check.partitions)
    for await (const batch of source.read({ ...partitionOfKey(key), from: 0, to: ownValue(ends, key) ?? 0 }))
      check.read(batch);
  return check.finish();
}

/** What has been checked so far, for whoever goes on from there. */
export interface SignaturePoint {
  readonly keys: KeyPoint;
  /** By partition. */
  readonly partitions: ReadonlyMap<string, PartitionPoint>;
  readonly end: Pick<LogMarks, 'seq' | 'hash'>;
}

/** The same, of events that somebody reads anyway. */
export class SignatureCheck {
  /** Every one that is there, or was signed, but for those that the source leaves out: each is to be read to its end. */
  readonly partitions: readonly string[];
  private readonly checks: ReadonlyMap<string, PartitionCheck>;
  private readonly last: Checkpoint | undefined;
  private end: Pick<LogMarks, 'seq' | 'hash'>;

  /** Reads what was said by whoever signs. @param from  where the log has been read to before */
  static async begin(
    source: EventSource,
    ends: Positions,
    witness: Witness,
    from?: SignaturePoint,
  ): Promise<SignatureCheck> {
    const chain = new KeyChain(witness.publicKeys, from?.keys);
    const range = { topic: Topic.checkpoints, partition: 0, from: from?.keys.read ?? 0 };
    for await (const events of source.read({ ...range, to: await endOf(source, Topic.checkpoints) }))
      for (const event of events) chain.read(event);
    if (witness.checkpoint) chain.witnessed(witness.checkpoint);
    const check = new SignatureCheck(source, ends, witness, chain, from);
    for (const each of check.checks.values()) await each.catchUp(source);
    return check;
  }

  private constructor(
    private readonly source: Pick<EventSource, 'signedEnd' | 'missingTopics'>,
    ends: Positions,
    private readonly witness: Witness,
    private readonly chain: KeyChain,
    from: SignaturePoint | undefined,
  ) {
    const { statements } = chain;
    this.end = from?.end ?? NO_MARKS;
    this.last = statements.findLast(isOwn)?.checkpoint;
    this.partitions = partitionsOf(source, ends, statements);
    this.checks = new Map(
      this.partitions.map((key) => {
        const signedEnd = this.last ? (ownValue(this.last.partitions, key)?.end ?? 0) : 0;
        return [key, new PartitionCheck(key, statements, signedEnd, from?.partitions.get(key))];
      }),
    );
  }

  point(): SignaturePoint {
    const partitions = new Map([...this.checks].map(([key, check]) => [key, check.point()]));
    return { keys: this.chain.point(), partitions, end: this.end };
  }

  /** Whether nothing differs so far. */
  get isSound(): boolean {
    return (
      this.chain.differences.length === 0 && [...this.checks.values()].every((each) => each.differences.length === 0)
    );
  }

  /** The next events of a partition. */
  read(batch: readonly StoredEvent[]): void {
    const [first] = batch;
    const check = first && this.checks.get(partitionKey(first.topic, first.partition));
    if (!check) return;
    for (const event of batch) {
      check.read(event);
      this.end = entryAfter(this.end, event);
    }
  }

  /** Once all of them have been read. */
  finish(): VerifiedSignatures {
    const { chain, last, source, witness } = this;
    const checks = [...this.checks.values()];
    for (const check of checks) check.finish();
    const unsigned = checks.reduce((sum, check) => sum + check.unsigned, 0);
    const ofEnd = chain.ended(source.signedEnd, witness.allowsUnsigned === true);
    return {
      differences: [...chain.differences, ...checks.flatMap(({ differences }) => differences), ...ofEnd],
      standing: {
        keys: chain.keys,
        keysFrom: witness.publicKeys ? 'outside' : 'log',
        checkpoints: chain.checkpoints,
        lossesAccepted: chain.losses,
        signedTo: last ? { seq: last.seq, at: last.at } : null,
        endIsSigned: source.signedEnd === undefined ? null : source.signedEnd !== null && ofEnd.length === 0,
        unsigned: { decisions: Math.max(0, this.end.seq - (last?.seq ?? 0)), events: unsigned },
      },
    };
  }
}

/** What a statement says of one partition. */
interface Mark {
  readonly eventId: string;
  readonly end: number;
  readonly hash: string;
}

/** How far a partition is as it was signed, and how far it was read. */
export interface PartitionPoint {
  readonly sound: number;
  /** What it hashes to there. */
  readonly hash: string;
  readonly end: number;
  readonly unsigned: number;
}
const UNREAD: PartitionPoint = { sound: 0, hash: EMPTY_HASH, end: 0, unsigned: 0 };

/** One partition, read from its first event and held against whatever was signed of it. */
class PartitionCheck {
  readonly differences: Difference[] = [];
  /** Events after the last checkpoint. */
  unsigned: number;
  private readonly marks: readonly Mark[];
  private next = 0;
  private hash: string;
  /** The offset up to which all is as it was signed, and what it hashes to there. */
  private sound: Pick<PartitionPoint, 'sound' | 'hash'>;
  private end: number;

  /** @param from  where it was read to before */
  constructor(
    private readonly key: string,
    statements: readonly Statement[],
    private readonly signedEnd: number,
    private readonly from: PartitionPoint = UNREAD,
  ) {
    const { sound, hash, end, unsigned } = from;
    this.sound = { sound, hash };
    this.hash = hash;
    this.end = end;
    this.unsigned = unsigned;
    this.marks = statements
      .flatMap(({ eventId, checkpoint }) => {
        const mark = ownValue(checkpoint.partitions, key);
        return mark && (from === UNREAD || mark.end > from.sound) ? [{ eventId, ...mark }] : [];
      })
      .sort((a, b) => a.end - b.end);
  }

  point(): PartitionPoint {
    return { ...this.sound, end: this.end, unsigned: this.unsigned };
  }

  /** What has been signed since of what was read before that. */
  async catchUp(source: Pick<EventSource, 'read'>): Promise<void> {
    const { sound, end } = this.from;
    if (this.marks.length === 0 || sound >= end) return;
    this.unsigned = 0;
    for await (const batch of source.read({ ...partitionOfKey(this.key), from: sound, to: end }))
      for (const event of batch) this.read(event);
  }

  read(event: StoredEvent): void {
    this.compareTo(event.offset);
    if (this.next < this.marks.length) this.hash = nextHash(this.hash, event);
    if (event.offset >= this.signedEnd) this.unsigned++;
    this.end = event.offset + 1;
  }

  finish(): void {
    this.compareTo(this.end);
    const cut = this.marks[this.next];
    if (cut) this.differs(cut.eventId, `${this.key}.end`, cut.end, this.end);
  }

  /** All that was signed of what lies before this offset. After a first difference every hash is another: it alone is told. */
  private compareTo(offset: number): void {
    for (let mark = this.marks[this.next]; mark && mark.end <= offset; mark = this.marks[++this.next]) {
      if (mark.hash === this.hash) this.sound = { sound: mark.end, hash: mark.hash };
      else if (this.differences.length === 0)
        this.differs(
          mark.eventId,
          this.key,
          `what was signed of offsets ${this.sound.sound} to ${mark.end - 1}`,
          'other events',
        );
    }
  }

  private differs(eventId: string, field: string, expected: unknown, actual: unknown): void {
    this.differences.push({ seq: null, eventId, field, expected, actual });
  }
}

/** Every partition that is there, or was signed, but for those that the source leaves out. */
function partitionsOf(
  source: Pick<EventSource, 'missingTopics'>,
  ends: Positions,
  statements: readonly Statement[],
): readonly string[] {
  const signed = statements.flatMap(({ checkpoint }) => Object.keys(checkpoint.partitions));
  const missing = new Set(source.missingTopics);
  return inPartitionOrder([...new Set([...Object.keys(ends), ...signed])]).filter((key) => {
    const { topic } = partitionOfKey(key);
    return coveredTopics.includes(topic) && !missing.has(topic);
  });
}
