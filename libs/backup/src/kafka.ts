import {
  type EventLog,
  type GroupPositions,
  type KafkaCopyOptions,
  kafkaGroupPositions,
  openKafkaLog,
  openKafkaRestore,
  withDeadLetterTopics,
} from '@contentflow/event-log';
import { linesIn, partitionOfKey, type StoredEvent } from '@contentflow/kernel';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unpacked } from './archive.ts';
import type { BackupSource } from './back-up.ts';
import { type Manifest, assertEngine } from './manifest.ts';
import {
  copyCollections,
  emptyMongo,
  keptCollections,
  assertMongoEmpty,
  type MongoLocation,
  restoreCollections,
} from './mongo.ts';
import { fileSink, type OnBytes, removed } from './pieces.ts';

/** A cluster with the log, and the server with what cannot be made from it. */
export interface KafkaInstallation {
  readonly kafka: KafkaCopyOptions;
  readonly mongo?: MongoLocation;
}

const GROUPS = 'groups.json';
const fileOf = (place: string): string => `events/${place.replace('/', '.')}.jsonl`;
/** Partitions that are written at the same time. */
const CONCURRENCY = 8;

/**
 * All events from each topic's beginning to the end it had when the copy began, what the groups had come to before, and what
 * MongoDB holds that is not made from the log.
 */
export function kafkaSource({ kafka, mongo }: KafkaInstallation): BackupSource {
  return {
    engine: 'kafka',
    bytes: 0,
    async collect(folder, onBytes) {
      const before = mongo ? await copyCollections(mongo, keptCollections.beforeLog, folder) : [];
      writeFileSync(join(folder, GROUPS), JSON.stringify(await kafkaGroupPositions(kafka)));
      const log = await openKafkaLog(kafka);
      try {
        const all = await log.ends(withDeadLetterTopics(kafka.topics).map(({ name }) => name));
        const positions = Object.fromEntries(Object.entries(all).filter(([, end]) => end > 0));
        for (const [place, to] of Object.entries(positions)) await copyPartition(log, place, to, folder, onBytes);
        const after = mongo ? await copyCollections(mongo, keptCollections.afterLog, folder) : [];
        return { names: [GROUPS, ...Object.keys(positions).map(fileOf), ...before, ...after], positions };
      } finally {
        await log.close();
      }
    },
  };
}

async function copyPartition(
  log: EventLog,
  place: string,
  to: number,
  folder: string,
  onBytes: OnBytes,
): Promise<void> {
  const file = join(folder, fileOf(place));
  mkdirSync(dirname(file), { recursive: true });
  async function* lines(): AsyncGenerator<string> {
    for await (const events of log.read({ ...partitionOfKey(place), from: 0, to })) {
      const text = events.map((event) => `${JSON.stringify(event)}\n`).join('');
      onBytes(text.length);
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file, { flush: true }));
}

export interface KafkaRestoreOptions {
  readonly from: string;
  readonly to: KafkaInstallation;
  readonly release: string;
  readonly onBytes: OnBytes;
  readonly accept?: (manifest: Manifest) => void;
}

/**
 * Fills an empty cluster and an empty server. All of the backup is unpacked and compared before the first event is written; a
 * restore that was killed leaves a topic that says so, and is begun again when it is run again. Documents are made from the log at the first start.
 * @throws ContentFlowError `usage` where anything is there, `backup-newer`, `backup-damaged`
 */
export async function restoreKafka({ from, to, release, onBytes, accept }: KafkaRestoreOptions): Promise<Manifest> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-restore-'));
  const begin = (manifest: Manifest): void => {
    assertEngine('kafka', manifest);
    accept?.(manifest);
  };
  try {
    const manifest = await unpacked(from, release, begin, (name) => fileSink(folder, name), onBytes);
    await filled(folder, manifest, to, onBytes);
    return manifest;
  } finally {
    removed(folder);
  }
}

async function filled(
  folder: string,
  { positions, pieces }: Manifest,
  { kafka, mongo }: KafkaInstallation,
  onBytes: OnBytes,
): Promise<void> {
  const restore = await openKafkaRestore(kafka);
  try {
    if (mongo && restore.wasInterrupted) await emptyMongo(mongo);
    if (mongo) await assertMongoEmpty(mongo);
    await restore.begin();
    const places = Object.keys(positions);
    const work = async (): Promise<void> => {
      for (let place = places.shift(); place !== undefined; place = places.shift())
        await restore.append(partitionOfKey(place), eventsOf(join(folder, fileOf(place)), onBytes));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    const names = pieces.map(({ name }) => name);
    if (mongo)
      await restoreCollections(
        mongo,
        folder,
        names.filter((name) => name.startsWith('mongo/')),
      );
    await restore.finish(JSON.parse(readFileSync(join(folder, GROUPS), 'utf8')) as GroupPositions);
  } finally {
    await restore.close();
  }
}

async function* eventsOf(file: string, onBytes: OnBytes): AsyncGenerator<StoredEvent> {
  for await (const line of linesIn(createReadStream(file))) {
    onBytes(line.length + 1);
    yield JSON.parse(line) as StoredEvent;
  }
}
