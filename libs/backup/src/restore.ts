import { configurationError, messageOf, ownValue, UNFINISHED_RESTORE } from '@contentflow/kernel';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unpacked } from './archive.ts';
import { LOG, assertIntegrity, positionsOf } from './embedded.ts';
import { damaged, type Manifest, assertEngine } from './manifest.ts';
import { fileSink, type OnBytes } from './pieces.ts';

const NOTE = 'a restore was interrupted here; run it again to begin again\n';

export interface RestoreOptions {
  /** A file or folder that `backUp` wrote. */
  readonly from: string;
  readonly data: string;
  readonly release: string;
  readonly onBytes: OnBytes;
  /** Told of the manifest before anything is written. */
  readonly accept?: (manifest: Manifest) => void;
}

/**
 * Fills an empty folder. Pieces are unpacked aside and compared first; the log takes its place last, so that an interrupted
 * restore leaves no installation, and can be run again.
 * @throws ContentFlowError `configuration` for a folder that is not empty, `usage`, `backup-newer`, `backup-damaged`
 */
export async function restoreEmbedded({ from, data, release, onBytes, accept }: RestoreOptions): Promise<Manifest> {
  assertEmpty(data);
  const aside = join(data, UNFINISHED_RESTORE);
  const begin = (manifest: Manifest): void => {
    assertEngine('embedded', manifest);
    accept?.(manifest);
    writable(data, () => {
      mkdirSync(data, { recursive: true });
      emptied(data);
      mkdirSync(aside);
      writeFileSync(join(aside, 'README'), NOTE);
    });
  };
  try {
    const manifest = await unpacked(from, release, begin, (name) => fileSink(aside, name), onBytes);
    for (const { name } of manifest.pieces) checked(from, aside, name);
    assertReaches(from, manifest, join(aside, LOG));
    for (const { name } of [...manifest.pieces].sort(
      (one, other) => Number(one.name === LOG) - Number(other.name === LOG),
    ))
      moved(join(aside, name), join(data, name));
    rmSync(aside, { recursive: true });
    return manifest;
  } catch (error) {
    if (existsSync(aside)) emptied(data);
    throw error;
  }
}

/** @throws ContentFlowError `configuration` for a folder with anything in it but an interrupted restore */
function assertEmpty(data: string): void {
  if (!existsSync(data)) return;
  if (!statSync(data).isDirectory()) throw configurationError('--data', `"${data}" is a file`, 'name a new folder');
  const names = readdirSync(data);
  // Nobody has worked on what an interrupted restore left, not even where only its last step was missing: a start refuses it.
  if (names.length === 0 || names.includes(UNFINISHED_RESTORE)) return;
  throw configurationError('--data', `"${data}" is not empty`, 'name a new folder: what is there is never replaced');
}

/** Only ever of what an interrupted restore has left: what says so goes last, so that nothing is taken for an installation meanwhile. */
function emptied(data: string): void {
  const names = readdirSync(data).filter((name) => name !== UNFINISHED_RESTORE);
  for (const name of [...names, UNFINISHED_RESTORE]) rmSync(join(data, name), { recursive: true, force: true });
}

function checked(from: string, folder: string, name: string): void {
  if (!name.endsWith('.sqlite')) return;
  try {
    assertIntegrity(join(folder, name));
  } catch (error) {
    throw damaged(from, `"${name}": ${messageOf(error)}`);
  }
}

function assertReaches(from: string, { positions }: Manifest, log: string): void {
  if (!existsSync(log)) throw damaged(from, `it holds no ${LOG}`);
  const found = positionsOf(log);
  const other = Object.keys({ ...positions, ...found }).find(
    (place) => ownValue(positions, place) !== ownValue(found, place),
  );
  if (other !== undefined)
    throw damaged(
      from,
      `${other} ends at ${ownValue(found, other) ?? 0} instead of ${ownValue(positions, other) ?? 0}`,
    );
}

function moved(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function writable(data: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    throw configurationError(
      '--data',
      `cannot write to "${data}": ${messageOf(error)}`,
      'name a folder that you may write to',
    );
  }
}
