import { ContentFlowError, systemClock } from '@contentflow/kernel';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { randomUUID } from 'node:crypto';

/** A process that works on a data folder. */
export interface FolderProcess {
  readonly pid: number;
  /** What it was started as. */
  readonly command: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Takes the folder for itself, as a simulated day does. */
  readonly isAlone: boolean;
}

/** Hidden, so that no copy of the folder takes it along. */
const PLACE = '.processes';

/**
 * Says that this process works on the folder, for as long as it lives: by a lock on a file of its own, which the system lets go of however the process
 * ends. So neither a killed process nor another program with its number stands in anybody's way.
 * @returns the others, and how to leave
 * @throws ContentFlowError `folder-in-use` where this process, or another one, wants the folder for itself
 */
export function joinFolder(folder: string, isAlone = false): { others: FolderProcess[]; leave: () => void } {
  const leave = announced(folder, isAlone);
  const others = processesOn(folder).filter(({ pid }) => pid !== process.pid);
  const inTheWay = others.find((other) => isAlone || other.isAlone);
  if (!inTheWay) return { others, leave };
  leave();
  throw inUse(folder, inTheWay);
}

/** @throws ContentFlowError `folder-in-use` where any process works on the folder */
export function assertFolderUnused(folder: string): void {
  const [other] = processesOn(folder);
  if (other) throw inUse(folder, other);
}

/** `process 4711 (contentflow start, since 2026-11-28T18:02:11.000Z)` */
export const shownProcess = ({ pid, command, since }: FolderProcess): string =>
  `process ${pid} (${command}, since ${new Date(since).toISOString()})`;

const inUse = (folder: string, other: FolderProcess): ContentFlowError =>
  new ContentFlowError('folder-in-use', `"${folder}" is in use by ${shownProcess(other)}`, {
    fix: 'stop it first, or name another folder with --data DIR',
  });

/** Those that live. What the others left is removed. */
export function processesOn(folder: string): FolderProcess[] {
  const place = join(folder, PLACE);
  if (!existsSync(place) || !isOpenToThis(place)) return [];
  return readdirSync(place)
    .filter((name) => name.endsWith('.sqlite') && isOpenToThis(join(place, name)))
    .flatMap((name) => liveProcessesIn(join(place, name)));
}

/** What another user has closed to this one tells nothing, and is not this one's to remove. */
function isOpenToThis(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function liveProcessesIn(file: string): FolderProcess[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    const row = database.prepare('SELECT pid, command, since, alone FROM process').get();
    if (row && isLocked(database)) {
      const { pid, command, since, alone } = row;
      return [{ pid: Number(pid), command: String(command), since: Number(since), isAlone: alone === 1 }];
    }
  } catch {
    // Of a process that ended while it said so.
  } finally {
    database?.close();
  }
  remove(file);
  return [];
}

function isLocked(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN IMMEDIATE; ROLLBACK');
    return false;
  } catch {
    return true;
  }
}

/** A folder that takes nothing, as on a full disk, is joined without a word. */
function announced(folder: string, isAlone: boolean): () => void {
  const file = join(folder, PLACE, `${process.pid}-${randomUUID().slice(0, 8)}.sqlite`);
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(join(folder, PLACE), { recursive: true });
    database = new DatabaseSync(`${file}.new`);
    database.exec(`
      PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;
      CREATE TABLE process (pid INTEGER, command TEXT, since INTEGER, alone INTEGER) STRICT`);
    const command = ['contentflow', ...process.argv.slice(2, 3)].join(' ');
    database
      .prepare('INSERT INTO process VALUES (?, ?, ?, ?)')
      .run(process.pid, command, systemClock.now(), isAlone ? 1 : 0);
    database.exec('BEGIN IMMEDIATE');
    renameSync(`${file}.new`, file);
  } catch {
    database?.close();
    database = undefined;
  }
  return () => {
    database?.close();
    database = undefined;
    remove(file);
  };
}

const remove = (file: string): void => {
  for (const path of [file, `${file}.new`, `${file}-journal`]) rmSync(path, { force: true });
};
