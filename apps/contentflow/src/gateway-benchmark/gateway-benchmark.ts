import { CompletionServed, Topic } from '@contentflow/contracts';
import { quantile } from '@contentflow/statistics';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../command-line/open-log.ts';
import { type ChatClient, chatClient } from './chat-client.ts';
import { startGateway, startMock } from './gateway-process.ts';
import { closedLoop, openLoop, percentiles, spread, throughput } from './load.ts';
import type { MeasuredProcess } from './measured-process.ts';

export interface GatewayBenchOptions {
  /** Requests per second through the gateway; as many go to the mock directly meanwhile. */
  readonly rates?: readonly number[];
  /** Rounds at each rate, and how long each is, in seconds. */
  readonly rounds?: number;
  readonly seconds?: number;
  /** Of the mock whose latency is compared; milliseconds. */
  readonly delayMs?: number;
  /** Rounds of the peak, and requests in each. */
  readonly peakRounds?: number;
  readonly peakRequests?: number;
  readonly concurrency?: number;
  /** Through one gateway in all, to see whether it stays what it was. */
  readonly longRunRequests?: number;
}

type Report = (line: string) => void;

/**
 * What our gateway adds to a call, as its users meet it: the generator service in a process of its own with the
 * embedded log, every call recorded; a mock model server in a second process, and this one as the load.
 */
export async function benchGateway(report: Report, options: GatewayBenchOptions = {}): Promise<void> {
  const { delayMs = 50 } = options;
  await withGateway(delayMs, (measured) => latencies(measured, options, report));
  await withGateway(0, (measured) => peak(measured, options, report));
  await withGateway(0, (measured) => longRun(measured, options, report));
}

async function latencies(
  { direct, through, gateway }: Measured,
  { rates = [100, 200, 500, 1000], rounds = 5, seconds = 4, delayMs = 50 }: GatewayBenchOptions,
  report: Report,
): Promise<void> {
  report(`\nAdded to a mock of ${delayMs} ms, in ms: medians [quartiles] of ${rounds} rounds of ${seconds} s.\n`);
  report('| requests/s | direct p50 / p95 / p99 | added p50 | added p95 | added p99 | CPU per request |');
  report('| ---------- | ---------------------- | --------- | --------- | --------- | --------------- |');
  await openLoop([direct, through], 500, seconds);
  for (const rate of rates) {
    const measured: Round[] = [];
    for (let i = 0; i < rounds; i++) measured.push(await latencyRound(direct, through, gateway, rate, seconds));
    report(latencyRow(rate, measured));
  }
}

async function peak(
  { direct, through, gateway }: Measured,
  { peakRounds = 5, peakRequests = 20_000, concurrency = 64 }: GatewayBenchOptions,
  report: Report,
): Promise<void> {
  const rates = { direct: [] as number[], through: [] as number[] };
  const cpu: number[] = [];
  await throughput(through, peakRequests / 2, concurrency);
  for (let i = 0; i < peakRounds; i++) {
    rates.direct.push(await throughput(direct, peakRequests, concurrency));
    const before = gateway.usage().cpuSeconds;
    rates.through.push(await throughput(through, peakRequests, concurrency));
    cpu.push(((gateway.usage().cpuSeconds - before) * 1e6) / peakRequests);
  }
  report(
    `\nPeak, ${concurrency} at once: ${spread(rates.through)}/s through the gateway, ${spread(rates.direct)}/s direct.`,
  );
  report(`CPU of the gateway's process: ${spread(cpu)} µs per request.`);
}

async function longRun(
  { through, gateway }: Measured,
  { longRunRequests = 200_000, concurrency = 64 }: GatewayBenchOptions,
  report: Report,
): Promise<void> {
  const slice = longRunRequests / 10;
  report('\n| requests so far | requests/s | p50 ms | p99 ms | CPU per request | resident |');
  report('| --------------- | ---------- | ------ | ------ | --------------- | -------- |');
  for (let i = 1; i <= 10; i++) {
    const before = gateway.usage().cpuSeconds;
    const startedAt = performance.now();
    const { p50, p99 } = percentiles(await closedLoop(through, slice, concurrency));
    const perSecond = slice / ((performance.now() - startedAt) / 1000);
    const { cpuSeconds, residentMiB } = gateway.usage();
    const cpu = ((cpuSeconds - before) * 1e6) / slice;
    report(
      `| ${i * slice} | ${perSecond.toFixed(0)} | ${ms(p50)} | ${ms(p99)} | ${cpu.toFixed(0)} µs | ${residentMiB.toFixed(0)} MiB |`,
    );
  }
  report(`\nAt most ${gateway.usage().peakResidentMiB.toFixed(0)} MiB.`);
}

interface Measured {
  readonly direct: () => Promise<unknown>;
  readonly through: () => Promise<unknown>;
  readonly gateway: MeasuredProcess;
}

/** @throws unless every answered call is in the log */
async function withGateway(delayMs: number, work: (measured: Measured) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-bench-'));
  const mock = await startMock(delayMs);
  const gateway = await startGateway(folder, mock.url);
  const clients = { direct: chatClient(mock.url), through: chatClient(gateway.url) };
  const answered = { count: 0 };
  const through = async (): Promise<void> => {
    await clients.through.ask();
    answered.count++;
  };
  try {
    await work({ direct: clients.direct.ask, through, gateway });
  } finally {
    Object.values(clients).forEach((client: ChatClient) => client.close());
    await gateway.stop();
    await mock.stop();
    const recorded = await recordedIn(folder);
    rmSync(folder, { recursive: true });
    if (recorded !== answered.count) throw new Error(`${answered.count} answered, ${recorded} recorded`);
  }
}

async function recordedIn(folder: string): Promise<number> {
  const log = await openLog({ data: join(folder, 'data') });
  let recorded = 0;
  const all = { topic: Topic.completions, partition: 0, from: 0, to: Number.MAX_SAFE_INTEGER };
  for await (const events of log.read(all))
    recorded += events.filter(({ type }) => type === CompletionServed.type).length;
  await log.close();
  return recorded;
}

interface Round {
  readonly direct: ReturnType<typeof percentiles>;
  readonly added: ReturnType<typeof percentiles>;
  readonly cpuMicroseconds: number;
}

async function latencyRound(
  direct: Measured['direct'],
  through: Measured['through'],
  gateway: MeasuredProcess,
  rate: number,
  seconds: number,
): Promise<Round> {
  const before = gateway.usage().cpuSeconds;
  const [bare, routed] = (await openLoop([direct, through], rate, seconds)).map(percentiles) as [
    Round['direct'],
    Round['direct'],
  ];
  const cpuMicroseconds = ((gateway.usage().cpuSeconds - before) * 1e6) / (rate * seconds);
  const added = { p50: routed.p50 - bare.p50, p95: routed.p95 - bare.p95, p99: routed.p99 - bare.p99 };
  return { direct: bare, added, cpuMicroseconds };
}

function latencyRow(rate: number, rounds: readonly Round[]): string {
  const direct = (['p50', 'p95', 'p99'] as const).map((p) => ms(median(rounds.map((round) => round.direct[p]))));
  const added = (['p50', 'p95', 'p99'] as const).map((p) =>
    spread(
      rounds.map((round) => round.added[p]),
      2,
    ),
  );
  const cpu = spread(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds));
  return `| ${rate} | ${direct.join(' / ')} | ${added.join(' | ')} | ${cpu} µs |`;
}

const ms = (value: number): string => value.toFixed(2);
const median = (values: readonly number[]): number => quantile(values, 0.5);
