import { seededRandom, systemClock } from '@contentflow/kernel';
import { createProvider } from '../adapters/create-provider.ts';
import { budgetPolicySchema, createBudgets } from '../budgets/budgets.ts';
import { memoryBudgetStore } from '../budgets/memory-budget-store.ts';
import { priceTable } from '../prices/price-table.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import { allBehaviours, type MisbehavingServer, startMisbehavingServer } from '../testing/misbehaving-server.ts';
import { GatewayFailure, type GatewayReply } from './gateway-call.ts';
import { createModelGateway } from './model-gateway.ts';

const SECRET = 'sk-secret-of-the-faults-0123456789';
const DEADLINE_MS = 1500;
/** For what must come: as long as a busy machine needs. */
const TIMEOUT_LIMIT_MS = 60_000;

let server: MisbehavingServer;
beforeAll(async () => (server = await startMisbehavingServer()));
afterAll(() => server.close());

/** One call through a gateway of its own, with retries and a budget, to a server that misbehaves. */
async function callTo(
  kind: ProviderConfiguration['kind'],
  baseUrl: string,
  isStreamed: boolean,
  waits = { deadlineMs: DEADLINE_MS, timeoutMs: 600 },
) {
  const configuration = { name: 'p', kind, baseUrl, apiKey: SECRET, models: ['m'] };
  const provider = createProvider(configuration);
  const policy = budgetPolicySchema.parse({ perDayUsd: 100 });
  const clock = systemClock;
  const budgets = createBudgets({ store: memoryBudgetStore(), clock, policy: () => policy, owner: 'me' });
  const gateway = createModelGateway({
    providers: [provider],
    clock,
    random: seededRandom(1),
    prices: priceTable([configuration]),
    budgets,
    policy: { ...waits, retry: { attemptsPerTarget: 3, baseMs: 10, maxMs: 50 } },
  });
  let reported = '';
  const ended = await gateway
    .generate({
      model: 'm',
      messages: [{ role: 'user', content: 'hello' }],
      maxOutputTokens: 50,
      ...(isStreamed && { onText: (piece: string) => (reported += piece), onRestart: () => (reported = '') }),
    })
    .catch((error: unknown) => error as GatewayFailure);
  const [day] = await budgets.today();
  await gateway.close();
  return { ended: ended as GatewayReply | GatewayFailure, reported, day };
}

const kinds = ['openai-compatible', 'openai', 'anthropic', 'ollama'] as const;
const cases = kinds.flatMap((kind) =>
  [false, true].map((isStreamed) => [kind, isStreamed ? 'streamed' : 'whole'] as const),
);

describe('through the gateway, whatever the server does', () => {
  it.concurrent.each(cases)(
    '%s, %s: ends in a reply or a classified failure within the deadline, pays what is due, and tells no key',
    async (kind, how) => {
      const calls = allBehaviours.map(async (behaviour) => ({
        behaviour,
        ...(await callTo(kind, server.baseUrl(behaviour), how === 'streamed')),
      }));
      for (const { behaviour, ended, reported, day } of await Promise.all(calls)) {
        const isReply = 'text' in ended;
        expect({ behaviour, isReply, isFailure: ended instanceof GatewayFailure }).toEqual({
          behaviour,
          isReply,
          isFailure: !isReply,
        });
        if (isReply && how === 'streamed') expect({ behaviour, reported }).toEqual({ behaviour, reported: ended.text });
        if (isReply && ended.text !== '') expect(ended.tokensOut).toBeGreaterThan(0);
        expect(ended.calls.length).toBeGreaterThan(0);
        expect(day?.reservedUsd).toBe(0);
        const { message = '', stack = '' } = ended as Partial<GatewayFailure>;
        expect(`${JSON.stringify(ended)} ${message} ${stack}`).not.toContain(SECRET);
      }
    },
  );
});

it('comes back with a reply where there is one', async () => {
  const { ended } = await callTo('openai-compatible', server.baseUrl('no-usage'), false, {
    deadlineMs: TIMEOUT_LIMIT_MS,
    timeoutMs: TIMEOUT_LIMIT_MS,
  });
  // Uncounted tokens are estimated.
  expect(ended).toMatchObject({ text: 'Hello world', tokensIn: expect.any(Number), tokensOut: 3 });
});
