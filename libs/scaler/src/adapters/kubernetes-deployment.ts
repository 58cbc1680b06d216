import { backOffMs, type Clock, configurationError, ContentFlowError, messageOf } from '@contentflow/kernel';
import type { Machines } from '@contentflow/nest-platform';
import type { AppsV1Api, V1Scale } from '@kubernetes/client-node';

/** A deployment whose pods are the instances. */
export interface DeploymentName {
  readonly namespace: string;
  readonly name: string;
}

export interface KubernetesDeploymentOptions {
  readonly deployment: DeploymentName;
  readonly clock: Clock;
  /** A kubeconfig; left out, the pod's own service account, or what `kubectl` would use. */
  readonly kubeconfig?: string | undefined;
  readonly callsAtOnce: number;
  readonly usage: Machines['usage'];
}

/** A change that somebody else made meanwhile is read again, and a server that is busy asked again, so often. */
const MOST_TRIES = 6;
const WAIT = { firstMs: 200, longestMs: 10_000 };

/** `namespace/name`. @throws ContentFlowError `configuration` */
export function deploymentNamed(text: string, field: string): DeploymentName {
  const [, namespace, name] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,253})$/.exec(text) ?? [];
  if (namespace === undefined || name === undefined)
    throw configurationError(field, `names no deployment: "${text}"`, 'write NAMESPACE/NAME');
  return { namespace, name };
}

/**
 * Instances as pods of a deployment, by its scale subresource alone: `get` and `patch` on `deployments/scale` of that name
 * is all it may need. Its replicas are those asked for, so that a rolling update, with old and new pods both there, is no change.
 */
export class KubernetesDeployment implements Machines {
  readonly executor = 'kubernetes';
  private replicas = 0;
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly api: AppsV1Api,
    private readonly options: KubernetesDeploymentOptions,
    private readonly asMergePatch: Parameters<AppsV1Api['patchNamespacedDeploymentScale']>[1],
  ) {}

  /** The client is loaded for those who ask for it alone. */
  static async open(options: KubernetesDeploymentOptions): Promise<KubernetesDeployment> {
    const { AppsV1Api, KubeConfig, PatchStrategy, setHeaderOptions } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    if (options.kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(options.kubeconfig);
    const asMergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);
    return new KubernetesDeployment(config.makeApiClient(AppsV1Api), options, asMergePatch);
  }

  /** As last seen; 0 before. */
  instances(): number {
    return this.replicas;
  }

  callsAtOnce(): number {
    return this.options.callsAtOnce;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  usage(): { cpu: number; memory: number } {
    return this.options.usage();
  }

  /** Resolves when the deployment asks for that many; its pods follow. @throws ContentFlowError `kubernetes` */
  async scaleTo(instances: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.tryToScale(instances);
      } catch (error) {
        const waitMs = tries < MOST_TRIES ? waitBefore(error, tries) : undefined;
        if (waitMs === undefined) throw this.failure(error);
        await this.options.clock.sleep(waitMs);
      }
    }
  }

  private async tryToScale(instances: number): Promise<void> {
    const { deployment } = this.options;
    const before = await this.api.readNamespacedDeploymentScale(deployment);
    this.saw(before);
    if (this.replicas === instances) return;
    const resourceVersion = before.metadata?.resourceVersion;
    // Of this version alone: what somebody else has changed meanwhile is looked at first.
    const body = { metadata: { resourceVersion }, spec: { replicas: instances } };
    this.saw(await this.api.patchNamespacedDeploymentScale({ ...deployment, body }, this.asMergePatch));
  }

  private saw(scale: V1Scale): void {
    const replicas = scale.spec?.replicas ?? 0;
    if (replicas === this.replicas) return;
    this.replicas = replicas;
    for (const listener of this.listeners) listener();
  }

  private failure(cause: unknown): ContentFlowError {
    const { namespace, name } = this.options.deployment;
    const [problem, fix] = problemOf(cause);
    return new ContentFlowError('kubernetes', `deployment ${namespace}/${name}: ${problem}`, {
      ...(fix && { fix }),
      cause,
    });
  }
}

interface Answer {
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What the server answered, if it did. */
function answerOf(error: unknown): Answer | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'number')
    return undefined;
  const headers =
    'headers' in error && typeof error.headers === 'object' && error.headers !== null ? error.headers : {};
  const texts = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return {
    code: error.code,
    headers: Object.fromEntries(texts) as Record<string, string>,
    body: 'body' in error ? error.body : '',
  };
}

const BUSY = [429, 500, 502, 503, 504];

/** Milliseconds until it is worth another try; undefined where it is not. A server that is not there is left to the next minute. */
function waitBefore(error: unknown, tries: number): number | undefined {
  const answer = answerOf(error);
  if (answer?.code === 409) return 0;
  if (!answer || !BUSY.includes(answer.code)) return undefined;
  const askedMs = 1000 * Number(new Map(Object.entries(answer.headers)).get('retry-after') ?? 0);
  return Math.min(WAIT.longestMs, Math.max(askedMs || 0, backOffMs(tries, WAIT)));
}

function problemOf(error: unknown): [problem: string, fix?: string] {
  const answer = answerOf(error);
  if (!answer) return [`the API server cannot be reached: ${causeOf(error)}`];
  const said = saidIn(answer.body);
  switch (answer.code) {
    case 401:
      return ['the API server does not know who asks (401)', 'give a kubeconfig or a service account that is valid'];
    case 403:
      return [`may not be scaled (403): ${said}`, 'allow get and patch on deployments/scale of that name'];
    case 404:
      return ['is not there (404)'];
    case 409:
      return ['is changed by somebody else again and again (409)', 'let nothing else scale it, no autoscaler either'];
    case 429:
      return ['the API server asks to come later (429)'];
    default:
      return [`the API server answers ${answer.code}: ${said}`];
  }
}

function saidIn(body: unknown): string {
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? 'nothing');
  try {
    const status: unknown = JSON.parse(text);
    return typeof status === 'object' && status !== null && 'message' in status ? String(status.message) : text;
  } catch {
    return text.slice(0, 200);
  }
}

const causeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'cause' in error && error.cause
    ? messageOf(error.cause)
    : messageOf(error);
