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
  const hash = createHash('sha256');
  let atMiddle: string | undefined;
  for (const rows of log.stored({ ...partitionOfKey(key), from: 0, to: end })) {
    await rest();
    const split = rows.findIndex(([offset]) => offset >= middle);
    if (split < 0 || atMiddle !== undefined) {
      hash.update(bytesOf(rows));
      continue;
    }
    hash.update(bytesOf(rows.slice(0, split)));
    atMiddle = hash.copy().digest('hex');
    hash.update(bytesOf(rows.slice(split)));
  }
  return [atMiddle ?? hash.copy().digest('hex'), hash.digest('hex')];
}

function bytesOf(rows: readonly (readonly [offset: number, bytes: Uint8Array])[]): Uint8Array {
  return Buffer.concat(rows.flatMap(([offset, bytes]) => [placeOf(offset, bytes.length), bytes]));
}

function placeOf(offset: number, length: number): Uint8Array {
  const place = Buffer.alloc(12);
  place.writeDoubleBE(offset, 0);
  place.writeUInt32BE(length, 8);
  return place;
}
