import type { Clock } from '@contentflow/kernel';
import { ProviderError } from '../model-provider.ts';
import type { BudgetStore, Reservation, ReservationResult } from './budget-store.ts';

/** A budget of one day and its limit. */
export interface Account {
  readonly name: string;
  readonly limitNanoUsd: number;
}

export interface ReservationQueueOptions {
  readonly store: BudgetStore;
  readonly clock: Clock;
  readonly owner: string;
  /** Told of a budget that has less left than a call may cost, whatever the calls under way come to. */
  readonly onExhausted?: (account: string, day: string) => void;
}

/** Settlements in other processes are noticed by asking; those in this one at once. */
const POLL_MS = 500;

/** Those who want money, in the order they came. Who wants less may go before who cannot be served yet. */
export class ReservationQueue {
  readonly #store: BudgetStore;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #settlements: Settlements;
  readonly #onExhausted: ReservationQueueOptions['onExhausted'];
  readonly #waiters = new Set<Waiter>();
  #lastId = 0;
  #isServing = false;
  #isDueAgain = false;
  #isPolling = false;

  constructor({ store, clock, owner, onExhausted }: ReservationQueueOptions, settlements: Settlements) {
    this.#store = store;
    this.#clock = clock;
    this.#owner = owner;
    this.#settlements = settlements;
    this.#onExhausted = onExhausted;
  }

  /** Asks for money; whether it is there is known once `waiter.first` is. */
  join(day: string, accounts: readonly Account[], amountNanoUsd: number): Waiter {
    const names = accounts.map(({ name }) => name);
    const id = `${this.#owner}-${++this.#lastId}`;
    const waiter = new Waiter(
      { id, day, owner: this.#owner, accounts: names, amountNanoUsd },
      accounts.map(({ limitNanoUsd }) => limitNanoUsd),
    );
    this.#waiters.add(waiter);
    this.serve();
    return waiter;
  }

  /** For who gives up; money that is granted all the same goes back. */
  leave(waiter: Waiter): void {
    waiter.isGone = true;
    this.#waiters.delete(waiter);
    void waiter.granted
      .then((reservation) => this.#settlements.settle(reservation, 0))
      .then(
        () => this.serve(),
        () => undefined,
      );
  }

  /** Money may have come free. */
  serve(): void {
    if (this.#waiters.size === 0) return;
    this.#isDueAgain = true;
    if (!this.#isServing) void this.#serveAll();
  }

  async #serveAll(): Promise<void> {
    this.#isServing = true;
    try {
      while (this.#isDueAgain) {
        this.#isDueAgain = false;
        await this.#serveOnce();
      }
    } catch (error) {
      for (const waiter of this.#waiters)
        waiter.refuse(new ProviderError('budget_exhausted', `budgets cannot be read: ${String(error)}`));
      this.#waiters.clear();
    } finally {
      this.#isServing = false;
    }
    if (this.#waiters.size > 0 && !this.#isPolling) void this.#poll();
  }

  async #serveOnce(): Promise<void> {
    const refusedAt = new Map<string, number>();
    for (const waiter of this.#waiters) {
      // Who wants at least as much of the same budgets as one just sent back need not ask.
      const amount = waiter.reservation.amountNanoUsd;
      if (amount >= (refusedAt.get(waiter.key) ?? Number.POSITIVE_INFINITY)) {
        waiter.wait();
        continue;
      }
      const result = await this.#tryOne(waiter);
      if (!result.isGranted && result.mayFree) refusedAt.set(waiter.key, amount);
    }
  }

  async #tryOne(waiter: Waiter): Promise<ReservationResult> {
    const result = await this.#asked(waiter);
    if (!result.isGranted && result.mayFree) {
      waiter.wait();
      return result;
    }
    this.#waiters.delete(waiter);
    if (!result.isGranted) {
      this.#onExhausted?.(result.account, waiter.reservation.day);
      waiter.refuse(exhausted(result.account, waiter.reservation.day));
    } else if (waiter.isGone) await this.#settlements.settle(waiter.reservation, 0);
    else waiter.grant(waiter.reservation);
    return result;
  }

  async #asked({ reservation, limits }: Waiter): Promise<ReservationResult> {
    try {
      return await this.#store.reserve(reservation, limits);
    } catch (error) {
      // It may have been reserved all the same.
      void this.#settlements.settle(reservation, 0);
      throw error;
    }
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    await this.#clock.sleep(POLL_MS);
    this.#isPolling = false;
    this.serve();
  }
}

/** One who wants money. */
class Waiter {
  readonly reservation: Reservation;
  readonly limits: readonly number[];
  /** Who share it want money of the same budgets. */
  readonly key: string;
  readonly granted: Promise<Reservation>;
  /** The reservation, or word that it must be waited for, whichever comes first. */
  readonly first: Promise<Reservation | 'waiting'>;
  readonly grant: (reservation: Reservation) => void;
  readonly refuse: (error: ProviderError) => void;
  readonly wait: () => void;
  isGone = false;

  constructor(reservation: Reservation, limits: readonly number[]) {
    const granted = Promise.withResolvers<Reservation>();
    const waiting = Promise.withResolvers<'waiting'>();
    this.reservation = reservation;
    this.limits = limits;
    this.key = [reservation.day, ...reservation.accounts].join('\n');
    this.granted = granted.promise;
    this.grant = granted.resolve;
    this.refuse = granted.reject;
    this.wait = () => waiting.resolve('waiting');
    granted.promise.catch(() => undefined);
    this.first = Promise.race([granted.promise, waiting.promise]);
  }
}

/** Settlements that the store did not take are tried again until it does, so that no failure of the store leaks money. */
export class Settlements {
  readonly #store: BudgetStore;
  readonly #due = new Map<string, { readonly reservation: Reservation; readonly spentNanoUsd: number }>();

  constructor(store: BudgetStore) {
    this.#store = store;
  }

  /** Never throws: what the store refuses stays due. */
  async settle(reservation: Reservation, spentNanoUsd: number): Promise<void> {
    this.#due.set(reservation.id, { reservation, spentNanoUsd });
    try {
      await this.#store.settle(reservation, spentNanoUsd);
      this.#due.delete(reservation.id);
    } catch {
      // It stays due.
    }
  }

  async settleDue(): Promise<void> {
    for (const { reservation, spentNanoUsd } of [...this.#due.values()]) await this.settle(reservation, spentNanoUsd);
  }
}

const exhausted = (account: string, day: string): ProviderError =>
  new ProviderError('budget_exhausted', `the budget "${account}" of ${day} has less left than the call may cost`);
