import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from './app-builds.ts';
import type { DeployedEnd, Stopped } from './deployment.ts';

const READY_WITHIN_MS = 420_000;
const STOPS_WITHIN_MS = 60_000;

/** One pod's process. */
export class DeployedProcess implements DeployedEnd {
  readonly app: App;
  readonly port: number;
  private readonly child: ChildProcess;
  /** What it said on standard error; its end. */
  said = '';
  /** While it stops, and a little longer, a request may be refused by it. */
  stopsFrom = Infinity;
  stoppedAt = Infinity;

  constructor(app: App, port: number, main: string, env: NodeJS.ProcessEnv) {
    this.app = app;
    this.port = port;
    this.child = spawn(process.execPath, ['--no-warnings', main], {
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env, PORT: String(port), HOST: '127.0.0.1' },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A pod of its own, which shares its time with nobody of the run.
      detached: true,
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-8_000)));
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** As its readiness probe has it: the entry's own word is that of all services together. */
  async ready(): Promise<this> {
    const path = this.app === 'entry' ? '/health/live' : '/health/ready';
    const until = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const isReady = await fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(10_000) }).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isReady) return this;
      if (!this.isAlive) throw new Error(`${this.app} ended before it was ready: ${this.said}`);
      if (performance.now() > until) throw new Error(`${this.app} was not ready in time: ${this.said}`);
      await pause(100);
    }
  }

  /** SIGTERM, and SIGKILL for what hears none. */
  async stop(): Promise<Stopped> {
    if (!this.isAlive) return { code: this.child.exitCode, ms: 0 };
    this.stopsFrom = performance.now();
    this.child.kill('SIGTERM');
    const killing = setTimeout(() => this.child.kill('SIGKILL'), STOPS_WITHIN_MS);
    const [code] = (await once(this.child, 'exit')) as [number | null];
    clearTimeout(killing);
    this.stoppedAt = performance.now();
    return { code, ms: this.stoppedAt - this.stopsFrom };
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
