import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '../built-program.ts';

const execute = promisify(execFile);

/** A broker or a MongoDB of our own on loopback, which may be killed and comes back on the same port. */
export class Server {
  private readonly up: string;
  private readonly folder: string;
  private readonly flags: readonly string[];
  address = '';

  /** @param isKilled  whether it will be, so that what it answered must be on the disk */
  constructor(kind: 'kafka' | 'mongo', folder: string, isKilled = true) {
    this.up = join(root, 'infra', kind, 'up');
    this.folder = join(folder, kind);
    this.flags = kind === 'mongo' && isKilled ? ['--sync'] : [];
  }

  async start(): Promise<void> {
    const port = /:(\d+)/.exec(this.address)?.[1];
    const args = ['--data', this.folder, ...(port === undefined ? [] : ['--port', port]), ...this.flags];
    const { stdout } = await execute(this.up, args, { detached: true } as object);
    this.address = /=(\S+)/.exec(stdout)?.[1] ?? this.address;
  }

  async kill(): Promise<void> {
    const pid = Number(readFileSync(join(this.folder, 'pid'), 'utf8'));
    try {
      process.kill(pid, 'SIGKILL');
      for (let looks = 0; looks < 100; looks++) {
        process.kill(pid, 0);
        await pause(50);
      }
    } catch {
      // It is gone.
    }
  }
}
