import { backOffMs, type Clock, ContentFlowError, MINUTE_MS, steadyNow } from '@contentflow/kernel';
import { graceMs, type Machines, type MachineUsage } from '@contentflow/nest-platform';
import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';
import type { Logger } from 'pino';

export interface WorkerProcessesOptions {
  /** What a worker runs, after `node`: `['apps/contentflow/main.js', 'work', '--data', DIR]`. Empty where it starts none. */
  readonly command: readonly string[];
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Generations that this process makes at once. */
  readonly callsAtOnce: number;
  /** Whether this process generates too, and so is the first instance. Default true. */
  readonly isInstance?: boolean;
  /** From SIGTERM to SIGKILL. Default: a second more than the grace a worker gives itself. */
  readonly graceMs?: number;
  /** Before the first restart; doubled with each crash up to a minute. Default 1 s. */
  readonly restartAfterMs?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const LONGEST_RESTART_MS = MINUTE_MS;
/** A worker that ran so long starts again with the shortest wait. */
const HEALTHY_AFTER_MS = MINUTE_MS;

/** Workers on this machine: real processes, started, restarted when they crash, and stopped. */
export class WorkerProcesses implements Machines {
  readonly executor = 'processes';
  private readonly workers: Worker[] = [];
  private readonly listeners = new Set<() => void>();
  private usageBefore: { cpu: NodeJS.CpuUsage; idleMs: number; at: number };
  private lastUsage: MachineUsage = { cpu: 0, memory: 0 };

  constructor(private readonly options: WorkerProcessesOptions) {
    this.usageBefore = this.usageNow();
  }

  /** Those that run now; one that waits for its restart does not count. */
  instances(): number {
    return this.own + this.workers.filter(({ isRunning }) => isRunning).length;
  }

  callsAtOnce(): number {
    return this.options.callsAtOnce;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves when what was to start has started and what was to stop has ended. */
  async scaleTo(instances: number): Promise<void> {
    const wanted = Math.max(0, instances - this.own);
    if (wanted > 0 && this.options.command.length === 0)
      throw new ContentFlowError('worker', 'this process does not know how to start workers', {
        fix: 'scale its deployment instead, by GET /v1/scaling/desired',
      });
    const leaving = this.workers.splice(wanted);
    const starting = Array.from({ length: wanted - this.workers.length }, () => new Worker(this.options, this.changed));
    this.workers.push(...starting);
    const starts = await Promise.allSettled(starting.map((worker) => worker.start()));
    await Promise.all(leaving.map((worker) => worker.stop()));
    const failure = starts.find((start) => start.status === 'rejected');
    if (!failure) return;
    // What did not start is not kept; a later try begins afresh.
    starts.forEach((start, index) => start.status === 'rejected' && this.remove(starting[index] as Worker));
    throw failure.reason;
  }

  /** Stops every worker. */
  async stop(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  /**
   * Since the last time it was asked. An instance keeps a core busy: where there are more of them than cores, or others have these, they only
   * take turns, and memory.
   */
  usage(): MachineUsage {
    const before = this.usageBefore;
    const now = this.usageNow();
    const elapsedMs = now.at - before.at;
    if (elapsedMs < 1_000) return this.lastUsage;
    this.usageBefore = now;
    const usedMs = (now.cpu.user + now.cpu.system - before.cpu.user - before.cpu.system) / 1000;
    const cores = availableParallelism();
    const resident = process.memoryUsage.rss();
    const idleCores = (now.idleMs - before.idleMs) / elapsedMs;
    this.lastUsage = {
      cpu: Math.min(1, usedMs / elapsedMs / cores),
      memory: resident / totalmem(),
      mostInstances: cores,
      moreInstances: Math.floor(Math.min(idleCores, process.availableMemory() / resident)),
    };
    return this.lastUsage;
  }

  /** Process ids of the workers that run. */
  pids(): number[] {
    return this.workers.flatMap(({ pid }) => pid ?? []);
  }

  private usageNow(): { cpu: NodeJS.CpuUsage; idleMs: number; at: number } {
    const idleMs = cpus().reduce((sum, { times }) => sum + times.idle, 0);
    return { cpu: process.cpuUsage(), idleMs, at: steadyNow(this.options.clock) };
  }

  private get own(): number {
    return (this.options.isInstance ?? true) ? 1 : 0;
  }

  private remove(worker: Worker): void {
    const place = this.workers.indexOf(worker);
    if (place >= 0) this.workers.splice(place, 1);
  }

  private readonly changed = (): void => this.listeners.forEach((listener) => listener());
}

/** One place for a worker: whatever crashes in it is started again until it is stopped. */
class Worker {
  private child: ChildProcess | undefined;
  private readonly stopping = new AbortController();
  private crashes = 0;

  constructor(
    private readonly options: WorkerProcessesOptions,
    private readonly changed: () => void,
  ) {}

  get isRunning(): boolean {
    return this.pid !== undefined;
  }

  get pid(): number | undefined {
    return this.child?.exitCode === null && this.child.signalCode === null ? this.child.pid : undefined;
  }

  /** Resolves once the process runs. @throws ContentFlowError `worker` when it cannot be started */
  async start(): Promise<void> {
    const { clock, command, env, logger } = this.options;
    const child = spawn(process.execPath, [...command], {
      // Over the channel a worker learns that this process is gone.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: env ?? process.env,
    });
    const startedAt = steadyNow(clock);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', (cause) =>
        reject(new ContentFlowError('worker', `a worker could not be started: ${cause.message}`, { cause })),
      );
    });
    this.child = child;
    child.once('exit', (code, signal) => void this.onExit(code ?? signal, steadyNow(clock) - startedAt));
    logger.info({ worker: child.pid }, 'a worker started');
    this.changed();
  }

  /** SIGTERM, and SIGKILL for what has not ended in time. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const { child } = this;
    if (!child || this.pid === undefined) return;
    const isOver = new AbortController();
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve())).then(() => isOver.abort());
    child.kill('SIGTERM');
    await this.options.clock.sleep(this.options.graceMs ?? graceMs() + 1000, isOver.signal);
    if (!isOver.signal.aborted) child.kill('SIGKILL');
    await ended;
  }

  private async onExit(how: number | string | null, ranMs: number): Promise<void> {
    this.changed();
    const { clock, logger, restartAfterMs = 1_000 } = this.options;
    const { signal } = this.stopping;
    this.crashes = ranMs >= HEALTHY_AFTER_MS ? 0 : this.crashes;
    while (!signal.aborted) {
      const waitMs = backOffMs(++this.crashes, { firstMs: restartAfterMs, longestMs: LONGEST_RESTART_MS });
      logger.warn({ worker: this.child?.pid, how, waitMs }, 'a worker ended unasked; it will be started again');
      await clock.sleep(waitMs, signal);
      if (signal.aborted) return;
      try {
        return await this.start();
      } catch (error) {
        logger.error({ err: error }, 'a worker could not be started again');
      }
    }
  }
}
