import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom, systemClock } from '@contentflow/kernel';
import { createProvider } from '../adapters/create-provider.ts';
import { budgetPolicySchema, createBudgets } from '../budgets/budgets.ts';
import { memoryBudgetStore } from '../budgets/memory-budget-store.ts';
import { type GatewayEvent, GatewayFailure, type GatewayReply, type GatewayRequest } from '../gateway/gateway-call.ts';
import { createModelGateway, type ModelGateway } from '../gateway/model-gateway.ts';
import { priceTable } from '../prices/price-table.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import type { Answer, RecordedRequest } from './answers.ts';

export * from './answers.ts';
export { obliging } from './obliging-server.ts';

/** A model server on loopback that answers as the test says; the last answer goes on for ever. */
export interface AnsweringServer {
  readonly origin: string;
  readonly received: readonly RecordedRequest[];
  answers(...answers: readonly Answer[]): void;
  close(): Promise<void>;
}

export async function startAnsweringServer(): Promise<AnsweringServer> {
  const received: RecordedRequest[] = [];
  let script: readonly Answer[] = [];
  let reported = 0;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const one = { path, headers, text, body: JSON.parse(text) as Record<string, unknown> };
      received.push(one);
      script[Math.min(reported++, script.length - 1)]?.(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2000 }, resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answers: (...answers) => {
      script = answers;
      reported = 0;
      received.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const OPENAI_KINDS = ['openai-compatible', 'openai', 'ollama'] as const;

/** A gateway with a budget before a provider. Input costs a dollar per million tokens, output ten. */
export function gatewayTo(
  configuration: Partial<ProviderConfiguration> & Pick<ProviderConfiguration, 'kind' | 'baseUrl'>,
  policy: object = {},
) {
  const provider: ProviderConfiguration = {
    name: 'p',
    apiKey: 'sk-the-key-of-the-test',
    models: [{ name: 'm', usdPerMillionInput: 1, usdPerMillionOutput: 10, usdPerMillionCachedInput: 0.1 }],
    ...configuration,
  };
  const limits = budgetPolicySchema.parse({ perDayUsd: 100 });
  const clock = systemClock;
  const budgets = createBudgets({ store: memoryBudgetStore(), clock, policy: () => limits, owner: 'me' });
  const events: GatewayEvent[] = [];
  const gateway: ModelGateway = createModelGateway({
    onEvent: (event) => void events.push(event),
    providers: [createProvider(provider)],
    clock,
    random: seededRandom(1),
    prices: priceTable([provider]),
    budgets,
    policy: { deadlineMs: 30_000, retry: { attemptsPerTarget: 3, baseMs: 1, maxMs: 5 }, ...policy },
  });
  return {
    gateway,
    events: events as readonly GatewayEvent[],
    /** What was made of the request, or why not. */
    ask: (request: Partial<GatewayRequest> = {}, signal?: AbortSignal): Promise<GatewayReply | GatewayFailure> =>
      gateway
        .generate(
          { model: 'm', messages: [{ role: 'user', content: 'hello' }], maxOutputTokens: 1000, ...request },
          signal,
        )
        .catch((error: unknown) => {
          if (error instanceof GatewayFailure) return error;
          throw error;
        }),
    spentUsd: async (): Promise<number> => (await budgets.today())[0]?.spentUsd ?? NaN,
    breaker: () => gateway.targets()[0]?.breaker,
  };
}

/** A chat completion in its caller's own words. */
export const nativeChat = (more: object = {}, reported?: (json: string) => void): Partial<GatewayRequest> => ({
  ...(reported && { onText: () => undefined }),
  verbatim: {
    body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...(reported && { stream: true }), ...more },
    ...(reported && { onChunk: reported }),
  },
});
