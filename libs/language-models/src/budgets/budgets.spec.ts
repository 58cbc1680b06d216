import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@contentflow/kernel';
import fc from 'fast-check';
import { sqliteBudgetStore } from '../adapters/sqlite-budget-store.ts';
import { createModelGateway } from '../gateway/model-gateway.ts';
import { ProviderError } from '../model-provider.ts';
import { priceTable } from '../prices/price-table.ts';
import { scriptedProvider, type Step } from '../testing/scripted-provider.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import type { BudgetStore } from './budget-store.ts';
import { accountsOf, type BudgetPolicy, budgetPolicySchema, type BudgetReservation, createBudgets } from './budgets.ts';
import { memoryBudgetStore } from './memory-budget-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const opened: { close(): void }[] = [];
afterAll(() => opened.forEach((store) => store.close()));
function sqlite(file = join(folder, `${files++}.db`)): BudgetStore {
  const store = sqliteBudgetStore(file);
  opened.push(store);
  return store;
}

const stores: [string, () => BudgetStore][] = [
  ['in memory', memoryBudgetStore],
  ['on SQLite', () => sqlite()],
];

type Move =
  | { kind: 'reserve'; accounts: string[]; amount: number; owner: string }
  | { kind: 'settle'; which: number; share: number }
  | { kind: 'die'; owner: string };
const owners = ['one', 'two'];
const moves = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('reserve' as const),
      accounts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
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

describe.each(stores)('a budget store %s', (_name, create) => {
  it('keeps spent and reserved within every limit, and leaks no reservation, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (sequence) => {
        const store = create();
        const open: { id: number; accounts: string[]; amount: number; owner: string }[] = [];
        const spent: Record<string, number> = { a: 0, b: 0, c: 0 };
        const charge = (accounts: string[], amount: number) =>
          accounts.forEach((name) => (spent[name] = (spent[name] ?? 0) + amount));
        let now = 0;
        for (const owner of owners) await store.renew(owner, 10);

        for (const move of sequence) {
          if (move.kind === 'reserve') {
            const accounts = move.accounts.map((name) => ({ name, limitNanoUsd: LIMIT }));
            const result = await store.reserve({ owner: move.owner, accounts, amountNanoUsd: move.amount });
            const held = (name: string) =>
              open.filter((o) => o.accounts.includes(name)).reduce((sum, o) => sum + o.amount, spent[name] ?? 0);
            expect(result.isGranted).toBe(move.accounts.every((name) => held(name) + move.amount <= LIMIT));
            if (result.isGranted) open.push({ ...move, id: result.id });
          } else if (move.kind === 'settle' && open.length > 0) {
            const [one] = open.splice(move.which % open.length, 1);
            if (!one) continue;
            const cost = Math.floor(one.amount * move.share);
            expect(await store.settle(one.id, cost)).toBe(true);
            expect(await store.settle(one.id, cost)).toBe(false);
            charge(one.accounts, cost);
          } else if (move.kind === 'die') {
            now += 20;
            for (const owner of owners) if (owner !== move.owner) await store.renew(owner, now + 10);
            const lost = await store.recover(now);
            const dead = open.filter((o) => o.owner === move.owner);
            expect(lost.length).toBe(dead.length);
            for (const one of dead) {
              charge(one.accounts, one.amount);
              open.splice(open.indexOf(one), 1);
              expect(await store.settle(one.id, 0)).toBe(false);
            }
          }
          for (const name of ['a', 'b', 'c']) {
            const { spentNanoUsd, reservedNanoUsd } = await store.balance(name);
            expect(spentNanoUsd + reservedNanoUsd).toBeLessThanOrEqual(LIMIT);
            expect(spentNanoUsd).toBe(spent[name]);
            const held = open.filter((o) => o.accounts.includes(name)).reduce((sum, o) => sum + o.amount, 0);
            expect(reservedNanoUsd).toBe(held);
          }
        }
      }),
      { numRuns: _name === 'on SQLite' ? 25 : 200 },
    );
  });

  it('reserves from all of its accounts or from none', async () => {
    const store = create();
    const wide = { name: 'wide', limitNanoUsd: 100 };
    const narrow = { name: 'narrow', limitNanoUsd: 10 };
    const refused = await store.reserve({ owner: 'o', accounts: [wide, narrow], amountNanoUsd: 20 });
    expect(refused).toEqual({ isGranted: false, account: 'narrow', mayFree: false });
    expect(await store.balance('wide')).toEqual({ spentNanoUsd: 0, reservedNanoUsd: 0 });
  });

  const policy: BudgetPolicy = budgetPolicySchema.parse({ perDayUsd: 100 });

  it.each([
    ['what they reserved', (_i: number) => 1],
    ['less than they reserved', (i: number) => (i % 3) / 4],
  ])(
    'pays for what 1,000 requests at once may have, and blocks none while money is left: at %s',
    async (_what, cost) => {
      const clock = virtualClock();
      const random = seededRandom(7);
      const budgets = createBudgets({ store: create(), clock, policy: () => policy, owner: 'me' });
      let paid = 0;
      let spent = 0;
      let refused = 0;
      const request = async (i: number): Promise<void> => {
        await clock.sleep(random.next() * 50);
        let reservation: BudgetReservation;
        try {
          reservation = await budgets.reserve({}, 1, { forMs: 1e9 });
        } catch (error) {
          expect(error).toMatchObject({ failure: 'budget_exhausted' });
          // Not even with everything settled would there have been enough.
          expect(spent + 1).toBeGreaterThan(100);
          refused++;
          return;
        }
        await clock.sleep(random.next() * 100);
        spent += cost(i);
        paid++;
        expect(spent).toBeLessThanOrEqual(100);
        await reservation.settle(cost(i));
      };
      await clock.run(Promise.all(Array.from({ length: 1000 }, (_, i) => request(i))));
      expect(spent).toBeGreaterThan(99);
      expect(paid + refused).toBe(1000);
      expect(refused).toBeGreaterThan(0);
      expect(await budgets.spentToday()).toMatchObject([{ spentUsd: spent, reservedUsd: 0 }]);
    },
  );
});

describe('budgets', () => {
  const setUp = (policy: Partial<BudgetPolicy>, store = memoryBudgetStore(), owner = 'me') => {
    const clock = virtualClock(Date.UTC(2026, 10, 22, 23, 0));
    const budgets = createBudgets({ store, clock, policy: () => budgetPolicySchema.parse(policy), owner });
    return { clock, budgets, store };
  };
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error as ProviderError).failure,
    );

  it('hold per day, per content type and per caller', () => {
    const policy = budgetPolicySchema.parse({
      perDayUsd: 9,
      perContentTypeUsd: { email: 2 },
      perCallerUsd: { '*': 1, big: 5 },
    });
    const names = (claim: object) =>
      accountsOf(claim, policy, Date.UTC(2026, 10, 22)).map(
        ({ name, limitNanoUsd }) => `${name}=${limitNanoUsd / 1e9}`,
      );
    expect(names({ contentType: 'email', caller: 'big' })).toEqual([
      '2026-11-22=9',
      '2026-11-22/content-type/email=2',
      '2026-11-22/caller/big=5',
    ]);
    expect(names({ contentType: 'other', caller: '__proto__' })).toEqual([
      '2026-11-22=9',
      '2026-11-22/caller/__proto__=1',
    ]);
  });

  it('begin anew each day', async () => {
    const { clock, budgets } = setUp({ perDayUsd: 1 });
    await (await budgets.reserve({}, 1, { forMs: 0 })).settle(1);
    expect(await failure(budgets.reserve({}, 1, { forMs: 0 }))).toBe('budget_exhausted');
    await clock.run(clock.sleep(2 * 3_600_000));
    expect(await failure(budgets.reserve({}, 1, { forMs: 0 }))).toBe('none');
  });

  it('let who waits go at its deadline, or when its caller leaves, without losing money', async () => {
    const { clock, budgets } = setUp({ perDayUsd: 1 });
    const held = await budgets.reserve({}, 1, { forMs: 0 });
    expect(await clock.run(failure(budgets.reserve({}, 1, { forMs: 2000 })))).toBe('timeout');
    const controller = new AbortController();
    const waiting = budgets.reserve({}, 1, { forMs: 1e6, signal: controller.signal });
    setImmediate(() => controller.abort());
    expect(await clock.run(failure(waiting))).toBe('cancelled');
    await held.settle(0);
    expect(await failure(budgets.reserve({}, 1, { forMs: 0 }))).toBe('none');
  });

  it('let who needs less go before who cannot be served yet', async () => {
    const { clock, budgets } = setUp({ perDayUsd: 10 });
    const held = await budgets.reserve({}, 8, { forMs: 0 });
    const large = budgets.reserve({}, 5, { forMs: 1e6 });
    await clock.run(budgets.reserve({}, 2, { forMs: 1e6 }));
    await held.settle(1);
    await clock.run(large);
  });

  it('notice what another process has settled', async () => {
    const file = join(folder, 'shared.db');
    const mine = setUp({ perDayUsd: 1 }, sqlite(file), 'mine');
    const theirs = setUp({ perDayUsd: 1 }, sqlite(file), 'theirs');
    const held = await theirs.budgets.reserve({}, 1, { forMs: 0 });
    const waiting = mine.budgets.reserve({}, 1, { forMs: 1e6 });
    await mine.clock.run(mine.clock.sleep(3000));
    await held.settle(0.0);
    await mine.clock.run(waiting);
  });

  it('charge what a killed process had reserved, at its worst case', async () => {
    const file = join(folder, 'killed.db');
    const store = sqlite(file);
    const account = 'day';
    const script = new URL('../testing/reserve-until-killed.ts', import.meta.url).pathname;
    const register = new URL('../../../../tools/register.mjs', import.meta.url).href;
    const child = spawn(process.execPath, ['--no-warnings', '--import', register, script, file, 'doomed', account], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let told = 0;
    await new Promise<void>((resolve) => child.stdout.on('data', () => ++told > 3 && resolve()));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));

    const before = await store.balance(account);
    expect(before.reservedNanoUsd).toBeGreaterThan(0);
    expect(await store.recover(999)).toEqual([]);
    const lost = await store.recover(1000);
    expect(lost.length).toBe(before.reservedNanoUsd / 10);
    expect(await store.balance(account)).toEqual({
      spentNanoUsd: before.spentNanoUsd + before.reservedNanoUsd,
      reservedNanoUsd: 0,
    });
  });
});

describe('the gateway under a budget', () => {
  const price = { name: 'm', usdPerMillionInput: 0, usdPerMillionOutput: 1 };
  const request = { model: 'm', messages: [{ role: 'user' as const, content: 'x' }], maxOutputTokens: 1_000_000 };
  const setUp = (script: Step[], perDayUsd: number) => {
    const clock = virtualClock();
    const store = memoryBudgetStore();
    const policy = budgetPolicySchema.parse({ perDayUsd });
    const budgets = createBudgets({ store, clock, policy: () => policy, owner: 'me' });
    const provider = scriptedProvider(clock, script);
    const prices = priceTable([{ name: 'p', kind: 'openai-compatible', models: [price] }]);
    const gateway = createModelGateway({ providers: [provider], clock, random: seededRandom(1), prices, budgets });
    return { clock, budgets, provider, gateway };
  };

  it('makes no more calls than the budget pays for', async () => {
    const { clock, gateway, provider } = setUp([{ afterMs: 50, fail: 'timeout' }], 100);
    const calls = Array.from({ length: 1000 }, () => gateway.generate({ ...request, deadlineMs: 1e9 }));
    await clock.run(Promise.allSettled(calls));
    expect(provider.asked.length).toBe(100);
  });

  it('gives back what a call did not use, and all of what a refused call did not cost', async () => {
    const { clock, budgets, gateway } = setUp([{ fail: 'rate_limited' }, {}], 1.5);
    const reply = await clock.run(gateway.generate(request));
    expect(reply.cost).toBeCloseTo(5e-6);
    expect(await budgets.spentToday()).toMatchObject([{ spentUsd: 5e-6, reservedUsd: 0 }]);
  });

  it('takes the worst for a call that broke off', async () => {
    const { clock, budgets, gateway } = setUp([{ fail: 'timeout' }, {}], 10);
    await clock.run(gateway.generate(request));
    expect(await budgets.spentToday()).toMatchObject([{ spentUsd: 1 + 5e-6, reservedUsd: 0 }]);
  });
});
