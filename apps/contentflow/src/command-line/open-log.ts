import { topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog, openKafkaLog } from '@contentflow/event-log';
import { systemClock, usageError } from '@contentflow/kernel';
import {
  assertIntact,
  assertIntactLog,
  assertLogReachable,
  assertReachable,
  databaseIn,
  isThere,
  mongoAddress,
  namespaceOf,
} from '@contentflow/nest-platform';
import { openEmbeddedReadModel, openMongoReadModel } from '@contentflow/read-model';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface LogOptions {
  readonly data: string;
  readonly kafka?: string;
  readonly namespace?: string;
}

export interface StoreOptions extends LogOptions {
  readonly mongo?: string;
}

/** The documents of a service, of a folder or of a deployment. */
export function openStore({ data, mongo, namespace = namespaceOf() }: StoreOptions, service: string) {
  if (mongo) return openMongoReadModel({ uri: mongoAddress(mongo), database: databaseIn(namespace, service) });
  assertReachable(data);
  return openEmbeddedReadModel({ file: join(data, 'read-models', `${service}.sqlite`), writer: 'thread' });
}

/** The log of a folder, or of a deployment, for commands that only read it. @throws ContentFlowError where there is none */
export async function openLog({ data, kafka, namespace = namespaceOf() }: LogOptions): Promise<EventLog> {
  if (kafka)
    return openKafkaLog({
      brokers: kafka.split(','),
      topics,
      namespace,
      clientId: 'contentflow-cli',
      clock: systemClock,
    });
  const file = soundLogFile(data);
  assertIntactLog(file, FIX);
  return openEmbedded(file);
}

const FIX = 'bring it back from a copy with "contentflow restore"';

/**
 * The log's file of a folder, for who reads each event anyway and sees whether its text is what was written.
 * @throws ContentFlowError `damaged`, naming all places, where that finds one that is not
 */
export async function readingLogFile<Result>(data: string, read: (file: string) => Promise<Result>): Promise<Result> {
  const file = soundLogFile(data);
  try {
    return await read(file);
  } catch (error) {
    assertIntactLog(file, FIX);
    throw error;
  }
}

/** @throws ContentFlowError where there is none, or none that can be read */
function soundLogFile(data: string): string {
  const file = logFile(data);
  if (!isThere(file)) throw usageError(`there is no log in "${data}"`, 'name the folder with --data DIR');
  assertLogReachable(data);
  assertIntact(file, FIX);
  return file;
}

/** The same, begun where the folder has none yet: a first key is made before anything has been started. */
export async function openOrBeginLog(options: LogOptions): Promise<EventLog> {
  const file = logFile(options.data);
  if (options.kafka || isThere(file)) return openLog(options);
  mkdirSync(options.data, { recursive: true, mode: 0o700 });
  return openEmbedded(file);
}

const logFile = (data: string): string => join(data, 'log.sqlite');
const openEmbedded = (file: string): Promise<EventLog> =>
  openEmbeddedLog({ file, topics, clock: systemClock, writer: 'thread' });
