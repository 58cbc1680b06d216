import { inTransaction, useWriteAheadLog } from '@contentflow/kernel';
import { DatabaseSync } from 'node:sqlite';
import { type Balances, type BudgetStore, type Reservation, resultOf } from '../budgets/budget-store.ts';

const LOCK_TIMEOUT_MS = 5000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS balance (
    day TEXT, account TEXT, spent INTEGER NOT NULL DEFAULT 0, reserved INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (day, account)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS held (
    id TEXT PRIMARY KEY, day TEXT NOT NULL, owner TEXT NOT NULL, accounts TEXT NOT NULL, amount INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS owner (name TEXT PRIMARY KEY, lives_until INTEGER NOT NULL) STRICT;
`;

/**
 * Budgets in one SQLite file that several processes may share. A reservation is in the file before its call is made, so
 * that no crash of a process frees money it may have spent.
 */
export function sqliteBudgetStore(file: string): BudgetStore {
  const database = new DatabaseSync(file, { timeout: LOCK_TIMEOUT_MS });
  useWriteAheadLog(database);
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(SCHEMA);
  const readOne = database.prepare('SELECT account, spent, reserved FROM balance WHERE day = ? AND account = ?');
  const readDay = database.prepare('SELECT account, spent, reserved FROM balance WHERE day = ?');
  const move = database.prepare(
    `INSERT INTO balance VALUES (:day, :account, :spent, :reserved)
     ON CONFLICT DO UPDATE SET spent = spent + :spent, reserved = reserved + :reserved`,
  );
  const hold = database.prepare('INSERT INTO held VALUES (?, ?, ?, ?, ?)');
  const release = database.prepare('DELETE FROM held WHERE id = ?');
  const renew = database.prepare(
    'INSERT INTO owner VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET lives_until = excluded.lives_until',
  );
  const orphans = database.prepare(
    'SELECT held.* FROM held LEFT JOIN owner ON owner.name = held.owner WHERE coalesce(lives_until, 0) <= ?1 OR lives_until > ?2',
  );
  const forget = database.prepare('DELETE FROM owner WHERE lives_until <= ?1 OR lives_until > ?2');

  const transaction = <T>(work: () => T): T => inTransaction(database, work);

  const balancesOf = ({ day, accounts }: Reservation): Balances => {
    return byAccount(accounts.flatMap((account) => (readOne.get(day, account) as Row | undefined) ?? []));
  };

  const reserveNow = (wanted: Reservation, limits: readonly number[]) => {
    const result = resultOf(wanted, limits, balancesOf(wanted));
    if (!result.isGranted) return result;
    const { id, day, owner, accounts, amountNanoUsd: reserved } = wanted;
    for (const account of accounts) move.run({ day, account, spent: 0, reserved });
    hold.run(id, day, owner, JSON.stringify(accounts), reserved);
    return result;
  };

  const settleNow = ({ id, day, accounts, amountNanoUsd }: Reservation, spent: number): boolean => {
    if (release.run(id).changes === 0) return false;
    for (const account of accounts) move.run({ day, account, spent, reserved: -amountNanoUsd });
    return true;
  };

  const recoverNow = (now: number, latest: number): Reservation[] => {
    const lost = (orphans.all(now, latest) as Held[]).map(({ amount, accounts, ...held }) => ({
      ...held,
      accounts: JSON.parse(accounts) as string[],
      amountNanoUsd: amount,
    }));
    for (const reservation of lost) settleNow(reservation, reservation.amountNanoUsd);
    forget.run(now, latest);
    return lost;
  };

  return {
    reserve: (wanted, limits) => transaction(() => reserveNow(wanted, limits)),
    settle: (reservation, spentNanoUsd) => transaction(() => settleNow(reservation, spentNanoUsd)),
    balances: (day) => byAccount(readDay.all(day) as Row[]),
    renew: (owner, until) => void renew.run(owner, until),
    recover: (now, latest = Number.MAX_SAFE_INTEGER) => transaction(() => recoverNow(now, latest)),
    close: () => database.close(),
  };
}

type Row = {
  readonly account: string;
  readonly spent: number;
  readonly reserved: number;
};

type Held = {
  readonly id: string;
  readonly day: string;
  readonly owner: string;
  readonly accounts: string;
  readonly amount: number;
};

const byAccount = (rows: readonly Row[]): Balances =>
  Object.fromEntries(
    rows.map(({ account, spent, reserved }) => [account, { spentNanoUsd: spent, reservedNanoUsd: reserved }]),
  );
