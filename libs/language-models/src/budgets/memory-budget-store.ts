import { ownValue, setOwnValue } from '@contentflow/kernel';
import { type Balance, type BudgetStore, ZERO_BALANCE, type Reservation, resultOf } from './budget-store.ts';

/** Budgets of one process, for as long as it lives: simulations and tests. */
export function memoryBudgetStore(): BudgetStore {
  const days = new Map<string, Record<string, Balance>>();
  const held = new Map<string, Reservation>();
  const owners = new Map<string, number>();

  const balancesOf = (day: string): Record<string, Balance> => {
    const found = days.get(day) ?? {};
    days.set(day, found);
    return found;
  };
  const move = ({ day, accounts }: Reservation, spent: number, reserved: number): void => {
    const balances = balancesOf(day);
    for (const account of accounts) {
      const { spentNanoUsd, reservedNanoUsd } = ownValue(balances, account) ?? ZERO_BALANCE;
      setOwnValue(balances, account, {
        spentNanoUsd: spentNanoUsd + spent,
        reservedNanoUsd: reservedNanoUsd + reserved,
      });
    }
  };
  const settle = (reservation: Reservation, spent: number): boolean => {
    if (!held.delete(reservation.id)) return false;
    move(reservation, spent, -reservation.amountNanoUsd);
    return true;
  };

  return {
    reserve: (wanted, limits) => {
      const result = resultOf(wanted, limits, balancesOf(wanted.day));
      if (!result.isGranted) return result;
      move(wanted, 0, wanted.amountNanoUsd);
      held.set(wanted.id, wanted);
      return result;
    },
    settle,
    balances: (day) => ({ ...balancesOf(day) }),
    renew: (owner, until) => void owners.set(owner, until),
    recover: (now, latest = Infinity) => {
      const livesUntil = (owner: string): number => owners.get(owner) ?? 0;
      const lost = [...held.values()].filter(({ owner }) => livesUntil(owner) <= now || livesUntil(owner) > latest);
      for (const reservation of lost) settle(reservation, reservation.amountNanoUsd);
      return lost;
    },
    close: () => undefined,
  };
}
