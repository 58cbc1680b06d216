import { partitionKey, type Positions, setOwnValue, sha256 } from '@contentflow/kernel';
import { eventsOf, type EventSource } from '../domain/event-source.ts';
import { toCloudEvent } from './cloud-event.ts';

/** The last line of an export: how many events each partition has, and what all lines before it hash to. */
export interface ExportManifest {
  readonly type: typeof MANIFEST;
  readonly events: number;
  readonly ends: Positions;
  /** Each line's SHA-256 over the hash of the lines before it and its own bytes. */
  readonly hash: string;
}
export const MANIFEST = 'contentflow.ledger.log-exported.v1';

export const nextLineHash = (previous: string, line: string): string => sha256(previous + line);

/**
 * The events of these topics as JSON lines, by topic, partition and offset, and the manifest at the end: the same log
 * always gives the same bytes.
 */
export async function* exportLog(source: EventSource, topics: readonly string[]): AsyncGenerator<string> {
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
  yield JSON.stringify({ type: MANIFEST, events, ends, hash } satisfies ExportManifest);
}
