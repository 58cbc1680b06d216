import { renameSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a server that is measured: how much processor time single turns of its event loop took at most, which other work on the machine does
 * not change. Told to by SIGUSR2 it writes that down in milliseconds, in `TURNS_FILE`, and begins anew.
 */
const EVERY_MS = 5;
const file = process.env['TURNS_FILE'];

if (isMainThread && file !== undefined) {
  let longestMs = 0;
  let before = process.threadCpuUsage();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    before = process.threadCpuUsage();
  }, EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(`${file}.partial`, String(longestMs));
    renameSync(`${file}.partial`, file);
    longestMs = 0;
  });
}
