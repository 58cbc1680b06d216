import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { builtProgram } from '../built-program.ts';

const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 40_000;
const CLOCK = new URL('./shifted-clock.mjs', import.meta.url).href;

export interface Started {
  /** The main file of what is run. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly clockFile: string;
  /** No file of it may grow beyond this; bytes. */
  readonly maxFileBytes?: number;
}

/** One real process of the installation. It leads a group of its own, so that nothing it started outlives a round. */
export class ProcessUnderTest {
  private readonly child: ChildProcess;
  private said = '';
  url = '';

  constructor({ program, args, env, clockFile, maxFileBytes }: Started) {
    const node = [process.execPath, '--no-warnings', '--import', CLOCK, program, ...args];
    const limited = ['bash', '-c', `ulimit -f ${Math.ceil((maxFileBytes ?? 0) / 1024)}; exec "$0" "$@"`, ...node];
    const [command, ...rest] = maxFileBytes === undefined ? node : limited;
    this.child = spawn(command as string, rest, {
      env: { ...process.env, LOG_LEVEL: 'silent', ...env, CONTENTFLOW_CLOCK_OFFSET_FILE: clockFile },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-4_000);
        this.url ||= /ready at (http:\/\/\S+?)[;\s]/.exec(this.said)?.[1] ?? '';
      });
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Resolves once it answers for all its services. @throws with what it said, where it does not */
  async ready(): Promise<this> {
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await this.answers())) {
      if (!this.isAlive) throw new Error(`a process ended before it was ready: ${this.said}`);
      if (performance.now() > until) throw new Error(`a process was not ready within a minute: ${this.said}`);
      await pause(50);
    }
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.isAlive) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    this.endGroup();
  }

  /** @returns whether it ended by itself in time */
  async stop(): Promise<boolean> {
    if (!this.isAlive) return true;
    this.child.kill('SIGTERM');
    const stopped = once(this.child, 'exit').then(() => true);
    const isInTime = await Promise.race([stopped, pause(STOPS_WITHIN_MS, false, { ref: false })]);
    await this.kill();
    return isInTime;
  }

  private async answers(): Promise<boolean> {
    if (this.url === '') return false;
    try {
      const signal = AbortSignal.timeout(5_000);
      const { items } = (await (await fetch(`${this.url}/v1/recipes`, { signal })).json()) as { items?: unknown[] };
      return (items?.length ?? 0) > 0;
    } catch {
      return false;
    }
  }

  /** Workers that the scaler had started. */
  private endGroup(): void {
    try {
      process.kill(-(this.child.pid as number), 'SIGKILL');
    } catch {
      // Nobody is left.
    }
  }
}

/**
 * A copy of the build of the sources as they are, made first where it is not there, since the checkout may change before a run is over.
 * @param folder  where the copy goes
 * @returns its main file
 */
export function programUnderTest(folder: string): string {
  const main = builtProgram('contentflow');
  cpSync(dirname(main), join(folder, 'build'), { recursive: true });
  return join(folder, 'build', basename(main));
}
