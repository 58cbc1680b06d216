import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app-builds.ts';
import type { DeployedEnd } from '../deployment.ts';
import type { Image } from './image.ts';
import type { PodObject, Probe } from './pod-spec.ts';

/** What a kubelet leaves for the end of a process whose hook has used up all of the grace. */
const LEAST_AFTER_HOOK_MS = 2_000;
const preload = new URL('pod-network.mjs', import.meta.url).href;

export interface PodState {
  readonly isStarted: boolean;
  readonly isReady: boolean;
  readonly restarts: number;
}

/** A pod's process, started, probed and stopped as a kubelet does it. */
export class Pod implements DeployedEnd {
  readonly app: App;
  readonly object: PodObject;
  readonly ip: string;
  private child: ChildProcess;
  private readonly begin: () => ChildProcess;
  private readonly onChange: (pod: Pod, state: PodState) => Promise<unknown>;
  private isStarted = false;
  private isReady = false;
  private isEnding = false;
  private restarts = 0;
  /** What it said on standard error; its end. */
  said = '';
  /** What no pod should do: end by itself, or be ended for want of life. */
  readonly wrong: string[] = [];
  readonly createdAt = performance.now();
  readyAt = Infinity;
  stopsFrom = Infinity;
  stoppedAt = Infinity;
  code: number | null = null;

  /** @param onChange  told whenever its state has changed */
  constructor(
    { object, ip, image, env }: { object: PodObject; ip: string; image: Image; env: NodeJS.ProcessEnv },
    onChange: (pod: Pod, state: PodState) => Promise<unknown>,
  ) {
    this.object = object;
    this.ip = ip;
    this.app = object.spec.containers[0].name as App;
    this.onChange = onChange;
    const [program = '', ...args] = image.command;
    this.begin = () =>
      spawn(program, ['--import', preload, ...args], {
        env: { PATH: process.env['PATH'], ...image.env, ...env, CHART_POD_IP: ip },
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      });
    this.child = this.launch();
    void this.watch();
  }

  get name(): string {
    return this.object.metadata.name;
  }

  /** Where it answers. */
  get port(): number {
    return this.object.spec.containers[0].ports.find(({ name }) => name === 'http')?.containerPort ?? 0;
  }

  /** Whether somebody who asks for its Service may come to it. */
  get isServing(): boolean {
    return this.isReady && !this.isEnding;
  }

  private launch(): ChildProcess {
    const child = this.begin();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-8_000)));
    child.once('exit', (code, signal) => {
      if (this.isEnding) return;
      this.wrong.push(`${this.name} ended by itself with ${code ?? signal}: ${this.said.slice(-400)}`);
      void this.restart();
    });
    return child;
  }

  private async restart(): Promise<void> {
    this.isStarted = this.isReady = false;
    this.restarts++;
    await this.tell();
    await pause(1_000);
    if (!this.isEnding) this.child = this.launch();
  }

  private async tell(): Promise<void> {
    const { isStarted, isReady, restarts } = this;
    await this.onChange(this, { isStarted, isReady, restarts });
  }

  /** The startup probe first; then life and readiness, each at its own pace. */
  private async watch(): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = this.object.spec.containers[0];
    await this.tell();
    void this.probed(livenessProbe, (isWell) => this.isStarted && !isWell && this.endForWantOf('liveness'));
    void this.probed(startupProbe, async (isWell) => {
      if (this.isStarted) return;
      if (!isWell) return this.endForWantOf('startup');
      this.isStarted = true;
      await this.tell();
    });
    await this.probed(readinessProbe, async (isWell) => {
      if (!this.isStarted || isWell === this.isReady) return;
      this.isReady = isWell;
      if (isWell) this.readyAt = Math.min(this.readyAt, performance.now());
      else if (!this.isEnding) this.wrong.push(`${this.name} was not ready any more`);
      await this.tell();
    });
  }

  /** Told of each success, and of failures once there are as many in a row as the probe allows. */
  private async probed(probe: Probe, onWord: (isWell: boolean) => unknown): Promise<void> {
    let failures = 0;
    await pause(Math.random() * 1_000 + (probe.initialDelaySeconds ?? 0) * 1_000);
    while (!this.isEnding) {
      const isWell = await this.answers(probe);
      failures = isWell ? 0 : failures + 1;
      if (isWell || failures >= probe.failureThreshold) await onWord(isWell);
      await pause(probe.periodSeconds * 1_000);
    }
  }

  private async answers({ httpGet: { path, port }, timeoutSeconds }: Probe): Promise<boolean> {
    const { ports } = this.object.spec.containers[0];
    const number = ports.find(({ name }) => name === port)?.containerPort ?? port;
    const signal = AbortSignal.timeout(timeoutSeconds * 1_000);
    return fetch(`http://${this.ip}:${number}${path}`, { signal }).then(
      ({ status }) => status >= 200 && status < 400,
      () => false,
    );
  }

  private endForWantOf(probe: string): void {
    this.wrong.push(`${this.name} was ended by its ${probe} probe`);
    this.child.kill('SIGKILL');
  }

  /**
   * Its hook, then SIGTERM, then SIGKILL when the grace is over, which hook and end share.
   * @param object  as it is where it is to go, with its grace
   */
  async end({ metadata, spec }: PodObject = this.object): Promise<void> {
    this.isEnding = true;
    const seconds = metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds;
    const until = performance.now() + seconds * 1_000;
    const hookMs = spec.containers[0].lifecycle.preStop.sleep.seconds * 1_000;
    await pause(Math.min(hookMs, seconds * 1_000));
    this.stopsFrom = performance.now();
    if (this.isAlive) {
      const graceMs = Math.max(LEAST_AFTER_HOOK_MS, until - performance.now());
      const killing = setTimeout(() => this.child.kill('SIGKILL'), graceMs);
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      [this.code] = (await ended) as [number | null];
      clearTimeout(killing);
    }
    this.stoppedAt = performance.now();
  }

  private get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  kill(): void {
    this.isEnding = true;
    this.child.kill('SIGKILL');
  }
}
