import { parentPort, workerData } from 'node:worker_threads';
import { Client } from 'undici';

/** Asks for health every 20 ms, from a thread of its own so that the load's own work is not counted; each from the time it was due. */
const EVERY_MS = 20;
const client = new Client((workerData as { url: string }).url, { pipelining: 1 });
let times: number[] = [];
let isOver = false;

parentPort?.on('message', (word: 'times' | 'end') => {
  parentPort?.postMessage(times);
  times = [];
  if (word === 'end') isOver = true;
});

while (!isOver) {
  const dueAt = performance.now();
  const { body } = await client.request({ path: '/health/live', method: 'GET' });
  await body.dump();
  const tookMs = performance.now() - dueAt;
  times.push(tookMs);
  // What was due meanwhile would have waited for the rest of it.
  for (let waited = tookMs - EVERY_MS; waited > 0; waited -= EVERY_MS) times.push(waited);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, EVERY_MS - tookMs)));
}
await client.close();
process.exit(0);
