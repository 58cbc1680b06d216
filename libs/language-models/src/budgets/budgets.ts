import type { Clock } from '@contentflow/kernel';
import { z } from 'zod';
import { within } from '../gateway/within.ts';
import { ProviderError } from '../model-provider.ts';
import { type BudgetStore, NOTHING, type Reservation, type ReservationResult } from './budget-store.ts';

/** Who spends, and on what. Each part that is named is held to its own budget, beside the day's. */
export interface BudgetClaim {
  readonly contentType?: string;
  readonly caller?: string;
}

/** US dollars a day, in days of UTC. `*` stands for each content type, or caller, that is not named. */
export const budgetPolicySchema = z.strictObject({
  perDayUsd: z.number().nonnegative().optional(),
  perContentTypeUsd: z.record(z.string(), z.number().nonnegative()).default({}),
  perCallerUsd: z.record(z.string(), z.number().nonnegative()).default({}),
});
export type BudgetPolicy = z.infer<typeof budgetPolicySchema>;

export interface Budgets {
  /**
   * Sets money aside for one call. Waits for others to settle while that may make room; refuses once what is not
   * spent, whatever becomes of the others, is less than the call may cost.
   * @param worstCaseUsd  what the call may cost at most
   * @param waiting  how long to wait at most, in milliseconds, and a signal to give up
   * @throws ProviderError `budget_exhausted`, `timeout` or `cancelled`
   */
  reserve(
    claim: BudgetClaim,
    worstCaseUsd: number,
    waiting: { readonly forMs: number; readonly signal?: AbortSignal },
  ): Promise<BudgetReservation>;
  /** Each budget of the day: those with a name in the policy, and those that were spent from. */
  today(): Promise<readonly AccountBalance[]>;
}

export interface BudgetReservation {
  /** Turns the reservation into what was spent, in US dollars. The first settlement counts. Never throws. */
  settle(usd: number): Promise<void>;
}

export interface AccountBalance {
  /** `day`, `content-type/email`, `caller/big` */
  readonly account: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
  readonly leftUsd: number;
}

export interface BudgetsOptions {
  readonly store: BudgetStore;
  readonly clock: Clock;
  readonly policy: () => BudgetPolicy;
  /** Unique to this run of this process: another run must not renew its lease. */
  readonly owner: string;
  /** How long after its last sign of life a process is taken for dead; milliseconds. */
  readonly leaseMs?: number;
  /** Told of money that was charged because the process that had reserved it is gone. */
  readonly onLost?: (lost: Reservation) => void;
}

const LEASE_MS = 15_000;
/** Settlements in other processes are noticed by asking; those in this one at once. */
const POLL_MS = 500;

/** Budgets over a store, and this process's lease on what it reserves in it. */
export function createBudgets(options: BudgetsOptions): Budgets & {
  /** Renews the lease and recovers what dead processes held. Call it at start, and again within half a lease. */
  tend(): Promise<void>;
} {
  const { store, clock, policy, owner, leaseMs = LEASE_MS } = options;
  const settlements = createSettlements(store);
  const queue = createQueue(options, settlements);

  return {
    reserve: async (claim, worstCaseUsd, { forMs, signal }) => {
      const now = clock.now();
      const accounts = accountsOf(claim, policy());
      if (accounts.length === 0 || worstCaseUsd === 0) return FREE;
      const waiter = queue.join(dayOf(now), accounts, Math.ceil(worstCaseUsd * NANO));
      if ((await waiter.first) === 'waiting') {
        const what = `money of ${accounts.map(({ name }) => name).join(', ')}`;
        try {
          await within(clock, forMs, signal, what, () => waiter.granted);
        } catch (error) {
          waiter.leave();
          throw error;
        }
      }
      const reservation = await waiter.granted;
      return {
        settle: async (usd) => {
          await settlements.settle(reservation, Math.round(usd * NANO));
          queue.serve();
        },
      };
    },
    today: async () => {
      const balances = await store.balances(dayOf(clock.now()));
      const names = new Set([...namedAccounts(policy()), ...Object.keys(balances)]);
      return [...names].flatMap((name) => balanceOf(name, limitOf(name, policy()), balances[name]));
    },
    tend: async () => {
      await store.renew(owner, clock.now() + leaseMs);
      await settlements.again();
      for (const lost of await store.recover(clock.now())) options.onLost?.(lost);
      queue.serve();
    },
  };
}

const NANO = 1e9;
const FREE: BudgetReservation = { settle: () => Promise.resolve() };
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

interface Account {
  readonly name: string;
  readonly limitNanoUsd: number;
}

/** The budgets that a claim is held to. */
export function accountsOf({ contentType, caller }: BudgetClaim, policy: BudgetPolicy): Account[] {
  const names = ['day'];
  if (contentType !== undefined) names.push(`content-type/${contentType}`);
  if (caller !== undefined) names.push(`caller/${caller}`);
  return names.flatMap((name) => {
    const usd = limitOf(name, policy);
    return usd === undefined ? [] : [{ name, limitNanoUsd: Math.floor(usd * NANO) }];
  });
}

/** US dollars a day; undefined where nothing limits it. */
function limitOf(account: string, policy: BudgetPolicy): number | undefined {
  const [kind = '', ...rest] = account.split('/');
  const name = rest.join('/');
  if (kind === 'content-type') return named(policy.perContentTypeUsd, name);
  if (kind === 'caller') return named(policy.perCallerUsd, name);
  return policy.perDayUsd;
}

const named = (limits: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(limits, name) ? limits[name] : limits['*'];

const namedAccounts = ({ perContentTypeUsd, perCallerUsd }: BudgetPolicy): string[] => [
  'day',
  ...namesIn(perContentTypeUsd).map((name) => `content-type/${name}`),
  ...namesIn(perCallerUsd).map((name) => `caller/${name}`),
];
const namesIn = (limits: Readonly<Record<string, number>>): string[] =>
  Object.keys(limits).filter((name) => name !== '*');

function balanceOf(account: string, limitUsd: number | undefined, balance = NOTHING): AccountBalance[] {
  if (limitUsd === undefined) return [];
  const spentUsd = balance.spentNanoUsd / NANO;
  const reservedUsd = balance.reservedNanoUsd / NANO;
  return [{ account, limitUsd, spentUsd, reservedUsd, leftUsd: Math.max(0, limitUsd - spentUsd - reservedUsd) }];
}

/** Settlements that the store did not take: tried again until it does, so that no failure of the store leaks money. */
function createSettlements(store: BudgetStore) {
  const due = new Map<string, { readonly reservation: Reservation; readonly spent: number }>();
  const settle = async (reservation: Reservation, spent: number): Promise<void> => {
    due.set(reservation.id, { reservation, spent });
    try {
      await store.settle(reservation, spent);
      due.delete(reservation.id);
    } catch {
      // It stays due.
    }
  };
  return {
    settle,
    again: async (): Promise<void> => {
      for (const { reservation, spent } of [...due.values()]) await settle(reservation, spent);
    },
  };
}

interface Waiter {
  readonly reservation: Reservation;
  readonly limits: readonly number[];
  readonly key: string;
  readonly grant: (reservation: Reservation) => void;
  readonly refuse: (error: ProviderError) => void;
  readonly wait: () => void;
  isGone: boolean;
}

/** Those who want money, in the order they came. Who wants less may go before who cannot be served yet. */
function createQueue({ store, clock, owner }: BudgetsOptions, settlements: ReturnType<typeof createSettlements>) {
  let lastId = 0;
  const waiters = new Set<Waiter>();
  let isServing = false;
  let isDueAgain = false;
  let isPolling = false;

  const tryOne = async (waiter: Waiter): Promise<ReservationResult> => {
    const result = await asked(waiter);
    if (!result.isGranted && result.mayFree) {
      waiter.wait();
      return result;
    }
    waiters.delete(waiter);
    if (!result.isGranted) waiter.refuse(exhausted(result.account, waiter.reservation.day));
    else if (waiter.isGone) await settlements.settle(waiter.reservation, 0);
    else waiter.grant(waiter.reservation);
    return result;
  };

  const asked = async ({ reservation, limits }: Waiter): Promise<ReservationResult> => {
    try {
      return await store.reserve(reservation, limits);
    } catch (error) {
      // It may have been reserved all the same.
      void settlements.settle(reservation, 0);
      throw error;
    }
  };

  const serveOnce = async (): Promise<void> => {
    const refusedAt = new Map<string, number>();
    for (const waiter of waiters) {
      // Who wants at least as much of the same budgets as one just sent back need not ask.
      const amount = waiter.reservation.amountNanoUsd;
      if (amount >= (refusedAt.get(waiter.key) ?? Number.POSITIVE_INFINITY)) {
        waiter.wait();
        continue;
      }
      const result = await tryOne(waiter);
      if (!result.isGranted && result.mayFree) refusedAt.set(waiter.key, amount);
    }
  };

  const serve = (): void => {
    if (waiters.size === 0) return;
    isDueAgain = true;
    if (!isServing) void serveAll();
  };

  const serveAll = async (): Promise<void> => {
    isServing = true;
    try {
      while (isDueAgain) {
        isDueAgain = false;
        await serveOnce();
      }
    } catch (error) {
      for (const waiter of waiters)
        waiter.refuse(new ProviderError('budget_exhausted', `budgets cannot be read: ${String(error)}`));
      waiters.clear();
    } finally {
      isServing = false;
    }
    if (waiters.size > 0 && !isPolling) void poll();
  };

  const poll = async (): Promise<void> => {
    isPolling = true;
    await clock.sleep(POLL_MS);
    isPolling = false;
    serve();
  };

  const join = (day: string, accounts: readonly Account[], amountNanoUsd: number) => {
    const granted = Promise.withResolvers<Reservation>();
    const waiting = Promise.withResolvers<'waiting'>();
    const names = accounts.map(({ name }) => name);
    const waiter: Waiter = {
      reservation: { id: `${owner}-${++lastId}`, day, owner, accounts: names, amountNanoUsd },
      limits: accounts.map(({ limitNanoUsd }) => limitNanoUsd),
      key: [day, ...names].join('\n'),
      grant: granted.resolve,
      refuse: granted.reject,
      wait: () => waiting.resolve('waiting'),
      isGone: false,
    };
    granted.promise.catch(() => undefined);
    waiters.add(waiter);
    serve();
    return {
      first: Promise.race([granted.promise, waiting.promise]),
      granted: granted.promise,
      /** Gives up; money that is granted all the same goes back. */
      leave: (): void => {
        waiter.isGone = true;
        waiters.delete(waiter);
        void granted.promise.then((reservation) => settlements.settle(reservation, 0)).then(serve, () => undefined);
      },
    };
  };

  return { join, serve };
}

const exhausted = (account: string, day: string): ProviderError =>
  new ProviderError('budget_exhausted', `the budget "${account}" of ${day} has less left than the call may cost`);
