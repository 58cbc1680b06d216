import { partitionKey, type Positions, setOwnValue, sha256, type SigningKey } from '@contentflow/kernel';
import { eventsOf, type EventSource } from '../domain/event-source.ts';
import { signed } from '../domain/signatures/statement.ts';
import { toCloudEvent } from './cloud-event.ts';

/** The last line of an export: how many events each partition has, and what all lines before it hash to. */
export interface ExportManifest {
  readonly type: typeof MANIFEST;
  readonly events: number;
  /** Which were asked for; absent in exports of releases up to 0.2. */
  readonly topics?: readonly string[];
  readonly ends: Positions;
  /** Each line's SHA-256 over the hash of the lines before it and its own bytes. */
  readonly hash: string;
  /** Of whoever wrote it, and the signature over all the rest; absent where he had no key. */
  readonly publicKey?: string;
  readonly signature?: string;
}
export const MANIFEST = 'contentflow.ledger.log-exported.v1';

export const nextLineHash = (previous: string, line: string): string => sha256(previous + line);

/**
 * The events of these topics as JSON lines, by topic, partition and offset, and the manifest at the end: the same log
 * always gives the same bytes.
 * @param key  signs the manifest, and so that nothing more was there
 */
export async function* exportLog(
  source: EventSource,
  topics: readonly string[],
  key?: SigningKey,
): AsyncGenerator<string> {
  const ends: Record<string, number> = {};
  let events = 0;
  let hash = '';
  for await (const event of eventsOf(source, await source.ends(topics))) {
    const line = JSON.stringify(toCloudEvent(event));
    hash = nextLineHash(hash, line);
    setOwnValue(ends, partitionKey(event.topic, event.partition), event.offset + 1);
    events++;
    yield line;
  }
  const manifest: ExportManifest = { type: MANIFEST, events, topics, ends, hash };
  yield JSON.stringify(key ? signed('export', manifest, key) : manifest);
}
