import { mongoUnreachable, ownValue } from '@contentflow/kernel';
import mongoose from 'mongoose';
import {
  type Balances,
  type BudgetStore,
  type Reservation,
  type ReservationResult,
  resultOf,
} from '../budgets/budget-store.ts';

/** All accounts of a day and all that is held on them are one document, so that any change to them is one update. */
interface StoredDay {
  _id: string;
  /** Spent or reserved, by account. */
  taken?: Record<string, number>;
  spent?: Record<string, number>;
  held?: Record<string, Pick<Reservation, 'owner' | 'accounts' | 'amountNanoUsd'>>;
}
interface StoredOwner {
  _id: string;
  livesUntil: number;
}

type Days = mongoose.mongo.Collection<StoredDay>;
type Owners = mongoose.mongo.Collection<StoredOwner>;

/** Reservations are held for minutes; what a process left on an older day than these is found by nobody. */
const DAYS_TO_RECOVER = 8;
const DUPLICATE_KEY = 11_000;

/** Budgets in MongoDB, for processes on any number of machines. */
export async function connectMongoBudgetStore(uri: string, database: string): Promise<BudgetStore> {
  const options = {
    dbName: database,
    autoIndex: false,
    autoCreate: false,
    serverSelectionTimeoutMS: 10_000,
    socketTimeoutMS: 10_000,
  };
  const connection = await mongoose
    .createConnection(uri, options)
    .asPromise()
    .catch((cause: unknown) => {
      throw mongoUnreachable(' for budgets', cause);
    });
  // The driver's own collections: to cast documents by a schema costs more than the update.
  const client = connection.getClient().db(database);
  const days: Days = client.collection('budgets');
  const owners: Owners = client.collection('budget_owners');

  return {
    reserve: (wanted, limits) => reserve(days, wanted, limits),
    settle: (reservation, spentNanoUsd) => settle(days, reservation, spentNanoUsd),
    balances: async (day) => balancesOf(await days.findOne({ _id: day }, { projection: { taken: 1, spent: 1 } })),
    renew: async (name, until) => {
      await owners.updateOne({ _id: name }, { $set: { livesUntil: until } }, { upsert: true });
    },
    recover: (now, latest = Number.MAX_SAFE_INTEGER) => recover(days, owners, now, latest),
    close: () => connection.close(),
  };
}

async function reserve(days: Days, wanted: Reservation, limits: readonly number[]): Promise<ReservationResult> {
  const { id, day, owner, accounts, amountNanoUsd } = wanted;
  // `$lte` would pass over an account that nothing was taken from yet.
  const within = accounts.map((name, index) => [
    field('taken', name),
    { $not: { $gt: (limits[index] ?? 0) - amountNanoUsd } },
  ]);
  const isAllowed = { _id: day, [field('held', id)]: { $exists: false }, ...Object.fromEntries(within) };
  const change = {
    $inc: Object.fromEntries(accounts.map((name) => [field('taken', name), amountNanoUsd])),
    $set: { [field('held', id)]: { owner, accounts, amountNanoUsd } },
  };
  // A day without any account would allow more than the limit.
  if (limits.some((limit) => amountNanoUsd > limit)) return resultOf(wanted, limits, {});
  if ((await days.updateOne(isAllowed, change)).matchedCount === 1) return { isGranted: true };

  const stored = await days.findOne({ _id: day });
  if (!stored) {
    await begin(days, day);
    return reserve(days, wanted, limits);
  }
  if (ownValue(stored.held ?? {}, encoded(id))) return { isGranted: true };
  const result = resultOf(wanted, limits, balancesOf(stored));
  // Settled since: there is room now.
  return result.isGranted ? reserve(days, wanted, limits) : result;
}

async function begin(days: Days, day: string): Promise<void> {
  try {
    await days.updateOne({ _id: day }, { $setOnInsert: { taken: {} } }, { upsert: true });
  } catch (error) {
    if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error;
  }
}

async function settle(days: Days, reservation: Reservation, spent: number): Promise<boolean> {
  const { id, day, accounts, amountNanoUsd } = reservation;
  const amounts = accounts.flatMap((name) => [
    [field('taken', name), spent - amountNanoUsd],
    [field('spent', name), spent],
  ]);
  const { matchedCount } = await days.updateOne(
    { _id: day, [field('held', id)]: { $exists: true } },
    { $inc: Object.fromEntries(amounts), $unset: { [field('held', id)]: '' } },
  );
  return matchedCount === 1;
}

async function recover(days: Days, owners: Owners, now: number, longest: number): Promise<Reservation[]> {
  const latest = await days
    .find({}, { projection: { held: 1 } })
    .sort({ _id: -1 })
    .limit(DAYS_TO_RECOVER)
    .toArray();
  const held = latest.flatMap(({ _id: day, held: ofDay = {} }) =>
    Object.entries(ofDay).map(([id, rest]) => ({ id: decodeURIComponent(id), day, ...rest })),
  );
  if (held.length === 0) return [];
  const living = await owners.find({ livesUntil: { $gt: now, $lte: longest } }, { projection: { _id: 1 } }).toArray();
  const alive = new Set(living.map(({ _id }) => _id));
  const lost: Reservation[] = [];
  for (const reservation of held)
    if (!alive.has(reservation.owner) && (await settle(days, reservation, reservation.amountNanoUsd)))
      lost.push(reservation);
  await owners.deleteMany({ livesUntil: { $not: { $gt: now, $lte: longest } } });
  return lost;
}

function balancesOf(stored: StoredDay | null): Balances {
  const spent = stored?.spent ?? {};
  const balances = Object.entries(stored?.taken ?? {}).map(([key, taken]) => {
    const spentNanoUsd = ownValue(spent, key) ?? 0;
    return [decodeURIComponent(key), { spentNanoUsd, reservedNanoUsd: taken - spentNanoUsd }] as const;
  });
  return Object.fromEntries(balances);
}

/** Names of fields hold no dots and begin with no dollar. */
const encoded = (name: string): string => encodeURIComponent(name).replaceAll('.', '%2E');
const field = (of: 'taken' | 'spent' | 'held', name: string): string => `${of}.${encoded(name)}`;
