import { parentPort, workerData } from 'node:worker_threads';
import { Client } from 'undici';
import { mainThreadTimes } from '../gateway-benchmark/measured-process.ts';

/** Asks for health every 20 ms, from a thread of its own so that the load's own work is not counted; each from the time it was due. */
const EVERY_MS = 20;

/** Milliseconds until each answer. */
export interface LiveTimes {
  readonly all: number[];
  /** Without what the server's main thread waited for a core meanwhile: what its event loop alone is to blame for. */
  readonly own: number[];
}

const { url, pid } = workerData as { readonly url: string; readonly pid: number };
const client = new Client(url, { pipelining: 1 });
let times: LiveTimes = { all: [], own: [] };
let isOver = false;

parentPort?.on('message', (word: 'times' | 'end') => {
  parentPort?.postMessage(times);
  times = { all: [], own: [] };
  if (word === 'end') isOver = true;
});

while (!isOver) {
  const dueAt = performance.now();
  const before = mainThreadTimes(pid);
  const { body } = await client.request({ path: '/health/live', method: 'GET' });
  await body.dump();
  const tookMs = performance.now() - dueAt;
  record(times.all, tookMs);
  record(times.own, Math.max(0, tookMs - (mainThreadTimes(pid).waitedForCore - before.waitedForCore)));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - tookMs)));
}
await client.close();
process.exit(0);

/** What was due meanwhile would have waited for the rest of it. */
function record(among: number[], tookMs: number): void {
  among.push(tookMs);
  for (let waited = tookMs - EVERY_MS; waited > 0; waited -= EVERY_MS) among.push(waited);
}
