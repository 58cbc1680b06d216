/** Who spends, and on what. Each part that is named is held to its own budget, beside the day's. */
export interface BudgetClaim {
  readonly contentType?: string;
  readonly caller?: string;
}

export interface Budgets {
  /**
   * Sets money aside for one call. Waits for others to settle while that may make room.
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
  settle(usd: number): void;
}
