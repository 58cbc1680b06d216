import type { LogReader } from '@contentflow/event-log/reader';
import { ownValue, partitionOfKey, type Positions, setOwnValue } from '@contentflow/kernel';
import { createHash } from 'node:crypto';

/** What the stored bytes of a partition's first events hash to. */
interface PartitionDigest {
  /** The offset after the last of them. */
  readonly end: number;
  /** SHA-256 over the offset, the length and the bytes of each. */
  readonly hash: string;
}
/** By partition: so that an event which was changed behind an audit is seen without being understood again. */
export type PrefixDigest = Readonly<Record<string, PartitionDigest>>;

interface Digested {
  readonly digest: PrefixDigest;
  /** Partitions that no longer hold what was there. */
  readonly changed: readonly string[];
}

type Source = Pick<LogReader, 'stored'>;

/**
 * The digest of all events before these positions; and whether those that were digested before are still what they were. Reads each event once.
 * @param rest  awaited now and then
 */
export async function prefixDigest(
  log: Source,
  positions: Positions,
  before: PrefixDigest = {},
  rest: () => Promise<void> = async () => undefined,
): Promise<Digested> {
  const digest: Record<string, PartitionDigest> = {};
  const changed: string[] = [];
  for (const key of new Set([...Object.keys(before), ...Object.keys(positions)])) {
    const end = ownValue(positions, key) ?? 0;
    const old = ownValue(before, key);
    const [atOld, hash] = await hashesAt(log, key, old?.end ?? 0, end, rest);
    if (old && (old.end > end || old.hash !== atOld)) changed.push(key);
    if (end > 0) setOwnValue(digest, key, { end, hash });
  }
  return { digest, changed };
}

/** What the events before two offsets hash to. */
async function hashesAt(
  log: Source,
  key: string,
  middle: number,
  end: number,
  rest: () => Promise<void>,
): Promise<[string, string]> {
  const hash = new EventHash();
  let atMiddle: string | undefined;
  for (const rows of log.stored({ ...partitionOfKey(key), from: 0, to: end })) {
    await rest();
    for (const [offset, bytes] of rows) {
      if (offset >= middle) atMiddle ??= hash.soFar();
      hash.add(offset, bytes);
    }
  }
  const whole = hash.soFar();
  return [atMiddle ?? whole, whole];
}

const PLACE_BYTES = 12;
const BLOCK_BYTES = 1 << 18;

/** Many small events are hashed as one block. */
class EventHash {
  private readonly hash = createHash('sha256');
  private readonly block = Buffer.allocUnsafe(BLOCK_BYTES);
  private used = 0;

  add(offset: number, bytes: Uint8Array): void {
    if (this.used + PLACE_BYTES + bytes.length > BLOCK_BYTES) this.flush();
    this.used = this.block.writeDoubleBE(offset, this.used);
    this.used = this.block.writeUInt32BE(bytes.length, this.used);
    if (this.used + bytes.length > BLOCK_BYTES) {
      this.flush();
      this.hash.update(bytes);
      return;
    }
    this.block.set(bytes, this.used);
    this.used += bytes.length;
  }

  soFar(): string {
    this.flush();
    return this.hash.copy().digest('hex');
  }

  private flush(): void {
    this.hash.update(this.block.subarray(0, this.used));
    this.used = 0;
  }
}
