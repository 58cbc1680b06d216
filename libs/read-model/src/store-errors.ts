/** Primary result codes of SQLite that speak of the file and its disk, not of what is written. Source: sqlite.org/rescode.html */
const OF_THE_FILE = new Set([
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
const OF_THE_SERVER = /^Mongo(Network|ServerSelection|NotConnected|PoolCleared|Topology|ServerClosed|WaitQueueTimeout)/;

/** Whether an error is about the store as a whole, so that trying again may help and no document is to blame. */
export function isStoreError(error: unknown): boolean {
  const { errcode, name, errorLabels } = (error ?? {}) as { errcode?: number; name?: string; errorLabels?: string[] };
  if (typeof errcode === 'number') return OF_THE_FILE.has(errcode & 0xff);
  return OF_THE_SERVER.test(name ?? '') || (errorLabels?.includes('RetryableWriteError') ?? false);
}
