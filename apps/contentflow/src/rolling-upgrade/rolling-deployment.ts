import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { APPS, type App, type AppBuilds } from './app-builds.ts';
import { Balancer } from './balancer.ts';
import { DeployedProcess } from './deployed-process.ts';
import type { Deployment, Replacement, Stopped } from './deployment.ts';

/** Until whoever sends has heard that a process is no longer listed: the chart's `stop.unlistedSeconds`. */
const UNLISTED_MS = 1_000;
const SIDE_BY_SIDE_MS = 3_000;
/** How many of each. The chart has the same, but for those that nobody calls. */
const REPLICAS: Readonly<Record<App, number>> = {
  ledger: 1,
  monitor: 1,
  optimizer: 1,
  'feedback-learner': 1,
  scaler: 1,
  generator: 2,
  entry: 1,
};

/** The services and the entry as the chart deploys them: some processes each behind one address, replaced one by one. */
export class RollingDeployment implements Deployment {
  readonly replacements: Replacement[] = [];
  readonly ended: DeployedProcess[] = [];
  readonly wrong: readonly string[] = [];
  private readonly balancers = new Map<App, Balancer>();
  private readonly running = new Map<App, DeployedProcess[]>();
  private readonly env: NodeJS.ProcessEnv;

  /** @param env  of every process */
  constructor(env: NodeJS.ProcessEnv) {
    this.env = env;
  }

  get url(): string {
    return this.balancerOf('entry').url;
  }

  async start(builds: AppBuilds): Promise<void> {
    for (const app of APPS) this.balancers.set(app, await new Balancer().start());
    for (const app of APPS)
      for (let replica = 0; replica < REPLICAS[app]; replica++) {
        const process = await this.launch(app, builds);
        this.running.set(app, [...(this.running.get(app) ?? []), process]);
      }
  }

  async roll(apps: readonly App[], builds: AppBuilds): Promise<void> {
    for (const app of apps) await this.replace(app, builds);
  }

  private async replace(app: App, builds: AppBuilds): Promise<void> {
    for (const old of this.running.get(app) ?? []) {
      const from = performance.now();
      const young = await this.launch(app, builds);
      this.running.set(
        app,
        [...(this.running.get(app) ?? []), young].filter((each) => each !== old),
      );
      const startMs = performance.now() - from;
      await pause(SIDE_BY_SIDE_MS);
      this.balancerOf(app).unlist(old.port);
      await pause(UNLISTED_MS);
      this.ended.push(old);
      this.replacements.push({ app, startMs, ...(await old.stop()) });
    }
  }

  all(): DeployedProcess[] {
    return [...this.ended, ...[...this.running.values()].flat()];
  }

  async stop(): Promise<Stopped[]> {
    const stopped = await Promise.all([...this.running.values()].flat().map((each) => each.stop()));
    for (const balancer of this.balancers.values()) await balancer.close();
    return stopped;
  }

  kill(): void {
    for (const process of this.all()) process.kill();
  }

  private async launch(app: App, { main, codeVersion }: AppBuilds): Promise<DeployedProcess> {
    const version = codeVersion === undefined ? {} : { CONTENTFLOW_CODE_VERSION: codeVersion };
    const process = new DeployedProcess(app, await freePort(), main(app), { ...this.env, ...this.urls(), ...version });
    try {
      await process.ready();
    } catch (error) {
      process.kill();
      throw error;
    }
    this.balancerOf(app).list(process.port);
    return process;
  }

  private urls(): NodeJS.ProcessEnv {
    const named = [...this.balancers].filter(([app]) => app !== 'entry');
    return Object.fromEntries(named.map(([app, { url }]) => [`${app.toUpperCase().replaceAll('-', '_')}_URL`, url]));
  }

  private balancerOf(app: App): Balancer {
    const balancer = this.balancers.get(app);
    if (!balancer) throw new Error('nothing is deployed');
    return balancer;
  }
}

/** One that was free a moment ago. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((found) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    }),
  );
}
