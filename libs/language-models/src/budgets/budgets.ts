import { type Clock, ClockJumps, ownValue, steadyClock } from '@contentflow/kernel';
import { z } from 'zod';
import { within } from '../gateway/within.ts';
import { type BudgetStore, ZERO_BALANCE, type Reservation } from './budget-store.ts';
import { type Account, ReservationQueue, Settlements } from './reservation-queue.ts';

/** Who spends, and on what. Each part that is named is held to its own budget, beside the day's. */
export interface BudgetClaim {
  readonly contentType?: string;
  readonly caller?: string;
  /** Of the key that was shown, where it has one of its own. */
  readonly key?: KeyBudget;
}

/** What may be spent by a key and those that took its place, whoever issues them. */
export interface KeyBudget {
  readonly account: string;
  readonly usdPerDay: number;
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
   * @throws ProviderError `budget_exhausted`, `timeout` or `cancelled`
   */
  reserve(claim: BudgetClaim, worstCaseUsd: number, waiting: Waiting): Promise<BudgetReservation>;
  /** Whether anything bounds what such a call may cost. */
  bounds(claim: BudgetClaim): boolean;
  /** How a caller is held to a budget of their own: by that name, as any that is not named, or not at all. */
  holds(caller: string): 'named' | 'any' | 'none';
  /** Each budget of the day: those with a name in the policy, those that were spent from, and those of these keys. */
  today(keys?: readonly KeyBudget[]): Promise<readonly AccountBalance[]>;
  /** The budgets of the day that this process was refused money of. */
  exhausted(): readonly string[];
}

export interface BudgetReservation {
  /** Turns the reservation into what was spent, in US dollars. The first settlement counts. Never throws. */
  settle(usd: number): Promise<void>;
}

export interface AccountBalance {
  /** `day`, `content-type/email`, `caller/big`, `key/0123456789abcdef` */
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
const MAX_REFUSED = 1000;

/** Budgets over a store, and this process's lease on what it reserves in it. */
export const createBudgets = (options: BudgetsOptions): LeasedBudgets => new StoredBudgets(options);

export interface LeasedBudgets extends Budgets {
  /** Renews the lease and recovers what dead processes held. Call it at start, and again within half a lease. */
  tend(): Promise<void>;
}

class StoredBudgets implements LeasedBudgets {
  readonly #options: BudgetsOptions;
  readonly #settlements: Settlements;
  readonly #queue: ReservationQueue;
  readonly #jumps: ClockJumps;
  #refused = { day: '', accounts: new Set<string>() };

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#jumps = new ClockJumps(options.clock, options.leaseMs ?? LEASE_MS);
    this.#settlements = new Settlements(options.store);
    const onExhausted = (account: string, day: string): void => {
      if (this.#refused.day !== day) this.#refused = { day, accounts: new Set() };
      // Callers have any number of names.
      if (this.#refused.accounts.size < MAX_REFUSED) this.#refused.accounts.add(account);
    };
    this.#queue = new ReservationQueue({ ...options, onExhausted }, this.#settlements);
  }

  async reserve(claim: BudgetClaim, worstCaseUsd: number, waiting: Waiting): Promise<BudgetReservation> {
    const { clock, policy } = this.#options;
    const now = clock.now();
    const accounts = accountsOf(claim, policy());
    if (accounts.length === 0 || worstCaseUsd === 0) return FREE;
    const waiter = this.#queue.join(dayOf(now), accounts, Math.ceil(worstCaseUsd * NANO));
    if ((await waiter.first) === 'waiting') {
      const what = `money of ${accounts.map(({ name }) => name).join(', ')}`;
      try {
        await within(steadyClock(clock), waiting.forMs, waiting.signal, what, () => waiter.granted);
      } catch (error) {
        this.#queue.leave(waiter);
        throw error;
      }
    }
    const reservation = await waiter.granted;
    return {
      settle: async (usd) => {
        await this.#settlements.settle(reservation, Math.round(usd * NANO));
        this.#queue.serve();
      },
    };
  }

  bounds(claim: BudgetClaim): boolean {
    return accountsOf(claim, this.#options.policy()).length > 0;
  }

  holds(caller: string): 'named' | 'any' | 'none' {
    const { perCallerUsd } = this.#options.policy();
    if (caller !== '*' && ownValue(perCallerUsd, caller) !== undefined) return 'named';
    return perCallerUsd['*'] === undefined ? 'none' : 'any';
  }

  async today(keys: readonly KeyBudget[] = []): Promise<readonly AccountBalance[]> {
    const { store, clock, policy } = this.#options;
    const balances = await store.balances(dayOf(clock.now()));
    const names = new Set([...namedAccounts(policy()), ...Object.keys(balances)]);
    return [
      ...[...names].map((name) => [name, limitOf(name, policy())] as const),
      ...keys.map((key) => [accountOf(key), key.usdPerDay] as const),
    ].flatMap(([name, limit]) => balanceOf(name, limit, ownValue(balances, name)));
  }

  exhausted(): readonly string[] {
    const { day, accounts } = this.#refused;
    return day === dayOf(this.#options.clock.now()) ? [...accounts] : [];
  }

  async tend(): Promise<void> {
    const { store, clock, owner, leaseMs = LEASE_MS, onLost } = this.#options;
    await store.renew(owner, clock.now() + leaseMs);
    await this.#settlements.settleDue();
    const now = clock.now();
    // Others say anew that they live, by the time that the clock was set to.
    if (!this.#jumps.isRecent()) for (const lost of await store.recover(now, now + 2 * leaseMs)) onLost?.(lost);
    this.#queue.serve();
  }
}

/** How long to wait for money at most, in milliseconds, and a signal to give up. */
interface Waiting {
  readonly forMs: number;
  readonly signal?: AbortSignal;
}

const NANO = 1e9;
const FREE: BudgetReservation = { settle: () => Promise.resolve() };
const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The budgets that a claim is held to. */
export function accountsOf({ contentType, caller, key }: BudgetClaim, policy: BudgetPolicy): Account[] {
  const names = ['day'];
  if (contentType !== undefined) names.push(`content-type/${contentType}`);
  if (caller !== undefined) names.push(`caller/${caller}`);
  const accounts = names.flatMap((name) => account(name, limitOf(name, policy)));
  return key ? [...accounts, ...account(accountOf(key), key.usdPerDay)] : accounts;
}

const accountOf = ({ account: name }: KeyBudget): string => `key/${name}`;

const account = (name: string, usd: number | undefined): Account[] =>
  usd === undefined ? [] : [{ name, limitNanoUsd: Math.floor(usd * NANO) }];

/** US dollars a day; undefined where nothing limits it. */
function limitOf(account: string, policy: BudgetPolicy): number | undefined {
  const [kind = '', ...rest] = account.split('/');
  const name = rest.join('/');
  if (kind === 'content-type') return named(policy.perContentTypeUsd, name);
  if (kind === 'caller') return named(policy.perCallerUsd, name);
  return kind === 'day' ? policy.perDayUsd : undefined;
}

const named = (limits: Readonly<Record<string, number>>, name: string): number | undefined =>
  ownValue(limits, name) ?? limits['*'];

const namedAccounts = ({ perContentTypeUsd, perCallerUsd }: BudgetPolicy): string[] => [
  'day',
  ...namesIn(perContentTypeUsd).map((name) => `content-type/${name}`),
  ...namesIn(perCallerUsd).map((name) => `caller/${name}`),
];
const namesIn = (limits: Readonly<Record<string, number>>): string[] =>
  Object.keys(limits).filter((name) => name !== '*');

function balanceOf(account: string, limitUsd: number | undefined, balance = ZERO_BALANCE): AccountBalance[] {
  if (limitUsd === undefined) return [];
  const spentUsd = balance.spentNanoUsd / NANO;
  const reservedUsd = balance.reservedNanoUsd / NANO;
  return [{ account, limitUsd, spentUsd, reservedUsd, leftUsd: Math.max(0, limitUsd - spentUsd - reservedUsd) }];
}
