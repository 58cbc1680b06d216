import { topics } from '@contentflow/contracts';
import {
  areEndMarksDamaged,
  damagedEvents,
  endMarksOf,
  forgetEndMarks,
  lostEvents,
  openEmbeddedLog,
} from '@contentflow/event-log';
import { messageOf, systemClock, UNFINISHED_RESTORE } from '@contentflow/kernel';
import {
  assertIntact,
  CheckedFiles,
  isEmptied,
  keptFileFaults,
  placeOf,
  reachProblem,
  snapshotsOfOthers,
} from '@contentflow/nest-platform';
import { chmodSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Fault } from './fault.ts';
import { readModelFaults } from './read-model-faults.ts';

/** What `doctor` says of it. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly detail: string;
}

const FIX = 'fix it with "contentflow doctor --fix"';

/** Finds what is amiss in a folder, and with `fix` fixes it, where nothing runs on it. The events of the log are never touched. */
export async function repairs(folder: string, fix: boolean): Promise<Finding[]> {
  if (!existsSync(folder)) return [];
  const locked = lockedFiles(folder);
  if (locked.length > 0) return [await findingOf(fileModes(locked), fix), ...(fix ? await repairs(folder, fix) : [])];
  // What may not be read is not damaged: nothing is made anew for it.
  const unreachable = reachProblem(folder);
  if (unreachable) return [{ what: 'data folder', ok: false, detail: unreachable.message }];
  if (!hasLog(folder)) return [...interruptedRestore(folder), ...missingLog(folder)];
  // What is being written looks like what was left behind, so it is looked at only at rest.
  if (isInUse(folder))
    return fix ? [{ what: 'repairs', ok: false, detail: 'a process works on the folder; stop it first' }] : [];
  try {
    const log = join(folder, 'log.sqlite');
    assertIntact(log, RESTORE);
    const harmed = harmedLog(log);
    if (harmed.length > 0) return harmed;
    const kept = keptFileFaults(folder, new CheckedFiles(folder));
    if (kept.length > 0)
      return kept.map(({ problem, fix }) => ({ what: 'data folder', ok: false, detail: `${problem}; ${fix}` }));
    const faults = [
      ...damagedMarks(log),
      ...openFiles(folder),
      ...leftovers(folder),
      ...staleMembers(folder),
      ...(await readModelFaults(folder)),
    ];
    const findings: Finding[] = [];
    for (const fault of faults) findings.push(await findingOf(fault, fix));
    if (fix && findings.length === 0) findings.push({ what: 'repairs', ok: true, detail: 'nothing to fix' });
    return findings;
  } catch (error) {
    // What is said in the log is nothing to be fixed by a program.
    return [{ what: 'log', ok: false, detail: messageOf(error) }];
  }
}

/** An emptied file is none. */
function hasLog(folder: string): boolean {
  const file = join(folder, 'log.sqlite');
  return existsSync(file) && !isEmptied(file);
}

const RESTORE = 'bring it back from a copy with "contentflow restore"';
/** Places that are named. */
const NAMED = 20;

/** Events that are not what was written, or not there any more. */
function harmedLog(file: string): Finding[] {
  const damaged = damagedEvents(file);
  const more = damaged.length > NAMED ? `, and ${damaged.length - NAMED} more` : '';
  const places = `damaged at ${damaged.slice(0, NAMED).map(placeOf).join(', ')}${more}; ${RESTORE}`;
  const lost = lostEvents(file).map(
    ({ topic, partition, end, committed }) => `${topic}/${partition} ends at ${end}, ${committed} were committed`,
  );
  return [
    ...(damaged.length > 0 ? [{ what: 'log', ok: false, detail: places }] : []),
    ...(lost.length > 0 ? [{ what: 'log', ok: false, detail: `${lost.join(', ')}; ${RESTORE}` }] : []),
  ];
}

async function findingOf({ what, isHarmless, detail, repair }: Fault, fix: boolean): Promise<Finding> {
  if (!fix) return { what, ok: isHarmless, detail: `${detail}; ${FIX}` };
  try {
    return { what, ok: true, detail: `${detail}: ${await repair()}` };
  } catch (error) {
    return { what, ok: false, detail: `${detail}; it could not be fixed: ${messageOf(error)}` };
  }
}

/** A lost end of the log would be seen by its documents alone. */
function damagedMarks(log: string): Fault[] {
  if (!areEndMarksDamaged(log)) return [];
  return [
    {
      what: 'marks of the log’s end',
      isHarmless: true,
      detail: `${basename(endMarksOf(log))} is damaged`,
      repair: async () => {
        forgetEndMarks(log);
        return 'they begin anew with what is written next';
      },
    },
  ];
}

function interruptedRestore(folder: string): Finding[] {
  if (!existsSync(join(folder, UNFINISHED_RESTORE))) return [];
  return [
    { what: 'data folder', ok: false, detail: 'a restore was interrupted here; run "contentflow restore" again' },
  ];
}

/** What was left of a log that is not there: a start would begin another one beside it. */
function missingLog(folder: string): Finding[] {
  const readModels = join(folder, 'read-models');
  const hasDocuments = existsSync(readModels) && readdirSync(readModels).length > 0;
  if (!hasDocuments && !existsSync(endMarksOf(join(folder, 'log.sqlite')))) return [];
  return [
    {
      what: 'log',
      ok: false,
      detail:
        'log.sqlite is not there, or empty, though what was made from it is there; bring it back from a copy with "contentflow restore"',
    },
  ];
}

/** Whether any process has the log open: in write-ahead mode each holds a shared lock for as long as it does. */
export function isInUse(folder: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, 'log.sqlite'), { timeout: 0 });
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT');
    return false;
  } catch (error) {
    return /locked|busy/.test(messageOf(error));
  } finally {
    database?.close();
  }
}

/** Files and folders of this user that are closed to this user. */
function lockedFiles(path: string): string[] {
  const stats = statSync(path);
  const needed = stats.isDirectory() ? READ_WRITE | ENTER : READ_WRITE;
  if (!isOwn(path)) return [];
  if ((stats.mode & needed) !== needed) return [path];
  return stats.isDirectory() ? readdirSync(path).flatMap((name) => lockedFiles(join(path, name))) : [];
}

/** Files and folders of this user in a folder that others may enter, and that these may read: made before all was its owner's alone. */
function openFiles(folder: string): Fault[] {
  const mode = (path: string): number => statSync(path).mode;
  if ((mode(folder) & OF_OTHERS) === 0) return [];
  const within = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  const open = within.filter((path) => isOwn(path) && (mode(path) & OF_OTHERS) !== 0);
  return open.length === 0 ? [] : [openModes(folder, open)];
}

const isOwn = (path: string): boolean => statSync(path).uid === (process.getuid?.() ?? statSync(path).uid);

const READ_WRITE = 0o600;
/** Whatever others than its owner may do with a file. */
const OF_OTHERS = 0o077;
const ENTER = 0o100;

const openModes = (folder: string, paths: readonly string[]): Fault => ({
  what: 'permissions',
  isHarmless: false,
  detail: `others may read ${paths.map((path) => relative(folder, path)).join(', ')}`,
  repair: async () => {
    // What another repair, or SQLite, has taken away meanwhile is nobody's.
    for (const path of paths.filter(existsSync)) chmodSync(path, statSync(path).mode & ~OF_OTHERS);
    return 'they are their owner’s alone';
  },
});

const fileModes = (paths: readonly string[]): Fault => ({
  what: 'permissions',
  isHarmless: false,
  detail: `${paths.join(', ')} may not be read or written`,
  repair: async () => {
    for (const path of paths) {
      const stats = statSync(path);
      chmodSync(path, stats.mode | READ_WRITE | (stats.isDirectory() ? ENTER : 0));
    }
    return 'its owner may again';
  },
});

/** Names that are written under before a file has its own, and copies that a batch or a restore works from. */
const leftBehind = [/\.partial$/, /\.snapshot\.\d+-[0-9a-f]+$/, /^batch-[0-9a-f]+\.jsonl$/, /^\.restoring$/];

function leftovers(folder: string): Fault[] {
  const snapshots = join(folder, 'snapshots');
  const named = [folder, join(folder, 'read-models'), snapshots].flatMap((place) =>
    existsSync(place)
      ? readdirSync(place)
          .filter((name) => leftBehind.some((pattern) => pattern.test(name)))
          .map((name) => join(place, name))
      : [],
  );
  const other = snapshotsOfOthers(snapshots);
  const removal = (what: string, detail: string, paths: readonly string[]): Fault[] =>
    paths.length === 0
      ? []
      : [
          {
            what,
            isHarmless: true,
            detail: `${detail}: ${paths.map((path) => relative(folder, path)).join(', ')}`,
            repair: async () => {
              for (const path of paths) rmSync(path, { recursive: true });
              return 'removed';
            },
          },
        ];
  return [
    ...removal('leftover files', 'left behind by a process that was killed', named),
    ...removal('snapshots', 'of another build, or cut short, and used by nobody', other),
  ];
}

/** Who was killed keeps its partitions until its lease ends; at rest nobody has any. */
function staleMembers(folder: string): Fault[] {
  const file = join(folder, 'log.sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  let members: number;
  try {
    members = Number(database.prepare('SELECT count(*) AS members FROM members').get()?.['members']);
  } finally {
    database.close();
  }
  if (members === 0) return [];
  return [
    {
      what: 'leases',
      isHarmless: true,
      detail: `${members} of processes that are gone`,
      repair: async () => {
        // Opened for itself alone, a log forgets whoever was in its groups; no event and no position changes.
        const log = await openEmbeddedLog({ file, topics, clock: systemClock, writer: 'inline' });
        await log.close();
        return 'given up';
      },
    },
  ];
}
