import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import type { BudgetStore, Reservation } from '../budgets/budget-store.ts';

/** Where the store of one test is; opened again, it is another process's view of the same. */
export interface BudgetTestLocation {
  open(): Promise<BudgetStore>;
  /** Told to `reserve-until-killed.ts`; undefined where no other process can reach it. */
  readonly address?: string;
}

type Move =
  | { kind: 'reserve'; accounts: string[]; amount: number; owner: string }
  | { kind: 'settle'; which: number; share: number }
  | { kind: 'die'; owner: string };
const owners = ['one', 'two.2/$'];
const moves = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('reserve' as const),
      accounts: fc.uniqueArray(fc.constantFrom('day', 'caller/a.b $c', 'caller/__proto__'), { minLength: 1 }),
      amount: fc.integer({ min: 1, max: 60 }),
      owner: fc.constantFrom(...owners),
    }),
    fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ kind: fc.constant('die' as const), owner: fc.constantFrom(...owners) }),
  ),
  { maxLength: 60 },
) as fc.Arbitrary<Move[]>;

const LIMIT = 200;
const DAY = '2026-11-22';
const sum = (held: readonly Reservation[]): number =>
  held.reduce((total, { amountNanoUsd }) => total + amountNanoUsd, 0);

let places = 0;
/** The promises of a store of budgets, to be kept by each. @param runs how many random histories are tried */
export function describeBudgetStore(name: string, placeOf: (number: number) => BudgetTestLocation, runs: number): void {
  describe(`a budget store ${name}`, () => {
    const opened: BudgetStore[] = [];
    afterAll(() => Promise.all(opened.map(async (store) => store.close())));
    const at = async (place: BudgetTestLocation): Promise<BudgetStore> => {
      const store = await place.open();
      opened.push(store);
      return store;
    };
    const fresh = (): Promise<BudgetStore> => at(placeOf(places++));
    let ids = 0;
    const reservation = (amountNanoUsd: number, accounts = ['day'], owner = 'me', day = DAY): Reservation => ({
      id: `r.${ids++}`,
      day,
      owner,
      accounts,
      amountNanoUsd,
    });

    it('keeps spent and reserved within every limit, and leaks no reservation, whatever happens in whatever order', async () => {
      const store = await fresh();
      let history = 0;
      await fc.assert(
        fc.asyncProperty(moves, async (sequence) => {
          const day = new Date(++history * 864e5).toISOString().slice(0, 10);
          let now = history * 1e6;
          const open: Reservation[] = [];
          const spent = new Map<string, number>();
          const heldOn = (account: string) => sum(open.filter(({ accounts }) => accounts.includes(account)));
          const charge = ({ accounts }: Reservation, amount: number) =>
            accounts.forEach((account) => spent.set(account, (spent.get(account) ?? 0) + amount));
          for (const owner of owners) await store.renew(owner, now + 10);

          for (const move of sequence) {
            if (move.kind === 'reserve') {
              const wanted = reservation(move.amount, move.accounts, move.owner, day);
              const taken = (account: string) => (spent.get(account) ?? 0) + heldOn(account) + move.amount;
              const refusing = move.accounts.filter((account) => taken(account) > LIMIT);
              const hopeless = move.accounts.some((account) => (spent.get(account) ?? 0) + move.amount > LIMIT);
              const result = await store.reserve(
                wanted,
                move.accounts.map(() => LIMIT),
              );
              expect(result).toMatchObject(
                refusing.length === 0 ? { isGranted: true } : { isGranted: false, mayFree: !hopeless },
              );
              if (result.isGranted) open.push(wanted);
              else expect(refusing).toContain(result.account);
            } else if (move.kind === 'settle' && open.length > 0) {
              const [one] = open.splice(move.which % open.length, 1);
              if (!one) continue;
              const cost = Math.floor(one.amountNanoUsd * move.share);
              expect(await store.settle(one, cost)).toBe(true);
              expect(await store.settle(one, cost)).toBe(false);
              charge(one, cost);
            } else if (move.kind === 'die') {
              now += 20;
              for (const owner of owners) if (owner !== move.owner) await store.renew(owner, now + 10);
              const dead = open.filter(({ owner }) => owner === move.owner);
              const byId = (a: Reservation, b: Reservation) => a.id.localeCompare(b.id);
              expect([...(await store.recover(now))].sort(byId)).toEqual([...dead].sort(byId));
              for (const one of dead) {
                charge(one, one.amountNanoUsd);
                open.splice(open.indexOf(one), 1);
                expect(await store.settle(one, 0)).toBe(false);
              }
            }
          }
          const balances = await store.balances(day);
          for (const account of new Set([...spent.keys(), ...open.flatMap(({ accounts }) => accounts)])) {
            const balance = { spentNanoUsd: spent.get(account) ?? 0, reservedNanoUsd: heldOn(account) };
            expect(balances[account]).toEqual(balance);
            expect(balance.spentNanoUsd + balance.reservedNanoUsd).toBeLessThanOrEqual(LIMIT);
          }
          for (const one of open) await store.settle(one, 0);
        }),
        { numRuns: runs },
      );
    });

    it('reserves from all of its accounts or from none', async () => {
      const store = await fresh();
      expect(await store.reserve(reservation(20, ['wide', 'narrow']), [100, 10])).toEqual({
        isGranted: false,
        account: 'narrow',
        mayFree: false,
      });
      expect(await store.balances(DAY)).toEqual({});
    });

    it('has nobody wait for one account while another can never pay', async () => {
      const store = await fresh();
      await store.reserve(reservation(90, ['busy']), [100]);
      const spent = reservation(90, ['spent']);
      await store.reserve(spent, [100]);
      await store.settle(spent, 90);
      const refused = await store.reserve(reservation(20, ['busy', 'spent']), [100, 100]);
      expect(refused).toEqual({ isGranted: false, account: 'spent', mayFree: false });
    });

    it('grants what two processes want at once as long as there is money, and no more', async () => {
      const place = placeOf(places++);
      const stores = [await at(place), await at(place)];
      await Promise.all(stores.map(async (store) => store.renew('me', 1000)));
      const wanted = Array.from({ length: 300 }, (_, i) => ({ store: stores[i % 2], it: reservation(7) }));
      const results = await Promise.all(wanted.map(async ({ store, it }) => store?.reserve(it, [7 * 100])));
      expect(results.filter((result) => result?.isGranted).length).toBe(100);
      expect(await stores[0]?.balances(DAY)).toEqual({ day: { spentNanoUsd: 0, reservedNanoUsd: 700 } });

      const settled = await Promise.all(wanted.map(async ({ store, it }) => store?.settle(it, 5)));
      expect(settled.filter(Boolean).length).toBe(100);
      expect(await stores[1]?.balances(DAY)).toEqual({ day: { spentNanoUsd: 500, reservedNanoUsd: 0 } });
    });

    it('charges what those reserved that say to live far longer than anybody can: their clock was set back since', async () => {
      const store = await fresh();
      await store.renew('dead', 1000 + 5 * 3_600_000);
      await store.renew('alive', 1040);
      const [left, kept] = [reservation(7, ['day'], 'dead'), reservation(5, ['day'], 'alive')];
      for (const each of [left, kept]) expect(await store.reserve(each, [LIMIT])).toMatchObject({ isGranted: true });
      expect((await store.recover(1000, 1060)).map(({ id }) => id)).toEqual([left.id]);
      expect(await store.settle(left, 0)).toBe(false);
      expect(await store.settle(kept, 5)).toBe(true);
    });

    it('charges what a killed process had reserved, at its worst case', async () => {
      const place = placeOf(places++);
      if (place.address === undefined) return;
      const store = await at(place);
      const script = new URL('./reserve-until-killed.ts', import.meta.url).pathname;
      const register = new URL('../../../../tools/register.mjs', import.meta.url).href;
      const node = ['--no-warnings', '--import', register];
      const child = spawn(process.execPath, [...node, script, place.address, 'doomed'], {
        env: { ...process.env, NODE_OPTIONS: '' },
      });
      let reported = 0;
      await new Promise<void>((resolve) => child.stdout.on('data', () => ++reported > 3 && resolve()));
      child.kill('SIGKILL');
      await once(child, 'exit');

      const [before] = Object.values(await store.balances(DAY));
      expect(before?.reservedNanoUsd).toBeGreaterThan(0);
      expect(await store.recover(999)).toEqual([]);
      const lost = await store.recover(1000);
      expect(sum(lost)).toBe(before?.reservedNanoUsd);
      const spentNanoUsd = (before?.spentNanoUsd ?? 0) + (before?.reservedNanoUsd ?? 0);
      expect(await store.balances(DAY)).toEqual({ day: { spentNanoUsd, reservedNanoUsd: 0 } });
    });
  });
}
