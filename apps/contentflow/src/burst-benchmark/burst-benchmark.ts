import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Agent, request } from 'undici';
import { closedLoop, openLoop, percentiles } from '../gateway-benchmark/load.ts';
import { type MeasuredProcess, startProcess } from '../gateway-benchmark/measured-process.ts';

export interface BurstOptions {
  /** Requests that the peak is measured with, and how many of them at once. */
  readonly peakRequests?: number;
  readonly concurrency?: number;
  /** Of the burst, seconds. */
  readonly burstS?: number;
  /** Of the soak, minutes. */
  readonly soakMinutes?: number;
}
type Report = (line: string) => void;

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const TIMEOUT_LIMIT_MS = 300_000;
const BURST = 5;
const SOAK_SHARE = 0.8;

/** Five times the peak, and many at once: who is refused how, whether health answers meanwhile, and whether anything accepted is lost. */
export async function benchBurst(report: Report, options: BurstOptions = {}): Promise<void> {
  const { peakRequests = 5000, concurrency = 64, burstS = 10 } = options;
  await withServer(async (server) => {
    const peak = await measuredPeak(server, peakRequests, concurrency);
    report(`peak: ${peak.toFixed(0)} briefs accepted a second, ${concurrency} at once\n`);
    report(
      '| load | sent | accepted | refused (429) | other | reset | p50 / p99, ms | live p50 / p99 / most, ms | longest turn, CPU ms | load of the machine | served again after, s |',
    );
    report(
      '| ---- | ---- | -------- | ------------- | ----- | ----- | ------------- | ------------------------- | -------------------- | ------------------- | --------------------- |',
    );
    const brief = (): Promise<void> => server.post('/v1/content', briefOf(server.nextNumber()));
    const chat = (): Promise<void> => server.post('/v1/chat/completions', completionOf(server.nextNumber()));
    report(
      await row(server, `${BURST} × the peak, ${burstS} s`, () =>
        openLoop([brief], BURST * peak, burstS).then(([times]) => times ?? []),
      ),
    );
    for (const many of [1000, 2000])
      report(await row(server, `${many} briefs at once`, () => closedLoop(brief, many, many)));
    for (const many of [1000, 2000])
      report(await row(server, `${many} completions at once`, () => closedLoop(chat, many, many)));
    report(`\n${await lossOf(server)}`);
  });
}

/** At 80 % of the peak for long: what the process holds in memory, minute by minute. */
export async function benchSoak(report: Report, options: BurstOptions = {}): Promise<void> {
  const { peakRequests = 5000, concurrency = 64, soakMinutes = Number(process.env['SOAK_MINUTES'] ?? 30) } = options;
  await withServer(async (server) => {
    const rate = SOAK_SHARE * (await measuredSustained(server, peakRequests, concurrency));
    report(`${rate.toFixed(0)} briefs a second, 80 % of what is generated a second, for ${soakMinutes} minutes\n`);
    report('| minute | accepted | refused | resident, MiB | live p99, ms |');
    report('| ------ | -------- | ------- | ------------- | ------------ |');
    const brief = (): Promise<void> => server.post('/v1/content', briefOf(server.nextNumber()));
    for (let minute = 1; minute <= soakMinutes; minute++) {
      const before = { ...server.counted };
      await openLoop([brief], rate, 60);
      const live = percentiles(await server.liveTimes());
      const accepted = server.counted.accepted - before.accepted;
      const refused = server.counted.refused - before.refused;
      report(
        `| ${minute} | ${accepted} | ${refused} | ${server.process.usage().residentMiB.toFixed(0)} | ${live.p99.toFixed(0)} |`,
      );
    }
    report(`\n${await lossOf(server)}`);
  });
}

interface Counted {
  accepted: number;
  answered: number;
  refused: number;
  other: number;
  reset: number;
}
interface Server {
  readonly process: MeasuredProcess;
  readonly counted: Counted;
  nextNumber(): number;
  post(path: string, body: object): Promise<void>;
  get(path: string): Promise<unknown>;
  /** Of the probes since it was last asked, in milliseconds. */
  liveTimes(): Promise<number[]>;
  /** Most processor time of one turn of the event loop since it was last asked, in milliseconds. */
  longestTurn(): Promise<string>;
}

/** All services in a process of its own, a mock model in a second, and this one as the load. */
async function withServer(work: (server: Server) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-burst-'));
  const models = await startProcess(
    ['--import', file('../../../../tools/register.mjs'), file('../gateway-benchmark/mock-model-process.ts')],
    {},
  );
  const config = join(folder, 'contentflow.config.json');
  const provider = {
    name: 'mock',
    kind: 'openai-compatible',
    baseUrl: `${models.url}/v1`,
    apiKey: 'none',
    models: ['mock'],
  };
  writeFileSync(config, JSON.stringify({ providers: [provider] }));
  const words = ['start', '--data', join(folder, 'data'), '--port', '0', '--config', config];
  const args = [
    '--max-old-space-size=768',
    '--import',
    file('../../../../tools/register.mjs'),
    '--import',
    file('./turn-recorder.ts'),
    file('../main.ts'),
    ...words,
  ];
  const turnsFile = join(folder, 'longest-turn');
  const started = await startProcess(args, { LOG_LEVEL: 'error', TURNS_FILE: turnsFile });
  const probe = new Worker(new URL('./live-probe.ts', import.meta.url), { workerData: { url: started.url } });
  const agent = new Agent({ connections: 4096, pipelining: 1, headersTimeout: TIMEOUT_LIMIT_MS });
  try {
    await work(serverOf(started, turnsFile, probe, agent));
  } finally {
    await agent.destroy();
    probe.postMessage('end');
    await started.stop();
    await models.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function serverOf(started: MeasuredProcess, turnsFile: string, probe: Worker, dispatcher: Agent): Server {
  const counted: Counted = { accepted: 0, answered: 0, refused: 0, other: 0, reset: 0 };
  let number = 0;
  return {
    process: started,
    counted,
    nextNumber: () => ++number,
    post: async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      try {
        const answer = await request(`${started.url}${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
          dispatcher,
        });
        await answer.body.dump();
        const place =
          ({ 200: 'answered', 202: 'accepted', 429: 'refused' } as const)[answer.statusCode as 200] ?? 'other';
        counted[place]++;
      } catch {
        counted.reset++;
      }
    },
    get: async (path) => (await request(`${started.url}${path}`, { dispatcher })).body.json(),
    liveTimes: () =>
      new Promise((resolve) => {
        probe.once('message', resolve);
        probe.postMessage('times');
      }),
    longestTurn: async () => {
      rmSync(turnsFile, { force: true });
      process.kill(started.pid, 'SIGUSR2');
      while (!existsSync(turnsFile)) await new Promise((resolve) => setTimeout(resolve, 20));
      return readFileSync(turnsFile, 'utf8');
    },
  };
}

async function measuredPeak(server: Server, requests: number, concurrency: number): Promise<number> {
  const brief = (): Promise<void> => server.post('/v1/content', briefOf(server.nextNumber()));
  await closedLoop(brief, requests / 5, concurrency);
  const before = server.counted.accepted;
  const startedAt = performance.now();
  await closedLoop(brief, requests, concurrency);
  return (1000 * (server.counted.accepted - before)) / (performance.now() - startedAt);
}

/** From the first brief to the end of the last: what can be held for long. */
async function measuredSustained(server: Server, requests: number, concurrency: number): Promise<number> {
  const startedAt = performance.now();
  const brief = (): Promise<void> => server.post('/v1/content', briefOf(server.nextNumber()));
  await closedLoop(brief, requests, concurrency);
  await allEnded(server);
  return (1000 * server.counted.accepted) / (performance.now() - startedAt);
}

async function row(server: Server, load: string, send: () => Promise<number[]>): Promise<string> {
  await server.liveTimes();
  await server.longestTurn();
  const before = { ...server.counted };
  const { p50, p99 } = percentiles(await send());
  const live = await server.liveTimes();
  const longestTurn = await server.longestTurn();
  const [machineLoad = 0] = loadavg();
  const endedAt = performance.now();
  const { accepted } = server.counted;
  while (server.counted.accepted === accepted) await server.post('/v1/content', briefOf(server.nextNumber()));
  const recoveredS = (performance.now() - endedAt) / 1000;
  const since = (place: keyof Counted): number => server.counted[place] - before[place];
  const taken = accepted - before.accepted + since('answered');
  const { p50: live50, p99: live99 } = percentiles(live);
  const most = live.reduce((sum, each) => Math.max(sum, each), 0);
  const sent = taken + since('refused') + since('other') + since('reset');
  return `| ${load} | ${sent} | ${taken} | ${since('refused')} | ${since('other')} | ${since('reset')} | ${p50.toFixed(0)} / ${p99.toFixed(0)} | ${live50.toFixed(0)} / ${live99.toFixed(0)} / ${most.toFixed(0)} | ${Number(longestTurn).toFixed(0)} | ${machineLoad.toFixed(0)} | ${recoveredS.toFixed(1)} |`;
}

async function lossOf(server: Server): Promise<string> {
  const startedAt = performance.now();
  const ended = await allEnded(server);
  const seconds = (performance.now() - startedAt) / 1000;
  return `${server.counted.accepted} briefs accepted, ${ended} ended (${server.counted.accepted - ended} lost), the last ${seconds.toFixed(0)} s after the load`;
}

/** How many of the accepted ones have ended, once all have or patience is over. */
async function allEnded(server: Server): Promise<number> {
  const giveUpAt = performance.now() + TIMEOUT_LIMIT_MS;
  for (;;) {
    let open = 0;
    for (const status of ['accepted', 'generating'])
      open += ((await server.get(`/v1/content?limit=1&status=${status}`)) as { items: unknown[] }).items.length;
    if (open === 0 || performance.now() > giveUpAt) break;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  let ended = 0;
  for (const status of ['generated', 'failed'])
    for (let after: string | undefined, isFirst = true; isFirst || after !== undefined; isFirst = false) {
      const page = (await server.get(
        `/v1/content?limit=1000&status=${status}${after ? `&after=${encodeURIComponent(after)}` : ''}`,
      )) as Page;
      ended += page.items.length;
      after = page.next ?? undefined;
    }
  return ended;
}
interface Page {
  readonly items: unknown[];
  readonly next?: string | null;
}

const briefOf = (number: number): object => ({ contentType: 'ad_copy', topic: `a steel bottle, number ${number}` });
const completionOf = (number: number): object => ({
  model: 'mock',
  messages: [{ role: 'user', content: `Question ${number}` }],
});
