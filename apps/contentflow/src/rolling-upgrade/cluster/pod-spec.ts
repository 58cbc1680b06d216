import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiServer, KubernetesObject } from './api-server.ts';

export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly secretKeyRef: { readonly name: string; readonly key: string; readonly optional?: boolean };
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly Variable[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
}

export interface PodObject extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly terminationGracePeriodSeconds: number;
    readonly containers: readonly [Container];
    readonly volumes: readonly Volume[];
  };
}

const plain = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');

/** What a namespace holds for its pods. */
export class Mounted {
  private readonly api: ApiServer;
  private readonly namespace: string;

  /** @param namespace  its path, `/api/v1/namespaces/NAME` */
  constructor(api: ApiServer, namespace: string) {
    this.api = api;
    this.namespace = namespace;
  }

  /**
   * A container's variables, of Secrets too, and its volumes as folders, which variables that lie in them then name.
   * @param folder  the pod's own
   */
  async environmentOf({ spec }: PodObject, folder: string): Promise<Record<string, string>> {
    const [container] = spec.containers;
    const env = new Map<string, string>();
    for (const { secretRef } of container.envFrom ?? [])
      for (const [name, value] of await this.secret(secretRef.name)) env.set(name, value);
    for (const variable of container.env) {
      const value = variable.value ?? (await this.secretOf(variable));
      if (value !== undefined) env.set(variable.name, value);
    }
    const mounts = await this.mounted(spec.volumes, container, folder);
    const placed = (value: string): string => {
      const [path, at] = mounts.find(([each]) => value === each || value.startsWith(`${each}/`)) ?? [];
      return path === undefined || at === undefined ? value : at + value.slice(path.length);
    };
    const temporary = mounts.find(([path]) => path === '/tmp')?.[1];
    const named = [...env].map(([name, value]) => [name, placed(value)] as const);
    return { ...Object.fromEntries(named), ...(temporary !== undefined && { TMPDIR: temporary }) };
  }

  private async secretOf({ name, valueFrom }: Variable): Promise<string | undefined> {
    if (valueFrom === undefined) return '';
    const { name: secret, key, optional } = valueFrom.secretKeyRef;
    const value = (await this.secret(secret)).get(key);
    if (value === undefined && !optional) throw new Error(`${name}: the Secret ${secret} has no ${key}`);
    return value;
  }

  private async secret(name: string): Promise<Map<string, string>> {
    const { data = {} } = await this.api.get<{ data?: Record<string, string> }>(`${this.namespace}/secrets/${name}`);
    return new Map(Object.entries(data).map(([key, value]) => [key, plain(value)]));
  }

  private async mounted(
    volumes: readonly Volume[],
    { volumeMounts }: Container,
    folder: string,
  ): Promise<readonly (readonly [string, string])[]> {
    const places: (readonly [string, string])[] = [];
    for (const { name, mountPath } of volumeMounts) {
      const volume = volumes.find((each) => each.name === name);
      const at = join(folder, name);
      mkdirSync(at, { recursive: true });
      for (const [file, text] of await this.filesOf(volume)) writeFileSync(join(at, file), text);
      places.push([mountPath, at]);
    }
    return places;
  }

  private async filesOf(volume: Volume | undefined): Promise<Map<string, string>> {
    if (volume?.secret) return this.secret(volume.secret.secretName);
    if (!volume?.configMap) return new Map();
    const path = `${this.namespace}/configmaps/${volume.configMap.name}`;
    const { data = {} } = await this.api.get<{ data?: Record<string, string> }>(path);
    return new Map(Object.entries(data));
  }
}
