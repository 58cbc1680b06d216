/**
 * Work on a SQLite file that counts as a whole or not at all. The write lock is taken first, so that what is read holds
 * until it is changed. @returns what the work does
 */
export function inTransaction<T>(
  database: { exec(sql: string): void; readonly isTransaction: boolean },
  work: () => T,
): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
