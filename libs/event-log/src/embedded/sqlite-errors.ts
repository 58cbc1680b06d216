import { ContentFlowError, isContentFlowError, isDiskFull, messageOf, systemRefusal } from '@contentflow/kernel';

const DISK_FULL = 'free some space on its disk; what was acknowledged is safe';
const DAMAGED = 'restore it from a copy, or move it away to begin a new log';
const NOT_WRITABLE = 'choose a folder this user can write to, or fix its permissions';

/** SQLite's result codes that a person can do something about: https://sqlite.org/rescode.html */
const CAUSES: Readonly<Record<number, { code: string; problem: string; fix: string }>> = {
  5: { code: 'log-busy', problem: 'is locked by another process', fix: 'close the other program that writes to it' },
  8: { code: 'log-not-writable', problem: 'cannot be written', fix: NOT_WRITABLE },
  10: { code: 'log-unreadable', problem: 'could not be read or written by the disk', fix: 'check the disk' },
  11: { code: 'log-corrupt', problem: 'is damaged', fix: DAMAGED },
  13: { code: 'log-disk-full', problem: 'cannot grow: the disk is full', fix: DISK_FULL },
  14: { code: 'log-not-writable', problem: 'cannot be opened', fix: NOT_WRITABLE },
  26: { code: 'log-corrupt', problem: 'is not a log: SQLite does not know its format', fix: DAMAGED },
};
const ACCESS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** The error as one sentence that names the file and the fix. */
export function fileError(file: string, error: unknown): ContentFlowError {
  if (isContentFlowError(error)) return error;
  const cause =
    (isDiskFull(error) ? CAUSES[13] : undefined) ??
    CAUSES[primaryCode(error)] ??
    (isAccessError(error) ? CAUSES[14] : undefined);
  if (!cause)
    return (
      systemRefusal(error, file) ??
      new ContentFlowError('log-failed', `the log ${file} failed: ${messageOf(error)}`, { cause: error })
    );
  const problem = `the log ${file} ${cause.problem} (${messageOf(error)})`;
  return new ContentFlowError(cause.code, problem, { fix: cause.fix, cause: error });
}

function primaryCode(error: unknown): number {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === 'number' ? code & 0xff : -1;
}

function isAccessError(error: unknown): boolean {
  return ACCESS.has(String((error as { code?: unknown } | null)?.code));
}
