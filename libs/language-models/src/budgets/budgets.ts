import type { Clock } from '@contentflow/kernel';
import { z } from 'zod';
import { within } from '../gateway/within.ts';
import { ProviderError } from '../model-provider.ts';
import type { BudgetAccount, BudgetStore, LostReservation, ReservationResult } from './budget-store.ts';

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
}

export interface BudgetReservation {
  /** Turns the reservation into what was spent, in US dollars. The first settlement counts. */
  settle(usd: number): Promise<void>;
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
  readonly onLost?: (lost: LostReservation) => void;
}

const LEASE_MS = 15_000;
/** Settlements in other processes are noticed by asking; those in this one at once. */
const POLL_MS = 500;

/** Budgets over a store, and this process's lease on what it reserves in it. */
export function createBudgets(options: BudgetsOptions): Budgets & {
  /** Renews the lease and recovers what dead processes held. Call it at start, and again within half a lease. */
  tend(): Promise<void>;
  /** For a claim of nobody: the day's. US dollars. */
  spentToday(claim?: BudgetClaim): Promise<readonly AccountBalance[]>;
} {
  const { store, clock, policy, owner, leaseMs = LEASE_MS } = options;
  const queue = createQueue(options);

  return {
    reserve: async (claim, worstCaseUsd, { forMs, signal }) => {
      const accounts = accountsOf(claim, policy(), clock.now());
      if (accounts.length === 0 || worstCaseUsd === 0) return FREE;
      const waiter = queue.join(accounts, Math.ceil(worstCaseUsd * NANO));
      const early = await waiter.first;
      if (early === 'waiting') {
        try {
          await within(
            clock,
            forMs,
            signal,
            `money of ${accounts.map(({ name }) => name).join(', ')}`,
            () => waiter.granted,
          );
        } catch (error) {
          waiter.leave();
          throw error;
        }
      }
      const id = await waiter.granted;
      return {
        settle: async (usd) => {
          await store.settle(id, Math.round(usd * NANO));
          queue.serve();
        },
      };
    },
    tend: async () => {
      await store.renew(owner, clock.now() + leaseMs);
      for (const lost of await store.recover(clock.now())) options.onLost?.(lost);
      queue.serve();
    },
    spentToday: async (claim = {}) =>
      Promise.all(
        accountsOf(claim, policy(), clock.now()).map(async ({ name, limitNanoUsd }) => {
          const { spentNanoUsd, reservedNanoUsd } = await store.balance(name);
          return {
            account: name,
            limitUsd: limitNanoUsd / NANO,
            spentUsd: spentNanoUsd / NANO,
            reservedUsd: reservedNanoUsd / NANO,
          };
        }),
      ),
  };
}

export interface AccountBalance {
  readonly account: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly reservedUsd: number;
}

const NANO = 1e9;
const FREE: BudgetReservation = { settle: () => Promise.resolve() };

/** The budgets that a claim is held to on the day of `now`. */
export function accountsOf(claim: BudgetClaim, policy: BudgetPolicy, now: number): BudgetAccount[] {
  const day = new Date(now).toISOString().slice(0, 10);
  const accounts: BudgetAccount[] = [];
  const hold = (name: string, usd: number | undefined): void => {
    if (usd !== undefined) accounts.push({ name: `${day}${name}`, limitNanoUsd: Math.floor(usd * NANO) });
  };
  const { contentType, caller } = claim;
  hold('', policy.perDayUsd);
  if (contentType !== undefined) hold(`/content-type/${contentType}`, named(policy.perContentTypeUsd, contentType));
  if (caller !== undefined) hold(`/caller/${caller}`, named(policy.perCallerUsd, caller));
  return accounts;
}

const named = (limits: Readonly<Record<string, number>>, name: string): number | undefined =>
  Object.hasOwn(limits, name) ? limits[name] : limits['*'];

interface Waiter {
  readonly accounts: readonly BudgetAccount[];
  readonly amount: number;
  readonly key: string;
  readonly grant: (id: number) => void;
  readonly refuse: (error: ProviderError) => void;
  readonly wait: () => void;
  isGone: boolean;
}

/** Those who want money, in the order they came. Who wants less may go before who cannot be served yet. */
function createQueue({ store, clock, owner }: BudgetsOptions) {
  const waiters = new Set<Waiter>();
  let isServing = false;
  let isDueAgain = false;
  let isPolling = false;

  const tryOne = async (waiter: Waiter): Promise<ReservationResult> => {
    const result = await store.reserve({ owner, accounts: waiter.accounts, amountNanoUsd: waiter.amount });
    if (!result.isGranted && result.mayFree) {
      waiter.wait();
      return result;
    }
    waiters.delete(waiter);
    if (!result.isGranted) waiter.refuse(exhausted(result.account));
    else if (waiter.isGone) await store.settle(result.id, 0);
    else waiter.grant(result.id);
    return result;
  };

  const serveOnce = async (): Promise<void> => {
    const refusedAt = new Map<string, number>();
    for (const waiter of waiters) {
      // Who wants at least as much of the same budgets as one just sent back need not ask.
      if (waiter.amount >= (refusedAt.get(waiter.key) ?? Number.POSITIVE_INFINITY)) {
        waiter.wait();
        continue;
      }
      const result = await tryOne(waiter);
      if (!result.isGranted && result.mayFree) refusedAt.set(waiter.key, waiter.amount);
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

  const join = (accounts: readonly BudgetAccount[], amount: number) => {
    const granted = settledLater<number>();
    const waiting = settledLater<'waiting'>();
    const waiter: Waiter = {
      accounts,
      amount,
      key: accounts.map(({ name }) => name).join('\n'),
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
        void granted.promise.then((id) => store.settle(id, 0)).then(serve, () => undefined);
      },
    };
  };

  return { join, serve };
}

function settledLater<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const exhausted = (account: string): ProviderError =>
  new ProviderError('budget_exhausted', `the budget ${account} has less left than the call may cost`);
