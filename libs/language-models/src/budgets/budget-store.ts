import { ownValue } from '@contentflow/kernel';
/**
 * Money set aside for one call, on all of its accounts. In the store money is whole billionths of a US dollar, so that
 * sums are exact.
 */
export interface Reservation {
  /** Unique, and known before the store is asked: what may or may not have been reserved can be settled all the same. */
  readonly id: string;
  /** `2026-11-22`: each day's accounts begin at nothing. */
  readonly day: string;
  /** The process that holds it; while it lives, it says so by `renew`. */
  readonly owner: string;
  readonly accounts: readonly string[];
  readonly amountNanoUsd: number;
}

export type ReservationResult =
  | { readonly isGranted: true }
  | {
      readonly isGranted: false;
      readonly account: string;
      /** What is reserved now may be settled for less: it is worth waiting. */
      readonly mayFree: boolean;
    };

export interface Balance {
  readonly spentNanoUsd: number;
  readonly reservedNanoUsd: number;
}
export type Balances = Readonly<Record<string, Balance>>;

type Now<T> = T | Promise<T>;

/** Where budgets are kept. Exact under any concurrency, of calls and of processes. */
export interface BudgetStore {
  /**
   * Reserves where spent + reserved + amount stays within the limit of every account, in one conditional update.
   * @param limitsNanoUsd  of each of its accounts, in their order
   */
  reserve(wanted: Reservation, limitsNanoUsd: readonly number[]): Now<ReservationResult>;
  /** @returns false where the reservation is no more: settled already, or charged when its owner was lost */
  settle(reservation: Reservation, spentNanoUsd: number): Now<boolean>;
  /** By account, of one day. */
  balances(day: string): Now<Balances>;
  /** The owner lives until then, epoch milliseconds. */
  renew(owner: string, until: number): Now<void>;
  /**
   * Charges what owners that live no more had reserved, at its worst case: nobody knows what became of their calls.
   * @param latest  whoever says to live for longer than this speaks by a clock that has been set back since; without end where left out
   */
  recover(now: number, latest?: number): Now<readonly Reservation[]>;
  close(): Now<void>;
}

export const ZERO_BALANCE: Balance = { spentNanoUsd: 0, reservedNanoUsd: 0 };

/** Whether these balances allow it; of what refuses, first an account that no settlement can help. */
export function resultOf(
  { accounts, amountNanoUsd }: Reservation,
  limitsNanoUsd: readonly number[],
  balances: Balances,
): ReservationResult {
  let busy: string | undefined;
  for (const [index, account] of accounts.entries()) {
    const { spentNanoUsd, reservedNanoUsd } = ownValue(balances, account) ?? ZERO_BALANCE;
    const limit = limitsNanoUsd[index] ?? 0;
    if (spentNanoUsd + amountNanoUsd > limit) return { isGranted: false, account, mayFree: false };
    if (spentNanoUsd + reservedNanoUsd + amountNanoUsd > limit) busy ??= account;
  }
  return busy === undefined ? { isGranted: true } : { isGranted: false, account: busy, mayFree: true };
}
