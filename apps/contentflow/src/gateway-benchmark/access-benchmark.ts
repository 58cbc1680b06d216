import { systemClock } from '@contentflow/kernel';
import { createdKey, SECRET_BYTES } from '@contentflow/nest-platform';
import { quantile } from '@contentflow/statistics';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOrBeginLog } from '../command-line/open-log.ts';
import { type ChatClient, chatClient } from './chat-client.ts';
import { startGateway, startMock } from './gateway-process.ts';
import { spread, throughput } from './load.ts';
import { mainThreadMs, type MeasuredProcess } from './measured-process.ts';

export interface AccessBenchOptions {
  /** Pairs of rounds at the gateway's peak, and requests in each round. */
  readonly pairs?: number;
  readonly requests?: number;
  readonly concurrency?: number;
}
/** Rounds of each before the first that counts: V8 compiles what runs often. */
const WARM_UP = 20;

interface Round {
  readonly perSecond: number;
  /** Of the gateway's main thread, which bounds its peak, for one request. */
  readonly cpuMicroseconds: number;
}

/**
 * What it costs to know who asks, at the gateway's peak: one process, asked in turns by callers that show a key and by callers that show none, which a
 * loopback address lets in.
 */
export async function benchAccess(
  report: (line: string) => void,
  { pairs = 600, requests = 500, concurrency = 64 }: AccessBenchOptions = {},
): Promise<void> {
  await withCallers(async (gateway, callers) => {
    const round = async (caller: ChatClient): Promise<Round> => {
      const before = mainThreadMs(gateway.pid);
      const perSecond = await throughput(() => caller.ask(), requests, concurrency);
      return { perSecond, cpuMicroseconds: (1000 * (mainThreadMs(gateway.pid) - before)) / requests };
    };
    for (let i = 0; i < WARM_UP; i++) for (const caller of [callers.open, callers.keyed]) await round(caller);
    const measured: { open: Round; keyed: Round }[] = [];
    for (let i = 0; i < pairs; i++)
      if (i % 2 === 0) measured.push({ open: await round(callers.open), keyed: await round(callers.keyed) });
      else {
        const keyed = await round(callers.keyed);
        measured.push({ open: await round(callers.open), keyed });
      }
    report('| callers | requests/s | CPU of the main thread per request, µs |');
    report('| ------- | ---------- | -------------------------------------- |');
    for (const kind of ['open', 'keyed'] as const) {
      const rounds = measured.map((pair) => pair[kind]);
      report(
        `| ${kind === 'open' ? 'without a key' : 'with a key'} | ${spread(rounds.map(({ perSecond }) => perSecond))} | ${spread(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds))} |`,
      );
    }
    const rate = measured.map(({ open, keyed }) => 100 * (1 - keyed.perSecond / open.perSecond));
    const cpu = measured.map(({ open, keyed }) => 100 * (keyed.cpuMicroseconds / open.cpuMicroseconds - 1));
    report(`\nCost, within ${pairs} pairs: ${spread(rate, 1)} % of the peak, ${spread(cpu, 1)} % of processor time.`);
    report(`95 % intervals of the medians: ${intervalOfMedian(rate)} % and ${intervalOfMedian(cpu)} %.`);
  });
}

/** By order statistics, in their normal approximation: of whatever distribution the values are. */
function intervalOfMedian(values: readonly number[]): string {
  const part = 0.98 / Math.sqrt(values.length);
  return [0.5 - part, 0.5 + part].map((at) => quantile(values, at).toFixed(1)).join(' to ');
}

async function withCallers(
  work: (gateway: MeasuredProcess, callers: Readonly<Record<'open' | 'keyed', ChatClient>>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-bench-'));
  const key = await keyIn(join(folder, 'data'));
  const mock = await startMock(0);
  const gateway = await startGateway(folder, mock.url);
  const callers = { open: chatClient(gateway.url), keyed: chatClient(gateway.url, key) };
  try {
    await assertKeysAreRead(gateway.url, key);
    await work(gateway, callers);
  } finally {
    Object.values(callers).forEach((caller) => caller.close());
    await gateway.stop();
    await mock.stop();
    rmSync(folder, { recursive: true });
  }
}

/** A key for content, made as the command line makes it. */
async function keyIn(data: string): Promise<string> {
  const log = await openOrBeginLog({ data });
  const word = { id: randomUUID(), by: 'bench', at: systemClock.now() };
  const { key, event } = createdKey({ name: 'bench', scopes: ['content'] }, randomBytes(SECRET_BYTES), word);
  await log.append([event]);
  await log.close();
  return key;
}

/** @throws where the gateway takes a key that is none */
async function assertKeysAreRead(url: string, key: string): Promise<void> {
  const changed = chatClient(url, `${key.slice(0, -2)}${key.endsWith('AA') ? 'BB' : 'AA'}`);
  const refusal = await changed.ask().then(
    () => '',
    (error: Error) => error.message,
  );
  changed.close();
  if (!refusal.startsWith('HTTP/1.1 401 ')) throw new Error(`a wrong key was not refused: ${refusal}`);
}
