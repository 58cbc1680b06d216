import { ProviderError } from '../model-provider.ts';
import type { BudgetClaim, BudgetReservation, Budgets } from './budgets.ts';

/** What may be spent on one thing, over all calls that are made for it. */
export interface SpendingLimit {
  /**
   * Sets money aside for one call. Waits while calls under way may turn out to cost less than they could.
   * @param worstCaseUsd  what the call may cost at most
   * @throws ProviderError `budget_exhausted`, naming the limit; what `announce` throws
   */
  reserve(worstCaseUsd: number): Promise<BudgetReservation>;
}

export interface SpendingLimitOptions {
  readonly limitUsd: number;
  /** What people know the limit by. */
  readonly name: string;
  /** What may have been spent before, at most. */
  readonly spentUsd: number;
  /** Up to where others know already what may be spent. */
  readonly announcedUsd: number;
  /** Told of what may be spent in all, before it is, where that is more than was announced: whoever goes on after a crash counts by it. */
  readonly announce: (usd: number) => Promise<void>;
}

/** Who pays for a call. */
export interface Payer {
  readonly budget?: BudgetClaim;
  readonly spending?: SpendingLimit | undefined;
}

export const createSpendingLimit = (options: SpendingLimitOptions): SpendingLimit => new CountedSpending(options);

/**
 * Money of the payer's own limit, and of the budgets.
 * @throws ProviderError `budget_exhausted`, `timeout` or `cancelled`
 */
export async function reserved(
  budgets: Budgets | undefined,
  { budget = {}, spending }: Payer,
  worstCaseUsd: number,
  waiting: () => Parameters<Budgets['reserve']>[2],
): Promise<BudgetReservation | undefined> {
  const own = worstCaseUsd > 0 ? await spending?.reserve(worstCaseUsd) : undefined;
  if (!budgets) return own;
  try {
    const shared = await budgets.reserve(budget, worstCaseUsd, waiting());
    return own ? { settle: async (usd) => void (await Promise.all([own.settle(usd), shared.settle(usd)])) } : shared;
  } catch (error) {
    await own?.settle(0);
    throw error;
  }
}

/** Sums are exact in whole billionths of a US dollar. */
const NANO = 1e9;

class CountedSpending implements SpendingLimit {
  readonly #options: SpendingLimitOptions;
  readonly #limit: number;
  #spent: number;
  #reserved = 0;
  #announced: number;
  #announcing: Promise<void> = Promise.resolve();
  #settled = Promise.withResolvers<void>();

  constructor(options: SpendingLimitOptions) {
    this.#options = options;
    this.#limit = Math.floor(options.limitUsd * NANO);
    this.#spent = Math.ceil(options.spentUsd * NANO);
    this.#announced = options.announcedUsd * NANO;
  }

  async reserve(worstCaseUsd: number): Promise<BudgetReservation> {
    const amount = Math.ceil(worstCaseUsd * NANO);
    while (this.#spent + this.#reserved + amount > this.#limit) {
      if (this.#spent + amount > this.#limit) throw this.#exhausted(worstCaseUsd);
      await this.#settled.promise;
    }
    this.#reserved += amount;
    const reservation = this.#reservation(amount);
    try {
      await this.#announceAll();
    } catch (error) {
      await reservation.settle(0);
      throw error;
    }
    return reservation;
  }

  #reservation(amount: number): BudgetReservation {
    let isSettled = false;
    return {
      settle: async (usd) => {
        if (isSettled) return;
        isSettled = true;
        this.#reserved -= amount;
        this.#spent += Math.round(usd * NANO);
        this.#settled.resolve();
        this.#settled = Promise.withResolvers();
      },
    };
  }

  /** One after the other, so that none says less than the one before. */
  #announceAll(): Promise<void> {
    const announced = this.#announcing
      .catch(() => undefined)
      .then(async () => {
        const most = this.#spent + this.#reserved;
        if (most <= this.#announced) return;
        await this.#options.announce(most / NANO);
        this.#announced = most;
      });
    this.#announcing = announced;
    announced.catch(() => undefined);
    return announced;
  }

  #exhausted(worstCaseUsd: number): ProviderError {
    const { limitUsd, name } = this.#options;
    const left = Math.max(0, this.#limit - this.#spent) / NANO;
    return new ProviderError(
      'budget_exhausted',
      `a call that may cost $${shown(worstCaseUsd)} is not made: of the $${shown(limitUsd)} that ${name} allows, $${shown(left)} is left`,
    );
  }
}

const shown = (usd: number): string => String(Number(usd.toPrecision(4)));
