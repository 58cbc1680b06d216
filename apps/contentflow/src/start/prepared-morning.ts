import { topics } from '@contentflow/contracts';
import { decodedLog, openEmbeddedLog } from '@contentflow/event-log';
import { messageOf, systemClock } from '@contentflow/kernel';
import { foldAhead, snapshotFiles, type Snapshots } from '@contentflow/nest-platform';
import { ownFolds } from '@contentflow/services';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { markAsSimulated, type Morning, MORNING_FILE, unpackMorning } from './morning.ts';
import { copySealed, seal } from './sealed-folder.ts';

const SNAPSHOTS = 'snapshots';

/** Where a build keeps mornings that it has unpacked and folded. */
export interface Preparing {
  readonly cache: string;
  /** The hash of all that the build was made of: another may fold otherwise. */
  readonly build: string;
}

/**
 * Fills an empty folder with the morning, and gives what is folded of it: kept from an earlier start of this build, so that all there is to do is to
 * copy it, else unpacked and folded now and kept for the next. What is kept is compared by checksum each time, and made anew where it differs.
 * @returns nothing where it cannot be kept: then the morning is unpacked into the folder, and who starts on it folds it
 */
export async function placeMorning(
  folder: string,
  morning: Morning,
  preparing: Preparing | undefined,
): Promise<Snapshots | undefined> {
  if (preparing) {
    const kept = join(preparing.cache, nameOf(preparing));
    if (
      copied(kept, folder, morning) ||
      ((await isPrepared(kept, morning, preparing)) && copied(kept, folder, morning))
    )
      return readOnly(snapshotFiles(join(folder, SNAPSHOTS), preparing.build));
  }
  await unpackMorning(folder, morning);
  return undefined;
}

/** Of this build and this morning, and no other. */
const nameOf = ({ build }: Preparing): string =>
  createHash('sha256').update(`${build}\0`).update(readFileSync(MORNING_FILE)).digest('hex').slice(0, 32);

function copied(kept: string, folder: string, morning: Morning): boolean {
  mkdirSync(folder, { recursive: true });
  // First, so that what a killed start leaves is known for what it is.
  markAsSimulated(folder, morning);
  if (copySealed(kept, folder)) return true;
  rmSync(folder, { recursive: true, force: true });
  return false;
}

/** Made aside and put in its place whole, so that one that was killed meanwhile leaves nothing that is taken for it. */
async function isPrepared(kept: string, morning: Morning, { cache, build }: Preparing): Promise<boolean> {
  const aside = `${kept}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    clear(cache);
    await unpackMorning(aside, morning);
    if (!(await isFolded(aside, build))) return false;
    seal(aside);
    renameSync(aside, kept);
    return true;
  } catch (error) {
    console.error(`the morning is not kept for the next start: ${messageOf(error)}`);
    return false;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function isFolded(folder: string, build: string): Promise<boolean> {
  const file = join(folder, 'log.sqlite');
  const log = await openEmbeddedLog({ file, topics, clock: systemClock, writer: 'inline' });
  try {
    return await foldAhead(decodedLog(log), ownFolds, snapshotFiles(join(folder, SNAPSHOTS), build));
  } finally {
    await log.close();
  }
}

/** Takes away what is damaged, what other builds kept, and what killed processes left; not what another process is making. */
function clear(cache: string): void {
  for (const name of readdirSync(cache))
    if (!isOfRunningProcess(name)) rmSync(join(cache, name), { recursive: true, force: true });
}

function isOfRunningProcess(name: string): boolean {
  const pid = Number(/\.(\d+)$/.exec(name)?.[1]);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A simulated day is over with its process: nothing is kept of it. */
const readOnly = ({ read }: Snapshots): Snapshots => ({ read, write: async () => undefined });
