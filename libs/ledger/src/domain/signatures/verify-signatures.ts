import { type Checkpoint, checkpointSchema, CheckpointSigned, SigningKeyRotated, Topic } from '@contentflow/contracts';
import { inPartitionOrder, ownValue, partitionOfKey, type Positions, type StoredEvent } from '@contentflow/kernel';
import { type Difference, eventsOf, type EventSource } from '../event-source.ts';
import { coveredTopics, EMPTY_HASH, entryAfter, nextHash, NO_MARKS } from './partition-marks.ts';
import { isGenuine } from './statement.ts';

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

const manifestDiffers = (field: string, expected: unknown, actual: unknown): Difference => ({
  seq: null,
  eventId: MANIFEST,
  field,
  expected,
  actual,
});

interface Statement {
  readonly eventId: string;
  readonly checkpoint: Checkpoint;
}

/** Checks every signature by the keys that held at its time, and reads every event to see whether it is what was signed. */
export async function verifySignatures(
  source: EventSource,
  ends: Positions,
  witness: Witness,
): Promise<VerifiedSignatures> {
  const chain = new KeyChain(witness.publicKeys);
  for await (const event of eventsOf(source, await source.ends([Topic.checkpoints])))
    if (!event.isRepeat) chain.read(event);
  if (witness.checkpoint) chain.witnessed(witness.checkpoint);
  const { differences, seq, unsigned } = await readAgainst(source, ends, chain.statements);
  const ofEnd = chain.ended(source.signedEnd, witness.allowsUnsigned === true);
  const last = chain.statements.findLast(isOwn)?.checkpoint;
  return {
    differences: [...chain.differences, ...differences, ...ofEnd],
    standing: {
      keys: chain.keys,
      keysFrom: witness.publicKeys ? 'outside' : 'log',
      checkpoints: chain.checkpoints,
      lossesAccepted: chain.losses,
      signedTo: last ? { seq: last.seq, at: last.at } : null,
      endIsSigned: source.signedEnd === undefined ? null : source.signedEnd !== null && ofEnd.length === 0,
      unsigned: { decisions: Math.max(0, seq - (last?.seq ?? 0)), events: unsigned },
    },
  };
}

const GIVEN = '(checkpoint given)';
const MOST_STATEMENTS = 2000;
/** The log's own, not one that was kept elsewhere. */
const isOwn = ({ eventId }: Statement): boolean => eventId !== GIVEN;
const MANIFEST = '(manifest)';

/** Who may sign, as the log goes on; and what was said by whoever might. */
class KeyChain {
  readonly differences: Difference[] = [];
  /** Genuine ones, the last of them always; where there are many, every second, fourth, … of those before. */
  statements: Statement[] = [];
  checkpoints = 0;
  losses = 0;
  readonly keys: string[] = [];
  /** Who signs now; undefined until somebody has. */
  private signers: ReadonlySet<string> | undefined;
  private readonly given: readonly string[] | undefined;

  constructor(given: readonly string[] | undefined) {
    this.given = given;
    this.signers = given && new Set(given);
  }

  read({ id, type, data }: StoredEvent): void {
    const rotation = type === SigningKeyRotated.type ? SigningKeyRotated.schema.safeParse(data).data : undefined;
    const checkpoint = type === CheckpointSigned.type ? checkpointSchema.safeParse(data).data : undefined;
    if (checkpoint && this.isBelieved('checkpoint', id, checkpoint)) this.keep({ eventId: id, checkpoint });
    if (rotation && this.isBelieved('rotation', id, rotation)) this.rotated(rotation);
    if (!checkpoint && !rotation) this.differs(id, 'type', 'a checkpoint', type);
  }

  /** Each covers all that the ones before it do: fewer tell less narrowly where something differs, and no less whether it does. */
  private keep(statement: Statement): void {
    this.checkpoints++;
    if (statement.checkpoint.afterLoss) {
      this.losses++;
      this.statements = [];
    }
    this.statements.push(statement);
    if (this.statements.length > MOST_STATEMENTS)
      this.statements = this.statements.filter((_, index, { length }) => (length - index) % 2 === 1);
  }

  witnessed(checkpoint: Checkpoint): void {
    if (this.isBelieved('checkpoint', GIVEN, checkpoint, new Set(this.keys)))
      this.statements.push({ eventId: GIVEN, checkpoint });
  }

  /** An export ends where whoever wrote it says; whoever signs his log signs that too. */
  ended(end: EventSource['signedEnd'], allowsUnsigned: boolean): readonly Difference[] {
    const wanted = [...(this.signers ?? [])];
    if (end) {
      if (!end.isGenuine) return [manifestDiffers('signature', `of what it says, by ${end.publicKey}`, 'another')];
      if (this.signers === undefined) this.believe(end.publicKey);
      return this.mayHaveSigned(end.publicKey) ? [] : [manifestDiffers('publicKey', wanted, end.publicKey)];
    }
    const isDue = end === null ? wanted.length > 0 && !allowsUnsigned : this.given && this.statements.length === 0;
    return isDue ? [manifestDiffers('signature', `of ${wanted.join(' or ')}`, null)] : [];
  }

  private isBelieved(
    purpose: 'checkpoint' | 'rotation',
    eventId: string,
    said: { readonly publicKey: string; readonly signature: string },
    besides: ReadonlySet<string> = new Set(),
  ): boolean {
    if (!isGenuine(purpose, said)) {
      this.differs(eventId, 'data.signature', `of what it says, by ${said.publicKey}`, said.signature);
      return false;
    }
    if (this.signers === undefined) this.believe(said.publicKey);
    if (this.mayHaveSigned(said.publicKey) || besides.has(said.publicKey)) {
      if (!this.keys.includes(said.publicKey)) this.keys.push(said.publicKey);
      return true;
    }
    this.differs(eventId, 'data.publicKey', [...(this.signers ?? [])], said.publicKey);
    return false;
  }

  /** Nobody has told who signs: whoever signed first does, and that proves no more than that one and the same wrote it all. */
  private believe(publicKey: string): void {
    this.signers = new Set([publicKey]);
    this.keys.push(publicKey);
  }

  private mayHaveSigned(publicKey: string): boolean {
    return this.signers?.has(publicKey) === true || this.given?.includes(publicKey) === true;
  }

  private rotated({ publicKey, next }: { readonly publicKey: string; readonly next: string }): void {
    this.signers = new Set([...(this.signers ?? [])].filter((key) => key !== publicKey)).add(next);
    this.keys.push(next);
  }

  private differs(eventId: string, field: string, expected: unknown, actual: unknown): void {
    this.differences.push({ seq: null, eventId, field, expected, actual });
  }
}

/** What a statement says of one partition. */
interface Mark {
  readonly eventId: string;
  readonly end: number;
  readonly hash: string;
}

/** One partition, read from its first event and held against whatever was signed of it. */
class PartitionCheck {
  readonly differences: Difference[] = [];
  /** Events after the last checkpoint. */
  unsigned = 0;
  private readonly marks: readonly Mark[];
  private next = 0;
  private hash = EMPTY_HASH;
  /** The offset up to which all is as it was signed. */
  private sound = 0;
  private end = 0;

  constructor(
    private readonly key: string,
    statements: readonly Statement[],
    private readonly signedEnd: number,
  ) {
    this.marks = statements
      .flatMap(({ eventId, checkpoint }) => {
        const mark = ownValue(checkpoint.partitions, key);
        return mark ? [{ eventId, ...mark }] : [];
      })
      .sort((a, b) => a.end - b.end);
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
      if (mark.hash === this.hash) this.sound = mark.end;
      else if (this.differences.length === 0)
        this.differs(
          mark.eventId,
          this.key,
          `what was signed of offsets ${this.sound} to ${mark.end - 1}`,
          'other events',
        );
    }
  }

  private differs(eventId: string, field: string, expected: unknown, actual: unknown): void {
    this.differences.push({ seq: null, eventId, field, expected, actual });
  }
}

interface Read {
  readonly differences: readonly Difference[];
  /** Entries of the ledger. */
  readonly seq: number;
  /** Events after the last checkpoint. */
  readonly unsigned: number;
}

/** Reads each partition once, to its end. */
async function readAgainst(source: EventSource, ends: Positions, statements: readonly Statement[]): Promise<Read> {
  const last = statements.findLast(isOwn)?.checkpoint;
  const differences: Difference[] = [];
  let { seq, hash } = NO_MARKS;
  let unsigned = 0;
  for (const key of partitionsOf(source, ends, statements)) {
    const check = new PartitionCheck(key, statements, last ? (ownValue(last.partitions, key)?.end ?? 0) : 0);
    for await (const batch of source.read({ ...partitionOfKey(key), from: 0, to: ownValue(ends, key) ?? 0 }))
      for (const event of batch) {
        check.read(event);
        ({ seq, hash } = entryAfter({ seq, hash }, event));
      }
    check.finish();
    differences.push(...check.differences);
    unsigned += check.unsigned;
  }
  return { differences, seq, unsigned };
}

/** Every partition that is there, or was signed, but for those that the source leaves out. */
function partitionsOf(source: EventSource, ends: Positions, statements: readonly Statement[]): readonly string[] {
  const signed = statements.flatMap(({ checkpoint }) => Object.keys(checkpoint.partitions));
  const missing = new Set(source.missingTopics);
  return inPartitionOrder([...new Set([...Object.keys(ends), ...signed])]).filter((key) => {
    const { topic } = partitionOfKey(key);
    return coveredTopics.includes(topic) && !missing.has(topic);
  });
}
