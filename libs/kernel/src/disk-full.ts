import { isContentFlowError } from './errors.ts';

/** What SQLite answers when its file, its write-ahead log or its index of that cannot grow: https://sqlite.org/rescode.html */
const SQLITE_FULL = 13;
const SQLITE_IOERR_WRITE = 778;
const SQLITE_IOERR_SHMSIZE = 4874;
const sqliteCodes: readonly unknown[] = [SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_SHMSIZE];
/** No space, a quota, or a limit on the size of files. */
const systemCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Whether this error, or what caused it, says that a disk takes no more. */
export function isDiskFull(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (isContentFlowError(error, 'log-disk-full')) return true;
  const { errcode, code, cause } = error as { errcode?: unknown; code?: unknown; cause?: unknown };
  return sqliteCodes.includes(errcode) || systemCodes.includes(code) || isDiskFull(cause);
}
