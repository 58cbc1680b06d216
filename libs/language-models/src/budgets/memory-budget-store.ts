import type { Balance, BudgetStore, LostReservation, ReservationResult, WantedReservation } from './budget-store.ts';

/** Budgets of one process, for as long as it lives: simulations and tests. */
export function memoryBudgetStore(): BudgetStore {
  const balances = new Map<string, { spent: number; reserved: number }>();
  const reservations = new Map<number, WantedReservation>();
  const owners = new Map<string, number>();
  let lastId = 0;

  const balanceOf = (account: string) => {
    const found = balances.get(account) ?? { spent: 0, reserved: 0 };
    balances.set(account, found);
    return found;
  };

  const settle = (id: number, spent: number): boolean => {
    const reservation = reservations.get(id);
    if (!reservation) return false;
    reservations.delete(id);
    for (const { name } of reservation.accounts) {
      const balance = balanceOf(name);
      balance.reserved -= reservation.amountNanoUsd;
      balance.spent += spent;
    }
    return true;
  };

  return {
    reserve: (wanted): ReservationResult => {
      for (const { name, limitNanoUsd } of wanted.accounts) {
        const { spent, reserved } = balanceOf(name);
        if (spent + reserved + wanted.amountNanoUsd > limitNanoUsd)
          return { isGranted: false, account: name, mayFree: spent + wanted.amountNanoUsd <= limitNanoUsd };
      }
      for (const { name } of wanted.accounts) balanceOf(name).reserved += wanted.amountNanoUsd;
      reservations.set(++lastId, wanted);
      return { isGranted: true, id: lastId };
    },
    settle,
    balance: (account): Balance => {
      const { spent, reserved } = balanceOf(account);
      return { spentNanoUsd: spent, reservedNanoUsd: reserved };
    },
    renew: (owner, until) => void owners.set(owner, until),
    recover: (now): LostReservation[] => {
      const lost = [...reservations].filter(([, { owner }]) => (owners.get(owner) ?? 0) <= now);
      return lost.map(([id, { owner, accounts, amountNanoUsd }]) => {
        settle(id, amountNanoUsd);
        return { owner, accounts: accounts.map(({ name }) => name), amountNanoUsd };
      });
    },
  };
}
