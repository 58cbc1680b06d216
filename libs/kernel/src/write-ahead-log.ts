const TRIES = 500;
const PAUSE_MS = 10;

/**
 * Switches a new SQLite file to write-ahead logging. While another process does the same, SQLite says "locked" at once, whatever the
 * time-out: so it is asked again.
 */
export function useWriteAheadLog(database: { exec(sql: string): void }): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let tried = 1; ; tried++)
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (tried === TRIES || !String(error).includes('locked')) throw error;
      Atomics.wait(pause, 0, 0, PAUSE_MS);
    }
}
