import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from '../../built-program.ts';
import type { App, AppBuilds } from '../app-builds.ts';
import type { Deployment, Replacement } from '../deployment.ts';
import { ApiServer, type KubernetesObject } from './api-server.ts';
import { imageOf } from './image.ts';
import { Node } from './node.ts';
import type { Pod } from './pod.ts';
import { ServiceAddresses } from './service-addresses.ts';

const execute = promisify(execFile);

const RELEASE = 'demo';
const REGISTRY = 'registry.example/contentflow';
const ROLLS_WITHIN_MS = 600_000;
const chart = join(root, 'infra/helm/contentflow');

interface DeploymentObject extends KubernetesObject {
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

export interface ChartSettings {
  readonly kubeconfig: string;
  /** The program. */
  readonly helm: string;
  readonly folder: string;
  /** What has no default: docs/deployment.md. */
  readonly values: object;
  /** By name. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly key: string;
}

/** The chart, installed by Helm on a real API server, whose Deployments roll processes of this machine. */
export class ChartDeployment implements Deployment {
  readonly key: string;
  readonly replacements: Replacement[] = [];
  private readonly settings: ChartSettings;
  private readonly api: ApiServer;
  private readonly namespaceName = `contentflow-rolled-${process.pid}`;
  private readonly namespace = `/api/v1/namespaces/${this.namespaceName}`;
  private readonly services = new ServiceAddresses();
  private readonly node: Node;
  private readonly builds = new Map<string, AppBuilds>();
  private readonly tags = new Map<App, string>();
  private readonly failed: string[] = [];
  private tag = '';

  constructor(settings: ChartSettings) {
    this.settings = settings;
    this.key = settings.key;
    this.api = new ApiServer(settings.kubeconfig);
    this.node = new Node(
      { api: this.api, namespace: this.namespace, services: this.services },
      settings.folder,
      (image, app) => imageOf(app, this.buildsTagged(image)),
    );
  }

  get url(): string {
    return this.services.urlOf(`${RELEASE}-entry`);
  }

  get ended(): Pod[] {
    return this.node.ended;
  }

  get wrong(): string[] {
    return [...this.failed, ...this.node.wrong, ...this.node.all().flatMap(({ wrong }) => wrong)];
  }

  all(): Pod[] {
    return this.node.all();
  }

  async start(builds: AppBuilds): Promise<void> {
    const { folder, values, secrets } = this.settings;
    mkdirSync(join(folder, 'helm'), { recursive: true });
    writeFileSync(join(folder, 'values.json'), JSON.stringify(values));
    await this.api.create('/api/v1/namespaces', { metadata: { name: this.namespaceName } });
    for (const [name, stringData] of Object.entries(secrets))
      await this.api.create(`${this.namespace}/secrets`, { metadata: { name }, stringData });
    this.tag = this.tagOf(builds);
    this.node.run();
    await this.helm('install');
    await this.stands();
  }

  async roll(apps: readonly App[], builds: AppBuilds): Promise<void> {
    const tag = this.tagOf(builds);
    const before = new Set(this.all());
    for (const app of apps) this.tags.set(app, tag);
    const watching = this.countReady();
    await this.helm('upgrade');
    await this.stands();
    await watching.stop();
    const young = this.all().filter((pod) => !before.has(pod));
    for (const old of this.ended.filter((pod) => before.has(pod) && pod.stoppedAt < Infinity)) {
      const next = young.find(({ app }) => app === old.app);
      this.replacements.push({
        app: old.app,
        startMs: next === undefined ? Infinity : next.readyAt - next.createdAt,
        code: old.code,
        ms: old.stoppedAt - old.stopsFrom,
      });
    }
  }

  /** Takes all of it out, which ends every pod as any other end of one. */
  async stop(): Promise<void> {
    await this.api.delete(this.namespace);
    await this.node.emptied();
    await this.node.stop();
    await this.services.close();
  }

  kill(): void {
    this.node.kill();
  }

  private tagOf(builds: AppBuilds): string {
    const tag = `build-${this.builds.size + 1}`;
    this.builds.set(tag, builds);
    return tag;
  }

  private buildsTagged(image: string): AppBuilds {
    const builds = this.builds.get(image.slice(image.lastIndexOf(':') + 1));
    if (!builds || !image.startsWith(`${REGISTRY}/`)) throw new Error(`there is no image ${image}`);
    return builds;
  }

  private async helm(verb: 'install' | 'upgrade'): Promise<void> {
    const { helm, folder, kubeconfig } = this.settings;
    const own = join(folder, 'helm');
    const tags = [...this.tags].flatMap(([app, tag]) => ['--set', `services.${app}.tag=${tag}`]);
    const images = ['--set', `image.registry=${REGISTRY}`, '--set', `image.tag=${this.tag}`, ...tags];
    const values = ['--namespace', this.namespaceName, '--values', join(folder, 'values.json')];
    await execute(helm, [verb, RELEASE, chart, ...values, ...images], {
      env: { ...process.env, KUBECONFIG: kubeconfig, HELM_CACHE_HOME: own, HELM_CONFIG_HOME: own, HELM_DATA_HOME: own },
    });
  }

  private deployments(): Promise<readonly DeploymentObject[]> {
    return this.api.list(`/apis/apps/v1/namespaces/${this.namespaceName}/deployments`);
  }

  /** Until each Deployment has what it asks for, of what it asks for, and what it replaces is gone. */
  private async stands(): Promise<void> {
    const until = performance.now() + ROLLS_WITHIN_MS;
    for (;;) {
      const found = await this.deployments();
      const isRolling = found.some(({ metadata, spec, status }) => {
        const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
        const isSettled = [replicas, updatedReplicas, availableReplicas].every((number) => number === spec.replicas);
        return observedGeneration !== metadata.generation || !isSettled;
      });
      const isEnding = this.ended.some(({ stoppedAt }) => stoppedAt === Infinity);
      if (found.length > 0 && !isRolling && !isEnding) return;
      if (performance.now() > until) throw new Error(`the Deployments do not come to rest: ${this.wrong.join('; ')}`);
      await pause(250);
    }
  }

  /** While it rolls, no app may have fewer ready pods than it should. */
  private countReady(): { stop(): Promise<void> } {
    let isOver = false;
    const loop = (async () => {
      while (!isOver) {
        for (const { metadata, spec, status } of await this.deployments())
          if ((status.availableReplicas ?? 0) < spec.replicas)
            this.failed.push(
              `${metadata.name}: ${status.availableReplicas ?? 0} of ${spec.replicas} pods were available`,
            );
        await pause(250);
      }
    })();
    return {
      async stop() {
        isOver = true;
        await loop;
      },
    };
  }
}
