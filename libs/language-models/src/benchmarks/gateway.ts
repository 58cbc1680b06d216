import { seededRandom, systemClock } from '@contentflow/kernel';
import { bareCaller } from '../adapters/bare-call.ts';
import { createProvider } from '../adapters/create-provider.ts';
import { startMockModelServer } from '../adapters/mock-model-server.ts';
import { elapsedMs, residentMiB } from '../adapters/stopwatch.ts';
import { budgetPolicySchema, createBudgets } from '../budgets/budgets.ts';
import { memoryBudgetStore } from '../budgets/memory-budget-store.ts';
import { createModelGateway, type ModelGateway } from '../gateway/model-gateway.ts';
import { priceTable } from '../prices/price-table.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';

export interface GatewayBenchOptions {
  /** Requests per second at which latency is measured, direct and through the gateway together. */
  readonly rates?: readonly number[];
  /** How long at each; seconds. */
  readonly seconds?: number;
  /** Of the mock whose latency is compared; milliseconds. */
  readonly delayMs?: number;
  /** Requests for the peak, as many at once as `concurrency`. */
  readonly peakRequests?: number;
  readonly concurrency?: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface GatewayBenchResult {
  /** Milliseconds. Added is percentile by percentile. */
  readonly latency: readonly {
    readonly rate: number;
    readonly direct: Percentiles;
    readonly gateway: Percentiles;
    readonly added: Percentiles;
  }[];
  /** Requests per second against a mock that answers at once. */
  readonly peak: { readonly direct: number; readonly gateway: number; readonly ratio: number };
  readonly residentMiB: number;
}

const CALL = { model: 'mock', messages: [{ role: 'user' as const, content: 'Say something short. '.repeat(10) }] };

/**
 * What the gateway library adds to a call: against a bare HTTP call to the same mock, in turns in the same process,
 * with breakers, limits and budgets on. The mock runs in a thread of the same machine.
 */
export async function benchGateway(
  options: GatewayBenchOptions = {},
  report: (line: string) => void = () => undefined,
): Promise<GatewayBenchResult> {
  const { rates = [100, 500, 1000], seconds = 5, delayMs = 50, peakRequests = 20_000, concurrency = 64 } = options;
  const latency: GatewayBenchResult['latency'][number][] = [];
  await withTargets(delayMs, 512, async ({ direct, gateway }) => {
    await paced([direct, gateway], 200, 2);
    for (const rate of rates) {
      const measured = { rate, ...(await compared(direct, gateway, rate, seconds)) };
      latency.push(measured);
      report(`${rate}/s: ${line('direct', measured.direct)}; ${line('added', measured.added)}`);
    }
  });
  const peak = await withTargets(0, concurrency, async ({ direct, gateway }) => {
    await throughput(gateway, peakRequests / 4, concurrency);
    const bare = await throughput(direct, peakRequests, concurrency);
    const through = await throughput(gateway, peakRequests, concurrency);
    return { direct: Math.round(bare), gateway: Math.round(through), ratio: through / bare };
  });
  report(`peak: ${peak.gateway}/s through the gateway, ${peak.direct}/s direct`);
  return { latency, peak, residentMiB: residentMiB() };
}

const line = (name: string, { p50, p95, p99 }: Percentiles): string =>
  `${name} p50 ${p50.toFixed(2)} p95 ${p95.toFixed(2)} p99 ${p99.toFixed(2)} ms`;

type Call = () => Promise<unknown>;

async function withTargets<T>(
  delayMs: number,
  connections: number,
  work: (calls: { direct: Call; gateway: Call }) => Promise<T>,
): Promise<T> {
  const server = await startMockModelServer(delayMs);
  const bare = bareCaller(server.baseUrl, connections);
  const gateway = benchedGateway(server.baseUrl);
  try {
    return await work({
      direct: () => bare.call({ ...CALL, max_tokens: 50 }),
      gateway: () =>
        gateway.generate({ ...CALL, maxOutputTokens: 50, budget: { contentType: 'custom', caller: 'bench' } }),
    });
  } finally {
    await Promise.all([bare.close(), gateway.close()]);
    await server.close();
  }
}

function benchedGateway(baseUrl: string): ModelGateway {
  const price = { name: 'mock', usdPerMillionInput: 1, usdPerMillionOutput: 2 };
  const configuration: ProviderConfiguration = { name: 'mock', kind: 'openai-compatible', baseUrl, models: [price] };
  const policy = budgetPolicySchema.parse({
    perDayUsd: 1e6,
    perContentTypeUsd: { '*': 1e6 },
    perCallerUsd: { '*': 1e6 },
  });
  const clock = systemClock;
  return createModelGateway({
    providers: [createProvider(configuration)],
    clock,
    random: seededRandom('bench'),
    prices: priceTable([configuration]),
    limits: { mock: { concurrency: 1000, requestsPerMinute: 1e7 } },
    budgets: createBudgets({ store: memoryBudgetStore(), clock, policy: () => policy, owner: 'bench' }),
  });
}

/** One of each in turn, so that what else the machine does falls on both alike. */
async function compared(direct: Call, gateway: Call, rate: number, seconds: number) {
  const times = await paced([direct, gateway], rate, seconds);
  const [bare, through] = [0, 1].map((kind) => percentiles(times.filter((_, i) => i % 2 === kind))) as [
    Percentiles,
    Percentiles,
  ];
  const added = { p50: through.p50 - bare.p50, p95: through.p95 - bare.p95, p99: through.p99 - bare.p99 };
  return { direct: bare, gateway: through, added };
}

/** Starts calls at a rate, all kinds together, whether or not earlier ones have ended; times in milliseconds. */
async function paced(kinds: readonly Call[], rate: number, seconds: number): Promise<number[]> {
  const startedAt = elapsedMs();
  const calls: Promise<number>[] = [];
  const total = Math.round(rate * seconds);
  while (calls.length < total) {
    const due = Math.min(total, Math.floor(((elapsedMs() - startedAt) / 1000) * rate) + 1);
    while (calls.length < due) calls.push(timed(kinds[calls.length % kinds.length] as Call));
    await systemClock.sleep(1);
  }
  return Promise.all(calls);
}

async function timed(call: Call): Promise<number> {
  const startedAt = elapsedMs();
  await call();
  return elapsedMs() - startedAt;
}

async function throughput(call: Call, requests: number, concurrency: number): Promise<number> {
  const startedAt = elapsedMs();
  let left = requests;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return requests / ((elapsedMs() - startedAt) / 1000);
}

function percentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (p: number): number => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
