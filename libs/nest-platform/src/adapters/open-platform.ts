import { topics } from '@contentflow/contracts';
import {
  areEndMarksDamaged,
  decodedLog,
  type EmbeddedLog,
  endMarksOf,
  type EventLog,
  forgetEndMarks,
  openEmbeddedLog,
  openKafkaLog,
} from '@contentflow/event-log';
import {
  type Clock,
  configurationError,
  HOUR_MS,
  messageOf,
  type Random,
  seededRandom,
  systemClock,
  UNFINISHED_RESTORE,
} from '@contentflow/kernel';
import {
  DocumentsThread,
  openEmbeddedReadModel,
  openMongoReadModel,
  type ReadModelStore,
} from '@contentflow/read-model';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Logger, pino } from 'pino';
import type { Platform } from '../platform.ts';
import { tracedLog } from '../tracing.ts';
import type { Snapshots } from '../snapshots.ts';
import { build, codeVersion } from './code-version.ts';
import { CheckedFiles } from './checked-files.ts';
import { DiskRoom } from './disk-room.ts';
import { LaterCheck } from './later-check.ts';
import { acceptLoss, assertCommittedPresent } from '../log-loss.ts';
import { type FolderProcess, joinFolder } from './folder-processes.ts';
import { damagedError, keptFileFaults, setAside } from './kept-files.ts';
import { assertIntact, assertIntactLog } from './file-integrity.ts';
import { openSigningKeys, readSigningKeys, type SigningKeys, simulatedSigner } from './signing-keys.ts';
import { assertReachable } from './reachable.ts';
import { snapshotFiles } from './snapshot-files.ts';
import { standardError } from './standard-error.ts';

/** A platform that must be closed when its services have stopped. */
export interface OpenPlatform extends Platform {
  /** Other processes on the same folder, as this one began. */
  readonly others?: readonly FolderProcess[];
  close(): Promise<void>;
}

/** Errors and warnings on standard error, as JSON lines; `LOG_LEVEL` says from which level on. */
export function createLogger(level = process.env['LOG_LEVEL'] || 'warn'): Logger {
  const known = [...Object.keys(pino.levels.values), 'silent'];
  if (known.includes(level)) return pino({ level }, standardError);
  throw configurationError('LOG_LEVEL', `cannot be "${level}"`, `write one of ${known.join(', ')}`);
}

const RESTORE = 'bring it back from a copy with "contentflow restore"';
const REBUILD = 'make it anew from the log with "contentflow doctor --fix"';

/** One machine: a log and documents in SQLite files of one folder, shared by all processes that open it. */
export async function openEmbeddedPlatform(
  folder: string,
  leaseMs: number,
  logger = createLogger(),
  acceptsLoss = false,
): Promise<OpenPlatform> {
  writable(folder);
  assertReachable(folder);
  const { others, leave } = joinFolder(folder);
  const documents = new DocumentsThread();
  try {
    const parts = await openFolder({ folder, leaseMs, logger, acceptsLoss, documents });
    return assembled({ ...parts, others, leave });
  } catch (error) {
    await documents.close();
    leave();
    throw error;
  }
}

interface Folder extends Pick<Parts, 'leaseMs' | 'logger'> {
  readonly folder: string;
  readonly acceptsLoss: boolean;
  /** Of all its read models; begun while the log is opened. */
  readonly documents: DocumentsThread;
}

async function openFolder({ folder, leaseMs, logger, acceptsLoss, documents }: Folder): Promise<Parts> {
  const logFile = join(folder, 'log.sqlite');
  const checked = new CheckedFiles(folder);
  const later = new LaterCheck({ logFile, checked, logger, fix: RESTORE });
  /** At once, or later where it is as it was left. */
  const read = <T>(file: string, now: () => T): T | undefined => {
    if (!checked.isUnchanged(file) || acceptsLoss) return now();
    later.add(file);
    return undefined;
  };
  const faults = keptFileFaults(folder, checked, (file) => {
    if (acceptsLoss || !checked.isUnchanged(file)) return false;
    later.add(file);
    return true;
  });
  const [fault] = faults;
  if (fault && !acceptsLoss) throw damagedError(fault);
  const accepted = read(logFile, () => assertIntactLog(logFile, RESTORE, acceptsLoss));
  const room = new DiskRoom(folder);
  const opened = await openEmbeddedLog({
    file: logFile,
    topics,
    clock: systemClock,
    writer: 'thread',
    onError: (error) => {
      room.heard(error);
      logger.warn({ err: error }, 'the log had trouble');
    },
  });
  try {
    if (accepted !== undefined) await acceptLoss(opened, logFile, accepted);
    for (const { file, problem } of faults) {
      setAside(file);
      checked.forgo(file);
      await acceptLoss(opened, file, problem);
    }
    await assertCommittedPresent(opened, logFile, acceptsLoss);
  } catch (error) {
    await opened.close();
    throw error;
  }
  if (areEndMarksDamaged(logFile)) {
    logger.warn({ file: endMarksOf(logFile) }, 'the marks of the log’s end are damaged; they begin anew');
    forgetEndMarks(logFile);
  }
  const log = room.watched(opened);
  const open = async (service: string) => {
    const file = join(folder, 'read-models', `${service}.sqlite`);
    read(file, () => assertIntact(file, REBUILD));
    return openEmbeddedReadModel({ file, writer: documents });
  };
  return {
    log,
    open,
    clock: systemClock,
    random: seededRandom(randomUUID()),
    instance: instanceName(),
    logger,
    leaseMs,
    simulated: false,
    folder,
    signingKeys: openSigningKeys(folder),
    acceptsLoss,
    room: { problem: async () => later.problem() ?? (await room.problem()) },
    onClosing: () => later.close(),
    onClose: async () => {
      await documents.close();
      checked.leave();
    },
    ...(build === undefined ? {} : { snapshots: snapshotFiles(join(folder, 'snapshots'), build) }),
  };
}

/**
 * What sets this installation apart from others on the same servers: `CONTENTFLOW_NAMESPACE`, part of the names of topics, groups and databases.
 * @throws ContentFlowError `configuration` for one that cannot be
 */
export function namespaceOf(namespace = process.env['CONTENTFLOW_NAMESPACE'] ?? ''): string {
  if (/^[a-z0-9-]{0,32}$/.test(namespace)) return namespace;
  throw configurationError(
    'CONTENTFLOW_NAMESPACE',
    `cannot be part of a name: "${namespace}"`,
    'write up to 32 small letters, digits and hyphens, e.g. staging',
  );
}

/** The database of a service's documents, of the installation with that namespace. */
export const databaseIn = (namespace: string, service: string): string =>
  ['contentflow', namespace, service].filter(Boolean).join('_').replaceAll('-', '_');

/** Past one machine: Kafka, and MongoDB with one database per service. */
export async function openKafkaPlatform(
  brokers: readonly string[],
  mongoUri: string,
  leaseMs: number,
  logger = createLogger(),
): Promise<OpenPlatform> {
  const instance = instanceName();
  const namespace = namespaceOf();
  const log = await openKafkaLog({
    brokers: [...brokers],
    topics,
    namespace,
    clientId: `contentflow-${instance}`,
    clock: systemClock,
  });
  const databaseOf = (service: string): string => databaseIn(namespace, service);
  const open = (service: string) => openMongoReadModel({ uri: mongoUri, database: databaseOf(service) });
  const snapshots = await snapshotsIn(mongoUri, databaseOf('snapshots'));
  const signingKeys = readSigningKeys(undefined);
  return assembled({
    log,
    open,
    clock: systemClock,
    random: seededRandom(randomUUID()),
    instance,
    logger,
    leaseMs,
    simulated: false,
    mongo: { uri: mongoUri, databaseOf },
    ...(signingKeys === undefined ? {} : { signingKeys }),
    ...(snapshots === undefined ? {} : { snapshots, onClose: () => snapshots.close() }),
  });
}

/** Nothing where the code runs from source. Who runs embedded does not wait for mongoose to load. */
async function snapshotsIn(uri: string, database: string) {
  if (build === undefined) return undefined;
  const { mongoSnapshots } = await import('./mongo-snapshots.ts');
  return mongoSnapshots(uri, database, build);
}

export interface SimulatedPlatformOptions<Moved extends Clock> {
  /** Where log and documents stay; in memory when left out. */
  readonly folder?: string;
  readonly seed: string | number;
  readonly logger?: Logger;
  /** Of folds, where the folder holds a day that goes on. */
  readonly snapshots?: Snapshots;
  /** The clock, once there is a log to ask whether all is quiet. */
  readonly clockFor: (isQuiet: () => boolean) => Moved;
}

/** The same engine, its writes made at once in this thread, under a clock that a simulation moves. */
export async function openSimulatedPlatform<Moved extends Clock>(
  options: SimulatedPlatformOptions<Moved>,
): Promise<OpenPlatform & { readonly clock: Moved }> {
  const { folder, seed, snapshots, logger = createLogger() } = options;
  if (folder !== undefined) {
    writable(folder);
    assertReachable(folder);
  }
  const alone = folder === undefined ? undefined : joinFolder(folder, true);
  let log: EmbeddedLog | undefined = undefined;
  const isQuiet = (): boolean => log?.isQuiet() ?? true;
  const clock = options.clockFor(isQuiet);
  log = await openEmbeddedLog({
    file: folder === undefined ? ':memory:' : join(folder, 'log.sqlite'),
    topics,
    clock,
    writer: 'inline',
    onError: (error) => logger.warn({ err: error }, 'the log had trouble'),
  });
  const open = (service: string) =>
    openEmbeddedReadModel({
      file: folder === undefined ? ':memory:' : join(folder, 'read-models', `${service}.sqlite`),
      writer: 'inline',
    });
  const random = seededRandom(seed);
  const parts = assembled({
    log,
    open,
    clock,
    random,
    instance: 'simulated-1',
    ...(alone && { leave: alone.leave }),
    ...(folder !== undefined && {
      keysIn: folder,
      signingKeys: openSigningKeys(folder, simulatedSigner(seed)),
    }),
    ...(snapshots && { snapshots }),
    logger,
    leaseMs: SIMULATED_LEASE_MS,
    simulated: true,
  });
  return { ...parts, clock };
}

interface Parts {
  readonly log: EventLog;
  readonly open: (service: string) => Promise<ReadModelStore>;
  readonly clock: Clock;
  readonly random: Random;
  readonly instance: string;
  readonly logger: Logger;
  readonly leaseMs: number;
  readonly simulated: boolean;
  readonly folder?: string;
  readonly keysIn?: string;
  readonly signingKeys?: SigningKeys;
  readonly acceptsLoss?: boolean;
  readonly others?: readonly FolderProcess[];
  /** The folder, once nothing is written to it any more. */
  readonly leave?: () => void;
  readonly room?: Platform['room'];
  readonly snapshots?: Snapshots;
  readonly mongo?: Platform['mongo'];
  readonly onClosing?: () => Promise<void>;
  readonly onClose?: () => Promise<void>;
}

function assembled({ open, onClosing, onClose, leave, ...parts }: Parts): OpenPlatform {
  const closing = new AbortController();
  const stores = new Map<string, Promise<ReadModelStore>>();
  const readModel = (service: string): Promise<ReadModelStore> => {
    const store = stores.get(service) ?? open(service);
    stores.set(service, store);
    return store;
  };
  const close = async (): Promise<void> => {
    closing.abort();
    await onClosing?.();
    await parts.log.close();
    for (const store of stores.values()) await (await store).close();
    await onClose?.();
    leave?.();
  };
  const storedLog = parts.simulated ? parts.log : tracedLog(parts.log);
  const log = decodedLog(storedLog, ({ id }, refusal) =>
    parts.logger.error({ event: id, ...refusal }, 'an event was passed by, because its contract refuses it'),
  );
  return { ...parts, log, storedLog, readModel, code: codeVersion, closing: closing.signal, close };
}

/** Nothing crashes in a simulated day, so that no claim needs renewing. */
const SIMULATED_LEASE_MS = HOUR_MS;

const instanceName = (): string => `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;

function writable(folder: string): void {
  if (existsSync(join(folder, UNFINISHED_RESTORE)))
    throw configurationError('--data', `a restore was interrupted in "${folder}"`, 'run "contentflow restore" again');
  try {
    makeFolder(resolve(folder));
    if (!statSync(folder).isDirectory()) throw new Error('it is a file');
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw configurationError(
      '--data',
      `cannot write to "${folder}": ${messageOf(error)}`,
      'name a folder that you may write to',
    );
  }
}

/** One by one: the recursive form never ends below folders that exist and take none, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  // What is in it is its owner's alone.
  mkdirSync(folder, { mode: 0o700 });
}
