import { systemClock } from '@contentflow/kernel';
import { type AppsV1Api, type CoreV1Api, KubeConfig, type RbacAuthorizationV1Api } from '@kubernetes/client-node';
import * as client from '@kubernetes/client-node';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentNamed, KubernetesDeployment } from './kubernetes-deployment.ts';

const folder = mkdtempSync(join(tmpdir(), 'kubernetes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opened = (kubeconfig: string, name = 'generator', namespace = 'default') =>
  KubernetesDeployment.open({
    kubeconfig,
    deployment: { namespace, name },
    clock: systemClock,
    callsAtOnce: 4,
    usage: () => ({ cpu: 0, memory: 0 }),
  });

describe('an API server that is not well', () => {
  let server: Server;
  let kubeconfig: string;
  /** What it answers to each request, in turn; after the last, as a healthy one. */
  let answers: ((response: ServerResponse) => void)[];
  let replicas: number;
  let patches: { metadata: { resourceVersion?: string }; spec: { replicas: number } }[];

  const failing =
    (status: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ kind: 'Status', code: status, message: `said ${status}` }));
    };
  const scale = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ kind: 'Scale', metadata: { resourceVersion: '7' }, spec: { replicas } }));
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const next = answers.shift();
      if (next) return next(response);
      if (request.method === 'PATCH') {
        const patch = JSON.parse(body) as (typeof patches)[number];
        patches.push(patch);
        replicas = patch.spec.replicas;
      }
      scale(response);
    });
  };

  beforeAll(async () => {
    server = createServer(answer).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    kubeconfig = join(folder, 'unwell');
    const { port } = server.address() as AddressInfo;
    writeFileSync(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`, 'x'));
  });
  beforeEach(() => ([answers, replicas, patches] = [[], 1, []]));
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('changes the version it has read, and only where there is something to change', async () => {
    const machines = await opened(kubeconfig);
    await machines.scaleTo(3);
    await machines.scaleTo(3);
    expect(patches).toEqual([{ metadata: { resourceVersion: '7' }, spec: { replicas: 3 } }]);
    expect(machines.instances()).toBe(3);
  });

  it('reads again after a conflict, and comes again when it is asked to come later', async () => {
    answers = [scale, failing(409), scale, failing(429, { 'Retry-After': '1' }), failing(503)];
    await (await opened(kubeconfig)).scaleTo(4);
    expect(replicas).toBe(4);
  });

  it.each([
    [
      'conflicts without end',
      Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? scale : failing(409))),
      /somebody else/,
    ],
    ['no right', [failing(403)], /may not be scaled \(403\): said 403; allow get and patch/],
    ['nobody known', [failing(401)], /does not know who asks/],
    ['no such deployment', [failing(404)], /default\/generator: is not there/],
    ['a number it does not take', [scale, failing(422)], /answers 422: said 422/],
    ['a connection that breaks', [(response: ServerResponse) => void response.destroy()], /cannot be reached/],
  ])('says what is wrong: %s', async (_, wrong, said) => {
    answers = [...wrong];
    await expect((await opened(kubeconfig)).scaleTo(2)).rejects.toThrow(said);
    answers = [];
    await (await opened(kubeconfig)).scaleTo(2);
    expect(replicas).toBe(2);
  });
});

it('a deployment is named by its namespace and its name', () => {
  expect(deploymentNamed('content/generator', 'X')).toEqual({ namespace: 'content', name: 'generator' });
  for (const wrong of ['generator', 'a/b/c', '/x', 'x/', 'A/b', 'a b/c', ''])
    expect(() => deploymentNamed(wrong, 'X')).toThrow(/X: names no deployment/);
});

function kubeconfigOf(server: string, token: string, ca?: string): string {
  const cluster = { server, ...(ca ? { 'certificate-authority': ca } : { 'insecure-skip-tls-verify': true }) };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user: { token } }],
  });
}

// The folder of a control plane on this machine, with its kubeconfig and `apiserver.pid`.
const plane = process.env['KUBERNETES_DIR'];
if (plane && existsSync(join(plane, 'kubeconfig'))) onARealServer(plane);
// Where servers must be there, whoever runs the tests says himself what he could not build.
else if (!process.env['CONTENTFLOW_REQUIRE_SERVERS'])
  it.skip('a deployment on a real API server (skipped: KUBERNETES_DIR names no folder of a control plane)', () =>
    undefined);

function onARealServer(dir: string): void {
  describe('a deployment on a real API server', () => {
    const namespace = `contentflow-${process.pid}`;
    const name = 'generator';
    let apps: AppsV1Api;
    let core: CoreV1Api;
    let rbac: RbacAuthorizationV1Api;
    let limited: string;
    const admin = join(dir, 'kubeconfig');
    const asked = async () => (await apps.readNamespacedDeploymentScale({ name, namespace })).spec?.replicas;
    const until = async (holds: () => Promise<boolean>): Promise<void> => {
      while (!(await holds().catch(() => false))) await systemClock.sleep(100);
    };
    const role = (verbs: string[]) => ({
      metadata: { name: 'scales' },
      rules: [{ apiGroups: ['apps'], resources: ['deployments/scale'], resourceNames: [name], verbs }],
    });

    beforeAll(async () => {
      const config = new KubeConfig();
      config.loadFromFile(admin);
      [apps, core, rbac] = [
        config.makeApiClient(client.AppsV1Api),
        config.makeApiClient(client.CoreV1Api),
        config.makeApiClient(client.RbacAuthorizationV1Api),
      ];
      await core.createNamespace({ body: { metadata: { name: namespace } } });
      const labels = { app: name };
      const containers = [{ name: 'main', image: 'none' }];
      await apps.createNamespacedDeployment({
        namespace,
        body: {
          metadata: { name },
          spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers } },
          },
        },
      });
      await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'scaler' } } });
      await rbac.createNamespacedRole({ namespace, body: role(['get', 'patch']) });
      await rbac.createNamespacedRoleBinding({
        namespace,
        body: {
          metadata: { name: 'scales' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'scales' },
          subjects: [{ kind: 'ServiceAccount', name: 'scaler', namespace }],
        },
      });
      const { status } = await core.createNamespacedServiceAccountToken({
        name: 'scaler',
        namespace,
        body: { spec: { audiences: [] } },
      });
      limited = join(folder, 'limited');
      const { server, caFile } = config.getCurrentCluster() ?? {};
      writeFileSync(limited, kubeconfigOf(server ?? '', status?.token ?? '', caFile));
    });
    afterAll(() => core.deleteNamespace({ name: namespace }));

    it('is scaled up and down with the right to its scale alone, and its pods follow', async () => {
      const machines = await opened(limited, name, namespace);
      for (const instances of [4, 7, 2]) {
        await machines.scaleTo(instances);
        expect(await asked()).toBe(instances);
        await until(
          async () => (await apps.readNamespacedDeployment({ name, namespace })).status?.readyReplicas === instances,
        );
      }
    });

    it('follows a day’s load, an hour in a moment, up and down', async () => {
      const machines = await opened(limited, name, namespace);
      const hours = Array.from({ length: 24 }, (_, hour) => Math.round(6 - 5 * Math.cos((2 * Math.PI * hour) / 24)));
      const pods: unknown[] = [];
      for (const instances of hours) {
        await machines.scaleTo(instances);
        await until(async () => {
          const { status } = await apps.readNamespacedDeployment({ name, namespace });
          return status?.readyReplicas === instances && status.replicas === instances;
        });
        pods.push((await apps.readNamespacedDeployment({ name, namespace })).status?.readyReplicas);
      }
      expect(pods).toEqual(hours);
    }, 120_000);

    it('is what one of many said who scale it at once', async () => {
      const numbers = [3, 4, 5, 6, 7, 8];
      await Promise.allSettled(numbers.map(async (n) => (await opened(limited, name, namespace)).scaleTo(n)));
      expect(numbers).toContain(await asked());
    });

    it('says when its right is taken, and goes on when it is back', async () => {
      const machines = await opened(limited, name, namespace);
      await rbac.replaceNamespacedRole({ name: 'scales', namespace, body: role(['get']) });
      // The server hears of it a moment later; each try asks for another number, so that there is something to refuse.
      let tries = 0;
      await until(() =>
        machines.scaleTo(1 + (tries++ % 2)).then(
          () => false,
          () => true,
        ),
      );
      await expect(machines.scaleTo(9)).rejects.toThrow(/may not be scaled \(403\)/);
      await rbac.replaceNamespacedRole({ name: 'scales', namespace, body: role(['get', 'patch']) });
      await until(() => machines.scaleTo(9).then(() => true));
      expect(await asked()).toBe(9);
    });

    it('says when the server is gone, and goes on when it is back', async () => {
      const machines = await opened(limited, name, namespace);
      const pidFile = join(dir, 'apiserver.pid');
      const pid = Number(readFileSync(pidFile, 'utf8'));
      const [command = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
      process.kill(pid, 'SIGKILL');
      try {
        await until(() =>
          machines.scaleTo(3).then(
            () => false,
            (error: Error) => /cannot be reached/.test(error.message),
          ),
        );
      } finally {
        const again = spawn(command, args, { cwd: dir, detached: true, stdio: 'ignore' });
        again.unref();
        writeFileSync(pidFile, String(again.pid));
      }
      await until(() => machines.scaleTo(3).then(() => true));
      expect(await asked()).toBe(3);
    }, 120_000);
  });
}
