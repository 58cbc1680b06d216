import { DatabaseSync } from 'node:sqlite';
import type { BudgetStore, LostReservation, ReservationResult, WantedReservation } from '../budgets/budget-store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS account (
    name TEXT PRIMARY KEY, spent INTEGER NOT NULL DEFAULT 0, reserved INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS reservation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, accounts TEXT NOT NULL, amount INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS owner (name TEXT PRIMARY KEY, lives_until INTEGER NOT NULL) STRICT;
`;

/**
 * Budgets in one SQLite file that several processes may share. A reservation is on disk before its call is made, so
 * that no crash of a process frees money it may have spent.
 */
export function sqliteBudgetStore(file: string): BudgetStore & { close(): void } {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  database.exec(SCHEMA);
  const open = database.prepare('INSERT OR IGNORE INTO account (name) VALUES (?)');
  const reserve = database.prepare(
    'UPDATE account SET reserved = reserved + :amount WHERE name = :name AND spent + reserved + :amount <= :limit',
  );
  const insert = database.prepare('INSERT INTO reservation (owner, accounts, amount) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM reservation WHERE id = ? RETURNING accounts, amount');
  const spend = database.prepare('UPDATE account SET reserved = reserved - ?, spent = spent + ? WHERE name = ?');
  const read = database.prepare('SELECT spent, reserved FROM account WHERE name = ?');
  const renew = database.prepare(
    'INSERT INTO owner VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET lives_until = excluded.lives_until',
  );
  const orphans = database.prepare(
    'SELECT id, owner, accounts, amount FROM reservation LEFT JOIN owner ON owner.name = reservation.owner WHERE coalesce(lives_until, 0) <= ?',
  );
  const forget = database.prepare('DELETE FROM owner WHERE lives_until <= ?');

  const transaction = <T>(work: () => T, isKept: (result: T) => boolean = () => true): T => {
    database.exec('BEGIN IMMEDIATE');
    let isEnded = false;
    try {
      const result = work();
      database.exec(isKept(result) ? 'COMMIT' : 'ROLLBACK');
      isEnded = true;
      return result;
    } finally {
      if (!isEnded) database.exec('ROLLBACK');
    }
  };

  const balance = (account: string) => {
    const row = read.get(account) as { spent: number; reserved: number } | undefined;
    return { spentNanoUsd: row?.spent ?? 0, reservedNanoUsd: row?.reserved ?? 0 };
  };

  const tryReserve = ({ owner, accounts, amountNanoUsd: amount }: WantedReservation): ReservationResult => {
    for (const { name, limitNanoUsd: limit } of accounts) {
      open.run(name);
      if (reserve.run({ name, amount, limit }).changes === 0)
        return { isGranted: false, account: name, mayFree: balance(name).spentNanoUsd + amount <= limit };
    }
    const names = JSON.stringify(accounts.map(({ name }) => name));
    return { isGranted: true, id: Number(insert.run(owner, names, amount).lastInsertRowid) };
  };

  const settleNow = (id: number, spent: number): boolean => {
    const row = remove.get(id) as { accounts: string; amount: number } | undefined;
    if (!row) return false;
    for (const name of JSON.parse(row.accounts) as string[]) spend.run(row.amount, spent, name);
    return true;
  };

  const recoverNow = (now: number): LostReservation[] => {
    const lost = orphans.all(now) as unknown as { id: number; owner: string; accounts: string; amount: number }[];
    for (const { id, amount } of lost) settleNow(id, amount);
    forget.run(now);
    return lost.map(({ owner, accounts, amount }) => ({
      owner,
      accounts: JSON.parse(accounts) as string[],
      amountNanoUsd: amount,
    }));
  };

  return {
    reserve: (wanted) =>
      transaction(
        () => tryReserve(wanted),
        ({ isGranted }) => isGranted,
      ),
    settle: (id, spentNanoUsd) => transaction(() => settleNow(id, spentNanoUsd)),
    balance,
    renew: (owner, until) => void renew.run(owner, until),
    recover: (now) => transaction(() => recoverNow(now)),
    close: () => database.close(),
  };
}
