import { ContentFlowError, systemRefusal } from '@contentflow/kernel';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation reads and writes in its folder: none of it need be there, and what others lay beside it is not looked at. */
const FILES = [
  ...[
    'log.sqlite',
    'log.ends',
    '.checked.json',
    'budgets.sqlite',
    'idempotency-keys.sqlite',
    'responses.sqlite',
    'subject-keys.db',
  ],
];
/** Read, and left as they are. */
const SECRETS = ['signing.key', 'signing.key.before', 'master.key'];
const FOLDERS = ['read-models', 'snapshots', '.processes'];
const BESIDE_DATABASE = ['', '-wal', '-shm'];

/**
 * Asked before anything is opened: what may not be read or written is not damaged, and nothing must be made anew for it.
 * @throws ContentFlowError `unreachable`, naming the file or folder, whose it is, and what mends it
 */
export function assertReachable(folder: string): void {
  const problem = reachProblem(folder);
  if (problem) throw problem;
}

/** The same of what commands need that read the log alone. */
export function assertLogReachable(folder: string): void {
  const problem = folderProblem(folder) ?? firstProblem(folder, ['log.sqlite']);
  if (problem) throw problem;
}

/** What keeps this process from working in the folder, which may not be there yet; undefined where nothing does. */
export function reachProblem(folder: string): ContentFlowError | undefined {
  const own = folderProblem(folder) ?? firstProblem(folder, FILES) ?? firstProblem(folder, SECRETS, constants.R_OK);
  if (own) return own;
  for (const name of FOLDERS) {
    const inner = join(folder, name);
    const problem =
      folderProblem(inner) ?? (name === 'read-models' ? firstProblem(inner, databasesIn(inner)) : undefined);
    if (problem) return problem;
  }
  return undefined;
}

/** Whether something is there. @throws ContentFlowError `unreachable` where that cannot be seen */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw systemRefusal(error, path) ?? error;
  }
}

const databasesIn = (folder: string): string[] =>
  isThere(folder) ? readdirSync(folder).filter((name) => name.endsWith('.sqlite')) : [];

function firstProblem(
  folder: string,
  names: readonly string[],
  wanted = constants.R_OK | constants.W_OK,
): ContentFlowError | undefined {
  const files = names.flatMap((name) => BESIDE_DATABASE.map((suffix) => join(folder, `${name}${suffix}`)));
  for (const file of files) {
    const problem = problemAt(file, (stats) => (stats.isFile() ? wanted : 'EISDIR'));
    if (problem) return problem;
  }
  return undefined;
}

const folderProblem = (folder: string): ContentFlowError | undefined =>
  problemAt(folder, (stats) => (stats.isDirectory() ? constants.R_OK | constants.W_OK | constants.X_OK : 'ENOTDIR'));

type Stats = NonNullable<ReturnType<typeof statSync>>;

/** @param wanted  what must be allowed; the system's code where it is nothing of the kind */
function problemAt(
  path: string,
  wanted: (stats: Stats) => number | 'EISDIR' | 'ENOTDIR',
): ContentFlowError | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    const mode = wanted(stats);
    if (typeof mode === 'string') throw Object.assign(new Error(mode), { code: mode });
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    const refusal = systemRefusal(error, path);
    if (!refusal) throw error;
    const owner = ownerOf(path);
    const isOwn = owner === undefined || owner === process.getuid?.();
    const isClosedToOwner = isOwn && (error as NodeJS.ErrnoException).code === 'EACCES';
    const fix = isClosedToOwner ? 'open it to its owner again: "contentflow doctor --fix"' : refusal.fix;
    const whose = isOwn ? '' : `: it belongs to user ${owner}, this process to user ${process.getuid?.()}`;
    return new ContentFlowError(refusal.code, `${withoutFix(refusal)}${whose}`, { fix, cause: error });
  }
}

const withoutFix = ({ message, fix }: ContentFlowError): string =>
  fix === undefined ? message : message.slice(0, -`; ${fix}`.length);

/** Undefined where that cannot be seen, or where nobody owns files. */
function ownerOf(path: string): number | undefined {
  try {
    return process.getuid === undefined ? undefined : statSync(path).uid;
  } catch {
    return undefined;
  }
}
