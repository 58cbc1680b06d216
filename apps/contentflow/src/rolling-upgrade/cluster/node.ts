import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../app-builds.ts';
import type { ApiServer } from './api-server.ts';
import type { Image } from './image.ts';
import { Pod, type PodState } from './pod.ts';
import { Mounted, type PodObject } from './pod-spec.ts';
import type { ServiceAddresses } from './service-addresses.ts';

const LOOKS_EVERY_MS = 250;

/** The nodes of a control plane that has none: each pod that is scheduled becomes a process of this machine, and the server is told how it does. */
export class Node {
  readonly ended: Pod[] = [];
  readonly wrong: string[] = [];
  private readonly pods = new Map<string, Pod>();
  private readonly api: ApiServer;
  private readonly namespace: string;
  private readonly services: ServiceAddresses;
  private readonly mounted: Mounted;
  private readonly folder: string;
  private readonly imageNamed: (image: string, app: App) => Image;
  private readonly ending: Promise<void>[] = [];
  private isStopped = false;
  private loop = Promise.resolve();
  private begun = 0;

  constructor(
    { api, namespace, services }: { api: ApiServer; namespace: string; services: ServiceAddresses },
    folder: string,
    imageNamed: (image: string, app: App) => Image,
  ) {
    this.api = api;
    this.namespace = namespace;
    this.services = services;
    this.folder = folder;
    this.imageNamed = imageNamed;
    this.mounted = new Mounted(api, namespace);
  }

  run(): void {
    this.loop = (async () => {
      while (!this.isStopped) {
        await this.look().catch((error: Error) => this.wrong.push(`the node: ${error.message}`));
        await pause(LOOKS_EVERY_MS);
      }
    })();
  }

  all(): Pod[] {
    return [...this.pods.values(), ...this.ended];
  }

  /** Until no pod is left. */
  async emptied(): Promise<void> {
    while (this.pods.size > 0 || this.ended.some(({ stoppedAt }) => stoppedAt === Infinity))
      await pause(LOOKS_EVERY_MS);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.loop;
    await Promise.all(this.ending);
  }

  kill(): void {
    this.isStopped = true;
    for (const pod of this.all()) pod.kill();
  }

  private async look(): Promise<void> {
    await this.services.take(this.api, this.namespace);
    for (const object of await this.api.list<PodObject>(`${this.namespace}/pods`)) {
      const { uid, deletionTimestamp } = object.metadata;
      const known = this.pods.get(uid);
      if (!known && object.spec.nodeName && !deletionTimestamp && !this.hasEnded(uid)) await this.begin(object);
      else if (known && deletionTimestamp) this.ending.push(this.end(known, object));
    }
    this.services.show([...this.pods.values()]);
  }

  private hasEnded = (uid: string): boolean => this.ended.some(({ object }) => object.metadata.uid === uid);

  private async begin(object: PodObject): Promise<void> {
    const { uid, name } = object.metadata;
    const [container] = object.spec.containers;
    const folder = join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    const env = {
      ...(await this.mounted.environmentOf(object, folder)),
      CHART_HOSTS: JSON.stringify(this.services.hosts),
    };
    const image = this.imageNamed(container.image, container.name as App);
    const ip = `127.1.${Math.floor(this.begun / 250)}.${1 + (this.begun++ % 250)}`;
    const pod = new Pod({ object, ip, image, env }, (each, state) => this.tell(each, state));
    this.pods.set(uid, pod);
  }

  private async end(pod: Pod, object: PodObject): Promise<void> {
    this.pods.delete(object.metadata.uid);
    this.ended.push(pod);
    await pod.end(object);
    await this.api
      .delete(`${this.namespace}/pods/${pod.name}`, {
        gracePeriodSeconds: 0,
        preconditions: { uid: object.metadata.uid },
      })
      .catch((error: Error) => this.wrong.push(error.message));
  }

  private async tell(pod: Pod, state: PodState): Promise<void> {
    const path = `${this.namespace}/pods/${pod.name}/status`;
    await this.api
      .merge(path, { status: statusOf(pod, state) })
      .catch((error: Error) => this.wrong.push(error.message));
  }
}

function statusOf({ object, ip }: Pod, { isStarted, isReady, restarts }: PodState): object {
  const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const [{ name, image }] = object.spec.containers;
  const condition = (type: string, holds: boolean): object => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: at,
  });
  return {
    phase: 'Running',
    podIP: ip,
    podIPs: [{ ip }],
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', isReady),
      condition('Ready', isReady),
    ],
    containerStatuses: [
      {
        name,
        image,
        imageID: image,
        started: isStarted,
        ready: isReady,
        restartCount: restarts,
        state: { running: { startedAt: at } },
      },
    ],
  };
}
