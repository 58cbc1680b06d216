import { configurationError, messageOf, type Positions, systemClock, usageError } from '@contentflow/kernel';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { packed, verified } from './archive.ts';
import { copyDatabase, databasesIn, LOG, positionsOf } from './embedded.ts';
import { eventsIn, MANIFEST, type Manifest, manifestOf } from './manifest.ts';
import { bytesIn, type OnBytes, pieceOf, removed } from './pieces.ts';

/** Where a backup's pieces come from. */
export interface BackupSource {
  readonly engine: Manifest['engine'];
  /** The folder that it is, of one machine. */
  readonly folder?: string;
  /** Bytes to copy; 0 where that is not known beforehand. */
  readonly bytes: number;
  /** Writes all pieces below the folder. */
  collect(folder: string, onBytes: OnBytes): Promise<{ names: readonly string[]; positions: Positions }>;
}

/** The databases of a folder, whether or not an installation runs on it. @throws ContentFlowError `usage` where there is none */
export function embeddedSource(data: string): BackupSource {
  // What may not be seen is an error of the system, not a log that is not there.
  if (!statSync(join(data, LOG), { throwIfNoEntry: false }))
    throw usageError(`there is no log in "${data}"`, 'name the folder with --data DIR');
  const names = databasesIn(data);
  return {
    engine: 'embedded',
    folder: data,
    bytes: bytesIn(data, names),
    async collect(folder, onBytes) {
      for (const name of names) await copyDatabase(join(data, name), join(folder, name), onBytes);
      return { names, positions: positionsOf(join(folder, LOG)) };
    },
  };
}

export interface BackupOptions {
  readonly source: BackupSource;
  /** A name that ends in `.tar`, `.tar.gz`, `.tgz`, `.tar.zst` or `.tzst` is a file; any other a folder. */
  readonly output: string;
  /** Of the code that makes it. */
  readonly release: string;
  /** Told of the share done, in [0, 1], and of the bytes that went by. */
  readonly onProgress: (share: number, bytes: number) => void;
}

export const isArchive = (output: string): boolean => /\.(tar|tar\.gz|tgz|tar\.zst|tzst)$/i.test(output);

/**
 * Copies an installation while it runs, and reads the copy again before it has its name: whole or not at all.
 * @throws ContentFlowError `configuration` for an output that cannot be, `backup-failed` for what cannot be copied
 */
export async function backUp({ source, output, release, onProgress }: BackupOptions): Promise<Manifest> {
  assertFree(output);
  if (source.folder !== undefined) assertOutside(source.folder, output);
  writable(() => mkdirSync(dirname(resolve(output)), { recursive: true }), output);
  const staging = `${resolve(output)}.partial-files`;
  const file = `${resolve(output)}.partial`;
  // Copied, hashed, and read again; packed besides.
  const passes = isArchive(output) ? 4 : 3;
  let done = 0;
  const total = source.bytes === 0 ? Number.POSITIVE_INFINITY : passes * source.bytes;
  const onBytes: OnBytes = (bytes) => onProgress(Math.min(1, (done += bytes) / total), done);
  try {
    removed(staging);
    writable(() => mkdirSync(staging, { recursive: true }), output);
    const { names, positions } = await source.collect(staging, onBytes);
    const pieces = [];
    for (const name of names) pieces.push(await pieceOf(staging, name, onBytes));
    const at = new Date(systemClock.now()).toISOString();
    const { engine } = source;
    const manifest = manifestOf({ version: release, engine, at, positions, events: eventsIn(positions), pieces });
    writeFileSync(join(staging, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, { flush: true });
    if (isArchive(output)) await packed(staging, manifest, file, onBytes);
    const made = isArchive(output) ? file : staging;
    await verified(made, release, onBytes);
    if (existsSync(output)) rmdirSync(output);
    renameSync(made, output);
    return manifest;
  } finally {
    removed(staging);
    removed(file);
  }
}

function assertFree(output: string): void {
  const isEmptyFolder = existsSync(output) && statSync(output).isDirectory() && readdirSync(output).length === 0;
  if (existsSync(output) && (isArchive(output) || !isEmptyFolder))
    throw configurationError('--output', `"${output}" is there already`, 'name a new file or folder');
}

/** A copy below what is copied would be copied with the next one, and that with the one after. */
function assertOutside(folder: string, output: string): void {
  const way = relative(realpathSync(folder), placeOf(resolve(output)));
  if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
    throw configurationError('--output', `"${output}" is in the folder that is copied`, 'name a place outside of it');
}

/** Where it will be: links are followed as far as there is something. */
function placeOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return join(placeOf(dirname(path)), basename(path));
}

function writable(make: () => unknown, output: string): void {
  try {
    make();
  } catch (error) {
    const problem = `cannot write "${output}": ${messageOf(error)}`;
    throw configurationError('--output', problem, 'name a file or folder that you may write');
  }
}
