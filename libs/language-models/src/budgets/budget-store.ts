/** One budget, and how much it allows. Money in the store is whole billionths of a US dollar, so that sums are exact. */
export interface BudgetAccount {
  readonly name: string;
  readonly limitNanoUsd: number;
}

export interface WantedReservation {
  /** The process that holds it; while it lives, it says so by `renew`. */
  readonly owner: string;
  /** All of them, or none. */
  readonly accounts: readonly BudgetAccount[];
  readonly amountNanoUsd: number;
}

export type ReservationResult =
  | { readonly isGranted: true; readonly id: number }
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

export interface LostReservation {
  readonly owner: string;
  readonly accounts: readonly string[];
  readonly amountNanoUsd: number;
}

type Now<T> = T | Promise<T>;

/** Where budgets are kept. Exact under any concurrency, of calls and of processes. */
export interface BudgetStore {
  /** Reserves where spent + reserved + amount stays within each limit, in one conditional update. */
  reserve(wanted: WantedReservation): Now<ReservationResult>;
  /** @returns false where the reservation is no more: settled already, or charged when its owner was lost */
  settle(id: number, spentNanoUsd: number): Now<boolean>;
  balance(account: string): Now<Balance>;
  /** The owner lives until then, epoch milliseconds. */
  renew(owner: string, until: number): Now<void>;
  /** Charges what owners that live no more had reserved, at its worst case: nobody knows what became of their calls. */
  recover(now: number): Now<readonly LostReservation[]>;
}
