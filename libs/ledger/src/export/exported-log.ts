import { Topic } from '@contentflow/contracts';
import { firstDifference } from '@contentflow/decisions';
import {
  type ContentFlowError,
  messageOf,
  partitionKey,
  type Positions,
  type StoredEvent,
  usageError,
  partitionOfKey,
} from '@contentflow/kernel';
import { chunksOf, formOf } from '@contentflow/input-files';
import { isUtf8 } from 'node:buffer';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Difference, EventSource, SignedEnd } from '../domain/event-source.ts';
import { coveredTopics } from '../domain/signatures/partition-marks.ts';
import { isGenuine } from '../domain/signatures/statement.ts';
import { type CloudEvent, expectedDigest, fromCloudEvent, parseCloudEvent, toCloudEvent } from './cloud-event.ts';
import { type ExportManifest, MANIFEST, nextLineHash } from './export-log.ts';

/** An export as a source for an audit, and what is wrong with the file itself. */
export interface ExportedLog extends EventSource {
  readonly isAtRest: true;
  readonly differences: readonly Difference[];
  /** Removes what was unpacked. */
  close(): void;
}

interface Place {
  readonly offset: number;
  /** Of the line, in the file. */
  readonly byte: number;
  readonly isRepeat: boolean;
}

const READ_BATCH = 500;

/**
 * Reads an export once, line by line, checks every digest and the manifest, and remembers where each event stands, so
 * that any range can be read again without holding the file in memory.
 */
export async function openExportedLog(file: string): Promise<ExportedLog> {
  const { path, forget } = formOf(file).isGzip ? await unpacked(file) : { path: file, forget: () => undefined };
  const scan = new ExportScan();
  try {
    for await (const line of linesOf(path, 0)) scan.line(line);
  } catch (error) {
    forget();
    throw error;
  }
  scan.finish();
  return {
    isAtRest: true,
    differences: scan.differences,
    signedEnd: scan.signedEnd,
    missingTopics: scan.missingTopics,
    ends: async (topics) => scan.ends(topics),
    read: ({ topic, partition, from, to }) => readRange(path, scan.places(topic, partition), from, to),
    close: forget,
  };
}

/** Lines are read again from where they begin, which a packed file cannot do. */
async function unpacked(file: string): Promise<{ path: string; forget: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-audit-'));
  const path = join(folder, 'log.jsonl');
  const forget = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await pipeline(chunksOf(file), createWriteStream(path));
    return { path, forget };
  } catch (error) {
    forget();
    throw error;
  }
}

class ExportScan {
  readonly differences: Difference[] = [];
  private readonly partitions = new Map<string, Place[]>();
  /** By partition. */
  private readonly ids = new Map<string, Set<string>>();
  private hash = '';
  private number = 0;
  private events = 0;
  private manifest: ExportManifest | undefined;

  line({ text, byte, isText }: ExportLine): void {
    this.number++;
    if (text === '') return;
    if (!isText) this.differs(`(line ${this.number})`, '(line)', 'UTF-8', 'other bytes');
    if (this.manifest) return this.differs('(after the manifest)', '(line)', null, text.slice(0, 200));
    try {
      const parsed = JSON.parse(text) as { type?: unknown };
      if (parsed.type === MANIFEST) {
        this.manifest = parsed as ExportManifest;
        this.mustBeWrittenAs(parsed, '(manifest)', text);
      } else this.event(parseCloudEvent(text), text, byte);
    } catch (error) {
      const field = (error as ContentFlowError).field ?? '(line)';
      this.events++;
      this.hash = nextLineHash(this.hash, text);
      this.differs(`(line ${this.number})`, field, 'an event as CloudEvents JSON', messageOf(error));
    }
  }

  /** Topics that whoever wrote it did not ask for. */
  get missingTopics(): readonly string[] {
    const { topics } = this.manifest ?? {};
    return Array.isArray(topics) ? coveredTopics.filter((topic) => !topics.includes(topic)) : [];
  }

  get signedEnd(): SignedEnd | null {
    const { manifest } = this;
    if (typeof manifest?.publicKey !== 'string' || typeof manifest.signature !== 'string') return null;
    const { publicKey, signature } = manifest;
    return { publicKey, isGenuine: isGenuine('export', { ...manifest, publicKey, signature }) };
  }

  finish(): void {
    const actual = { events: this.events, hash: this.hash };
    if (!this.manifest) return this.differs('(manifest)', 'manifest', actual, null);
    const { events, hash, ends } = this.manifest;
    for (const [field, actual] of manifestFaults(this.manifest))
      this.differs('(manifest)', field, 'as an export is written', actual);
    const place = firstDifference(ends, this.allEnds());
    if (place) this.differs('(manifest)', `ends.${place.field}`, place.expected, place.actual);
    else if (events !== actual.events) this.differs('(manifest)', 'events', events, actual.events);
    else if (hash !== actual.hash) this.differs('(manifest)', 'hash', hash, actual.hash);
  }

  ends(topics: readonly string[]): Positions {
    return Object.fromEntries(
      Object.entries(this.allEnds()).filter(([key]) => topics.includes(partitionOfKey(key).topic)),
    );
  }

  places(topic: string, partition: number): readonly Place[] {
    return this.partitions.get(partitionKey(topic, partition)) ?? [];
  }

  private allEnds(): Positions {
    return Object.fromEntries([...this.partitions].map(([key, places]) => [key, (places.at(-1)?.offset ?? -1) + 1]));
  }

  private event(event: CloudEvent, text: string, byte: number): void {
    this.events++;
    this.hash = nextLineHash(this.hash, text);
    // As it is written anew: else a reader who takes the first of two equal keys, say, reads another event than the one that is checked.
    const again = toCloudEvent(fromCloudEvent(event), event.digestversion ?? null);
    if (JSON.stringify(again) !== text) this.isWrittenOtherwise(event, again, text);
    const key = partitionKey(event.topic, event.partition);
    const places = this.partitions.get(key) ?? [];
    const last = places.at(-1)?.offset ?? -1;
    if (event.offset <= last) return this.differs(event.id, 'offset', `above ${last}`, event.offset);
    const ids = this.ids.get(key) ?? new Set();
    places.push({ offset: event.offset, byte, isRepeat: ids.has(event.id) });
    this.partitions.set(key, places);
    this.ids.set(key, ids.add(event.id));
  }

  private isWrittenOtherwise(event: CloudEvent, again: CloudEvent, text: string): void {
    const digest = expectedDigest(event);
    if (event.digest !== digest) return this.differs(event.id, 'digest', digest, event.digest);
    const difference = firstDifference({ ...again, digest }, event);
    if (difference) this.differs(event.id, difference.field, difference.expected, difference.actual);
    else this.mustBeWrittenAs(again, event.id, text);
  }

  private mustBeWrittenAs(value: object, eventId: string, text: string): void {
    const expected = JSON.stringify(value);
    if (expected === text) return;
    let at = 0;
    while (expected[at] === text[at]) at++;
    const part = (of: string): string => of.slice(Math.max(0, at - AROUND), at + AROUND);
    this.differs(eventId, '(text)', part(expected), part(text));
  }

  private differs(eventId: string, field: string, expected: unknown, actual: unknown): void {
    this.differences.push({ seq: null, eventId, line: this.number, field, expected, actual });
  }
}

/** Characters that are told of a text before and behind where it is another. */
const AROUND = 30;

const MANIFEST_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'events',
  'topics',
  'ends',
  'hash',
  'publicKey',
  'signature',
]);
const TOPICS: ReadonlySet<unknown> = new Set([...coveredTopics, Topic.checkpoints]);

/** What no export says, and so was changed: a field that there is none of, a topic that there is none of. */
function manifestFaults(manifest: ExportManifest): readonly (readonly [field: string, actual: unknown])[] {
  const fields = Object.keys(manifest).filter((field) => !MANIFEST_FIELDS.has(field));
  const { topics = [] } = manifest;
  const unknown = Array.isArray(topics) ? topics.filter((topic) => !TOPICS.has(topic)) : [topics];
  return [
    ...fields.map((field) => [field, 'unknown'] as const),
    ...unknown.map((topic: unknown) => ['topics', topic] as const),
  ];
}

async function* readRange(
  file: string,
  places: readonly Place[],
  from: number,
  to: number,
): AsyncGenerator<readonly StoredEvent[]> {
  const wanted = places.slice(firstFrom(places, from), firstFrom(places, to));
  if (wanted.length === 0) return;
  let batch: StoredEvent[] = [];
  let index = 0;
  for await (const { text, byte } of linesOf(file, wanted[0]?.byte ?? 0)) {
    // Lines that hold no readable event, or one of another partition, stand between them only in a tampered file.
    if (byte !== wanted[index]?.byte) continue;
    const event = fromCloudEvent(parseCloudEvent(text));
    batch.push(wanted[index]?.isRepeat ? { ...event, isRepeat: true } : event);
    index++;
    if (batch.length === READ_BATCH || index === wanted.length) {
      yield batch;
      batch = [];
    }
    if (index === wanted.length) return;
  }
}

/** The index of the first place with this offset or a later one. */
function firstFrom(places: readonly Place[], offset: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.offset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

const NEWLINE = 10;

interface ExportLine {
  readonly text: string;
  /** At which it begins. */
  readonly byte: number;
  /** Whether its bytes are UTF-8, so that no others give the same text. */
  readonly isText: boolean;
}

const lineOf = (bytes: Buffer, byte: number): ExportLine => ({
  text: bytes.toString('utf8'),
  byte,
  isText: isUtf8(bytes),
});

/** The lines of a file from a byte on. */
async function* linesOf(file: string, from: number): AsyncGenerator<ExportLine> {
  const handle = await open(file).catch((error: unknown) => {
    throw usageError(`cannot read ${file}: ${messageOf(error)}`, 'name a file that `contentflow export` wrote');
  });
  let rest = Buffer.alloc(0);
  let byte = from;
  try {
    for await (const chunk of handle.createReadStream({ start: from, autoClose: false, highWaterMark: 1 << 18 })) {
      let buffer = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
      for (let at = buffer.indexOf(NEWLINE); at >= 0; at = buffer.indexOf(NEWLINE)) {
        yield lineOf(buffer.subarray(0, at), byte);
        byte += at + 1;
        buffer = buffer.subarray(at + 1);
      }
      rest = Buffer.from(buffer);
    }
    if (rest.length > 0) yield lineOf(rest, byte);
  } finally {
    await handle.close();
  }
}
