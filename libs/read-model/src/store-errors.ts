/** Primary result codes of SQLite that speak of the file and its disk, not of what is written. Source: sqlite.org/rescode.html */
const FILE_ERROR_CODES = new Set([
  5, // busy
  6, // locked
  7, // out of memory
  8, // read-only
  10, // input or output failed
  11, // damaged
  13, // full
  14, // cannot be opened
  26, // no database
]);
const SERVER_ERROR_NAMES =
  /^Mongo(Network|ServerSelection|NotConnected|PoolCleared|Topology|ServerClosed|WaitQueueTimeout)/;

/** Whether an error is about the store as a whole, so that trying again may help and no document is to blame. */
export function isStoreError(error: unknown): boolean {
  const { errcode, name, errorLabels } = (error ?? {}) as { errcode?: number; name?: string; errorLabels?: string[] };
  if (typeof errcode === 'number') return FILE_ERROR_CODES.has(errcode & 0xff);
  return SERVER_ERROR_NAMES.test(name ?? '') || (errorLabels?.includes('RetryableWriteError') ?? false);
}
