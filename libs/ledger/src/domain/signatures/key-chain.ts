import { type Checkpoint, checkpointSchema, CheckpointSigned, SigningKeyRotated } from '@contentflow/contracts';
import type { StoredEvent } from '@contentflow/kernel';
import type { Difference, EventSource } from '../event-source.ts';
import { isGenuine } from './statement.ts';

export interface Statement {
  readonly eventId: string;
  readonly checkpoint: Checkpoint;
}

const GIVEN = '(checkpoint given)';
const MOST_STATEMENTS = 2000;
/** The log's own, not one that was kept elsewhere. */
export const isOwn = ({ eventId }: Statement): boolean => eventId !== GIVEN;
const MANIFEST = '(manifest)';

/** What had been said by whoever may sign, and who that was. */
export interface KeyPoint {
  /** The offset after the last that was read of what is signed. */
  readonly read: number;
  readonly checkpoints: number;
  readonly losses: number;
  readonly keys: readonly string[];
  readonly signers: readonly string[] | undefined;
  /** The last own one. */
  readonly last: Statement | undefined;
}

/** Who may sign, as the log goes on; and what was said by whoever might. */
export class KeyChain {
  readonly differences: Difference[] = [];
  /** Genuine ones, the last of them always; where there are many, every second, fourth, … of those before. */
  statements: Statement[] = [];
  checkpoints = 0;
  losses = 0;
  readonly keys: string[] = [];
  /** Who signs now; undefined until somebody has. */
  private signers: ReadonlySet<string> | undefined;
  private reached = 0;
  private readonly given: readonly string[] | undefined;

  constructor(given: readonly string[] | undefined, from: KeyPoint | undefined) {
    this.given = given;
    this.signers = given && new Set(given);
    if (!from) return;
    this.reached = from.read;
    this.checkpoints = from.checkpoints;
    this.losses = from.losses;
    this.keys.push(...from.keys);
    this.signers = from.signers && new Set(from.signers);
    this.statements = from.last ? [from.last] : [];
  }

  point(): KeyPoint {
    const { reached: read, checkpoints, losses, keys, signers } = this;
    return { read, checkpoints, losses, keys, signers: signers && [...signers], last: this.statements.findLast(isOwn) };
  }

  read({ id, type, data, offset, isRepeat }: StoredEvent): void {
    this.reached = offset + 1;
    if (isRepeat) return;
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

const manifestDiffers = (field: string, expected: unknown, actual: unknown): Difference => ({
  seq: null,
  eventId: MANIFEST,
  field,
  expected,
  actual,
});
