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
import { worstCaseTokensIn } from '../tokens.ts';
import { virtualClock } from '../testing/virtual-clock.ts';
import type { BudgetStore } from './budget-store.ts';
import { accountsOf, type BudgetPolicy, budgetPolicySchema, type BudgetReservation, createBudgets } from './budgets.ts';
import { memoryBudgetStore } from './memory-budget-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const opened: BudgetStore[] = [];
afterAll(() => opened.forEach((store) => void store.close()));
function sqlite(file = join(folder, `${files++}.db`)): BudgetStore {
  const store = sqliteBudgetStore(file);
  opened.push(store);
  return store;
}

const stores: [string, () => BudgetStore][] = [
  ['in memory', memoryBudgetStore],
  ['on SQLite', () => sqlite()],
];

describe.each(stores)('budgets %s', (_name, create) => {
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
      expect(await budgets.today()).toMatchObject([{ spentUsd: spent, reservedUsd: 0 }]);
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
      accountsOf(claim, policy).map(({ name, limitNanoUsd }) => `${name}=${limitNanoUsd / 1e9}`);
    expect(names({ contentType: 'email', caller: 'big' })).toEqual(['day=9', 'content-type/email=2', 'caller/big=5']);
    expect(names({ contentType: 'other', caller: '__proto__' })).toEqual(['day=9', 'caller/__proto__=1']);
  });

  it('say what is spent, reserved and left, of each that has a name or was spent from', async () => {
    const { budgets } = setUp({ perDayUsd: 9, perContentTypeUsd: { email: 2 }, perCallerUsd: { '*': 1 } });
    await (await budgets.reserve({ contentType: 'other', caller: 'a/b' }, 1, { forMs: 0 })).settle(0.5);
    await budgets.reserve({ caller: 'c' }, 0.25, { forMs: 0 });
    const balance = (account: string, limitUsd: number, spentUsd: number, reservedUsd: number) => ({
      account,
      limitUsd,
      spentUsd,
      reservedUsd,
      leftUsd: limitUsd - spentUsd - reservedUsd,
    });
    expect(await budgets.today()).toEqual([
      balance('day', 9, 0.5, 0.25),
      balance('content-type/email', 2, 0, 0),
      balance('caller/a/b', 1, 0.5, 0),
      balance('caller/c', 1, 0, 0.25),
    ]);
  });

  it('lose no money when the store fails for a while', async () => {
    const store = memoryBudgetStore();
    let isDown = false;
    const shaky: BudgetStore = {
      ...store,
      // What is asked may be done although no answer comes.
      reserve: (wanted, limits) => {
        const result = store.reserve(wanted, limits);
        if (isDown) throw new Error('gone');
        return result;
      },
      settle: (reservation, spent) => {
        if (isDown) throw new Error('gone');
        return store.settle(reservation, spent);
      },
    };
    const { budgets } = setUp({ perDayUsd: 1 }, shaky);
    const held = await budgets.reserve({}, 0.5, { forMs: 0 });
    isDown = true;
    await held.settle(0.25);
    expect(await failure(budgets.reserve({}, 0.25, { forMs: 0 }))).toBe('budget_exhausted');
    isDown = false;
    expect(await budgets.today()).toMatchObject([{ spentUsd: 0, reservedUsd: 0.75 }]);
    await budgets.tend();
    expect(await budgets.today()).toMatchObject([{ spentUsd: 0.25, reservedUsd: 0 }]);
  });

  it('begin again each day', async () => {
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
});

describe('requests for money, whenever they come, leave or end', () => {
  const LIMIT = { day: 100, caller: 60 };
  const wishes = fc.array(
    fc.record({
      caller: fc.constantFrom('a', 'b'),
      /** What it may cost at most, and the share of it that it does cost. */
      worst: fc.integer({ min: 1, max: 50 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      atMs: fc.integer({ min: 0, max: 300 }),
      takesMs: fc.integer({ min: 0, max: 200 }),
      timeoutMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: 1e6 }),
      cancelsAtMs: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
      process: fc.constantFrom(0, 1),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it('are paid within every limit, refused for want of money alone, and leave nothing reserved', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, async (all) => {
        const clock = virtualClock();
        const store = memoryBudgetStore();
        const policy = budgetPolicySchema.parse({ perDayUsd: LIMIT.day, perCallerUsd: { '*': LIMIT.caller } });
        const processes = ['one', 'two'].map((owner) => createBudgets({ store, clock, policy: () => policy, owner }));
        const spent = { day: 0, a: 0, b: 0 };
        const held = { day: 0, a: 0, b: 0 };
        const add = (to: typeof spent, caller: 'a' | 'b', amount: number): void => {
          to.day += amount;
          to[caller] += amount;
        };

        const live = async (wish: (typeof all)[number]): Promise<string> => {
          const { caller, worst, share, atMs, takesMs, timeoutMs, cancelsAtMs, process } = wish;
          await clock.sleep(atMs);
          const leaving = new AbortController();
          if (cancelsAtMs !== undefined) void clock.sleep(cancelsAtMs).then(() => leaving.abort());
          const waiting = { forMs: timeoutMs, signal: leaving.signal };
          const asked = processes[process]?.reserve({ caller }, worst, waiting);
          const reservation = await asked?.catch((error: unknown) => (error as ProviderError).failure);
          if (typeof reservation === 'string') {
            const left = Math.min(LIMIT.day - spent.day, LIMIT.caller - spent[caller as 'a']);
            if (reservation === 'budget_exhausted') expect(left).toBeLessThan(worst);
            return reservation;
          }
          const cost = Math.floor(worst * share);
          add(held, caller as 'a', worst);
          for (const name of ['day', 'a', 'b'] as const)
            expect(spent[name] + held[name]).toBeLessThanOrEqual(name === 'day' ? LIMIT.day : LIMIT.caller);
          await clock.sleep(takesMs);
          add(held, caller as 'a', -worst);
          add(spent, caller as 'a', cost);
          await reservation?.settle(cost);
          return 'paid';
        };
        const ends = await clock.run(Promise.all(all.map(live)));
        expect(ends.length).toBe(all.length);
        // Who would wait for ever is never turned away by the clock.
        all.forEach((wish, index) => wish.timeoutMs === 1e6 && expect(ends[index]).not.toBe('timeout'));
        const balances = (await processes[0]?.today()) ?? [];
        for (const { account, spentUsd, reservedUsd } of balances) {
          expect(spentUsd).toBeCloseTo(spent[account.replace('caller/', '') as 'day']);
          expect(reservedUsd).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
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
    expect(provider.received.length).toBe(100);
  });

  it('gives back what a call did not use, and all of what a refused call did not cost', async () => {
    const { clock, budgets, gateway } = setUp([{ fail: 'rate_limited' }, {}], 1.5);
    const reply = await clock.run(gateway.generate(request));
    expect(reply.cost).toBeCloseTo(5e-6);
    expect(await budgets.today()).toMatchObject([{ spentUsd: 5e-6, reservedUsd: 0 }]);
  });

  it('takes the worst for a call that broke off', async () => {
    const { clock, budgets, gateway } = setUp([{ fail: 'timeout' }, {}], 10);
    await clock.run(gateway.generate(request));
    expect(await budgets.today()).toMatchObject([{ spentUsd: 1 + 5e-6, reservedUsd: 0 }]);
  });

  it('falls back to a model that the rest still pays for', async () => {
    const clock = virtualClock();
    const policy = budgetPolicySchema.parse({ perDayUsd: 0.5 });
    const budgets = createBudgets({ store: memoryBudgetStore(), clock, policy: () => policy, owner: 'me' });
    const models = ['m', 'cheap'];
    const provider = scriptedProvider(clock, [{}], { models });
    const cheap = { name: 'cheap', usdPerMillionInput: 0, usdPerMillionOutput: 0.1 };
    const prices = priceTable([{ name: 'p', kind: 'openai-compatible', models: [price, cheap] }]);
    const gateway = createModelGateway({ providers: [provider], clock, random: seededRandom(1), prices, budgets });
    expect((await clock.run(gateway.generate({ ...request, fallbacks: ['cheap'] }))).model).toBe('cheap');
    expect(provider.received.length).toBe(1);
  });

  it('limits what its caller left unlimited, and reserves for all that was said in the caller’s own words', async () => {
    const { clock, gateway, provider, budgets } = setUp([{ afterMs: 10 }], 100);
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_000_000)}` } };
    const body = { model: 'm', n: 2, unknown: 'x'.repeat(1000), messages: [{ role: 'user', content: [image] }] };
    const call = gateway.generate({ ...request, maxOutputTokens: 2000, verbatim: { body } });
    await clock.run(clock.sleep(5));
    expect(await budgets.today()).toMatchObject([{ reservedUsd: 0.002 }]);
    await clock.run(call);
    expect(provider.received[0]?.verbatim?.limitTokens).toBe(1000);
    const worst = worstCaseTokensIn({ ...request, verbatim: { body } });
    expect(worst).toBeGreaterThan(41_000);
    expect(worst).toBeLessThan(42_000);
  });

  it('leaves a limit that its caller set', async () => {
    const { clock, gateway, provider } = setUp([{}], 100);
    for (const limit of [{ max_tokens: 7 }, { max_completion_tokens: 7 }])
      await clock.run(
        gateway.generate({
          ...request,
          maxOutputTokens: 7,
          verbatim: { body: { model: 'm', messages: [], ...limit } },
        }),
      );
    expect(provider.received.map(({ verbatim }) => verbatim?.limitTokens)).toEqual([undefined, undefined]);
  });
});
