import { writeSync } from 'node:fs';

const TRIES = 100;
const PAUSE_MS = 10;
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Where lines of the log go. One that cannot be written, since whoever read them has gone or their disk is full, is dropped: pino's own
 * destination (sonic-boom 4.2.1) tries it for ever, so that a process whose disk is full never ends.
 */
export const standardError = {
  write(line: string): void {
    for (let left = Buffer.from(line), tried = 0; left.length > 0 && tried < TRIES; tried++)
      try {
        left = left.subarray(writeSync(2, left));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
        // A slow reader, whose pipe is full.
        Atomics.wait(pause, 0, 0, PAUSE_MS);
      }
  },
};
