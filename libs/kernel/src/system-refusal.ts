import { isDiskFull } from './disk-full.ts';
import { ContentFlowError, messageOf } from './errors.ts';

type Refusal = readonly [problem: string, fix: string];

const FORBIDDEN: Refusal = [
  'may not be used by this user',
  'give it to the user that runs ContentFlow ("chown -R"), or run it as its owner',
];
const READ_ONLY: Refusal = [
  'cannot be written: it, or what it is on, is read-only',
  'mount it for writing, or name another place',
];
const FULL: Refusal = ['has no room for more', 'free some space on its disk'];
const FAILING: Refusal = ['could not be read or written by its disk', 'check the disk, and what the system says of it'];
const UNOPENED: Refusal = ['cannot be opened', 'see who may read and write it and its folder, and that it is a file'];

/** What the system refuses, by its code. */
const bySystem: ReadonlyMap<unknown, Refusal> = new Map<unknown, Refusal>([
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['EROFS', READ_ONLY],
  ['ENOSPC', FULL],
  ['EDQUOT', FULL],
  ['EFBIG', FULL],
  ['EIO', FAILING],
  ['EMFILE', ['cannot be opened: this process has as many files open as it may', 'raise its limit ("ulimit -n")']],
  ['ENFILE', ['cannot be opened: the system has as many files open as it may', 'raise its limit (fs.file-max)']],
  ['EISDIR', ['is a folder', 'name a file']],
  ['ENOTDIR', ['is no folder, or lies below a file', 'name a folder']],
  ['ENAMETOOLONG', ['has too long a name', 'name a shorter one']],
  ['ELOOP', ['is a link that leads back to itself', 'name what it was meant to lead to']],
]);

/** What SQLite cannot do, by the lowest byte of its result code: https://sqlite.org/rescode.html */
const bySqlite: ReadonlyMap<unknown, Refusal> = new Map<unknown, Refusal>([
  [3, FORBIDDEN],
  [8, READ_ONLY],
  [10, FAILING],
  [13, FULL],
  [14, UNOPENED],
]);

/**
 * An error of the system or of SQLite that says nothing of what a file holds: who may use it, where it lies, what there is room for.
 * @param path  where the error names none
 * @returns undefined for any other error
 */
export function systemRefusal(error: unknown, path?: string): ContentFlowError | undefined {
  if (typeof error !== 'object' || error === null || error instanceof ContentFlowError) return undefined;
  const { code, errcode, path: named = path } = error as { code?: unknown; errcode?: unknown; path?: unknown };
  const bySqliteCode = typeof errcode === 'number' ? bySqlite.get(errcode & 0xff) : undefined;
  const refusal = isDiskFull(error) ? FULL : (bySystem.get(systemCode(code, error)) ?? bySqliteCode);
  if (!refusal) return undefined;
  const [problem, fix] = refusal;
  const of = typeof named === 'string' ? `"${named}" ` : 'a file ';
  return new ContentFlowError('unreachable', `${of}${problem} (${messageOf(error)})`, { fix, cause: error });
}

/** A thread that could not be begun says in words alone what the system said. */
const systemCode = (code: unknown, error: object): unknown =>
  code === 'ERR_WORKER_INIT_FAILED' ? /\bE[A-Z]+\b/.exec(messageOf(error))?.[0] : code;
