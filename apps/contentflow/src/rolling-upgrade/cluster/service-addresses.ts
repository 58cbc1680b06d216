import { ownValue } from '@contentflow/kernel';
import type { ApiServer, KubernetesObject } from './api-server.ts';
import { Balancer } from '../balancer.ts';
import type { Pod } from './pod.ts';

/** Until a change of a pod has reached every node of a cluster. */
const HEARD_AFTER_MS = 1_000;

interface ServiceObject extends KubernetesObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly [{ readonly port: number }];
  };
}

interface Known {
  readonly object: ServiceObject;
  readonly balancer: Balancer;
  readonly address: string;
}

/** Each Service at an address of its own, with those of its pods behind it that serve, as far as that has been heard. */
export class ServiceAddresses {
  private readonly known = new Map<string, Known>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private listed = new Set<Pod>();

  async take(api: ApiServer, namespace: string): Promise<void> {
    for (const object of await api.list<ServiceObject>(`${namespace}/services`)) {
      const { name } = object.metadata;
      if (this.known.has(name)) continue;
      const address = `127.2.0.${this.known.size + 1}`;
      const balancer = await new Balancer().start({ host: address, port: object.spec.ports[0].port });
      this.known.set(name, { object, balancer, address });
    }
  }

  /** Addresses by name. */
  get hosts(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.known].map(([name, { address }]) => [name, address]));
  }

  urlOf(name: string): string {
    const known = this.known.get(name);
    if (!known) throw new Error(`there is no Service ${name}`);
    return known.balancer.url;
  }

  /** Which pods there are by now; who asks hears of it a moment later. */
  show(pods: readonly Pod[]): void {
    const serving = new Set(pods.filter(({ isServing }) => isServing));
    for (const pod of serving) if (!this.listed.has(pod)) this.later(pod, 'list');
    for (const pod of this.listed) if (!serving.has(pod)) this.later(pod, 'unlist');
    this.listed = serving;
  }

  private later(pod: Pod, change: 'list' | 'unlist'): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      const { port } = pod;
      for (const { object, balancer } of this.known.values())
        if (isSelected(pod, object)) balancer[change](port, pod.ip);
    }, HEARD_AFTER_MS);
    this.timers.add(timer);
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    for (const { balancer } of this.known.values()) await balancer.close();
  }
}

const isSelected = ({ object: { metadata } }: Pod, { spec }: ServiceObject): boolean =>
  Object.entries(spec.selector).every(([label, value]) => ownValue(metadata.labels ?? {}, label) === value);
