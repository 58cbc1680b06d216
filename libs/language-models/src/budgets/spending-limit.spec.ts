import { seededRandom } from '@contentflow/kernel';
import { createModelGateway } from '../gateway/model-gateway.ts';
import type { GatewayRequest } from '../gateway/gateway-call.ts';
import { priceTable } from '../prices/price-table.ts';
import { scriptedProvider, type Step } from '../testing/scripted-provider.ts';
import { type VirtualClock, virtualClock } from '../testing/virtual-clock.ts';
import { createSpendingLimit, type SpendingLimit } from './spending-limit.ts';

const limitOf = (limitUsd: number, more: Partial<Parameters<typeof createSpendingLimit>[0]> = {}): SpendingLimit =>
  createSpendingLimit({
    limitUsd,
    name: "the brief's maxCostUsd",
    spentUsd: 0,
    announcedUsd: limitUsd,
    announce: async () => undefined,
    ...more,
  });

describe('a spending limit', () => {
  it('lets exactly as much through as it allows', async () => {
    const limit = limitOf(0.3);
    for (let call = 0; call < 3; call++) await (await limit.reserve(0.1)).settle(0.1);
    await expect(limit.reserve(0.000_001)).rejects.toMatchObject({ failure: 'budget_exhausted' });
  });

  it('says what it is, what is left, and what was asked for', async () => {
    const limit = limitOf(0.05);
    await (await limit.reserve(0.04)).settle(0.04);
    await expect(limit.reserve(0.02)).rejects.toThrow(
      "a call that may cost $0.02 is not made: of the $0.05 that the brief's maxCostUsd allows, $0.01 is left",
    );
  });

  it('counts what was spent before', async () => {
    await expect(limitOf(1, { spentUsd: 0.95 }).reserve(0.1)).rejects.toMatchObject({ failure: 'budget_exhausted' });
  });

  it('waits while calls under way may cost less than they could, and refuses once they did not', async () => {
    const limit = limitOf(0.1);
    const [first, ...others] = await Promise.all([limit.reserve(0.05), limit.reserve(0.05)]);
    const [cheap, dear] = [limit.reserve(0.04), limit.reserve(0.06)];
    const refused = expect(dear).rejects.toMatchObject({ failure: 'budget_exhausted' });
    await first?.settle(0.01);
    await (await cheap).settle(0.04);
    await others[0]?.settle(0.05);
    await refused;
  });

  it('says what may be spent before it is, and nothing twice', async () => {
    const announced: number[] = [];
    const limit = limitOf(10, { announcedUsd: 1, announce: async (usd) => void announced.push(usd) });
    await (await limit.reserve(0.6)).settle(0.4);
    await (await limit.reserve(0.6)).settle(0.5);
    await Promise.all([limit.reserve(1), limit.reserve(1)]);
    expect(announced.at(-1)).toBeCloseTo(2.9);
    expect(announced).toEqual([...announced].sort((a, b) => a - b));
  });

  it('spends nothing of what could not be said', async () => {
    let isBroken = true;
    const limit = limitOf(1, {
      announcedUsd: 0,
      announce: async () => {
        if (isBroken) throw new Error('the log is gone');
      },
    });
    await expect(limit.reserve(0.9)).rejects.toThrow('the log is gone');
    isBroken = false;
    await expect(limit.reserve(0.9)).resolves.toBeDefined();
  });
});

/** $1 for each token out, so that a call may cost $100 and costs $5 where it answers. */
const prices = priceTable(
  ['p', 'q'].map((name) => ({
    name,
    kind: 'openai-compatible',
    models: [{ name: 'm', usdPerMillionInput: 0, usdPerMillionOutput: 1e6 }],
  })),
);
const request: GatewayRequest = { model: 'm', messages: [{ role: 'user', content: 'hello' }], maxOutputTokens: 100 };

describe('whatever calls of one brief', () => {
  let clock: VirtualClock;
  beforeEach(() => {
    clock = virtualClock();
  });

  /** @returns how often a provider was called, with $250 for calls that may cost $100 each and are charged at that */
  async function callsOf(scripts: Step[][], asked: Partial<GatewayRequest>, times = 1): Promise<number> {
    const providers = scripts.map((script, index) => scriptedProvider(clock, script, { name: ['p', 'q'][index]! }));
    const gateway = createModelGateway({ providers, clock, random: seededRandom(1), prices });
    const spending = limitOf(250);
    const all = Array.from({ length: times }, () => gateway.generate({ ...request, ...asked, spending }));
    const ended = await clock.run(Promise.allSettled(all));
    const reasons = ended.map((each) => (each.status === 'rejected' ? (each.reason as Error).message : 'answered'));
    expect(reasons.at(-1)).toMatch(/of the \$250 that the brief's maxCostUsd allows/);
    return providers.reduce((sum, { received: calls }) => sum + calls.length, 0);
  }

  it('cost no more together: tried again', async () => {
    expect(await callsOf([[{ fail: 'connection' }]], {})).toBe(2);
  });
  it('cost no more together: at other providers', async () => {
    expect(await callsOf([[{ fail: 'content_filter' }], [{ fail: 'connection' }]], {})).toBe(2);
  });
  it('cost no more together: hedged', async () => {
    expect(await callsOf([[{ afterMs: 60_000, fail: 'connection' }]], { hedgeAfterMs: 1000 })).toBe(2);
  });
  it('cost no more together: one after the other, and at once', async () => {
    expect(await callsOf([[{ fail: 'malformed_reply' }]], {}, 4)).toBe(2);
  });
});
