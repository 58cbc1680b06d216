import { apiRoutes } from '@contentflow/contracts';
import { loadConfiguration } from '@contentflow/nest-platform';
import { deploymentNamed, kedaSettings } from '@contentflow/scaler';
import { assertKnownEnvironment } from '@contentflow/nest-platform/environment';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');
const chart = join(import.meta.dirname, 'contentflow');
const { HELM: helm, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;

describe('the Helm chart', () => {
  if (!helm) {
    if (required === '1')
      it('has Helm', () => {
        throw new Error('HELM is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');
      });
    else it.skip('needs HELM: infra/helm/install-helm.sh', () => {});
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-chart-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (command: string, ...args: readonly string[]) =>
    spawnSync(helm, [command, ...args], {
      encoding: 'utf8',
      env: { ...process.env, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder },
    });
  const valuesIn = (name: string): string => join(chart, 'ci', `${name}-values.yaml`);
  /** What is installed with these values. */
  const rendered = (name: string, ...args: readonly string[]): Manifests => {
    const { status, stdout, stderr } = run('template', 'demo', chart, '--values', valuesIn(name), ...args);
    expect([status, stderr]).toEqual([0, '']);
    return new Manifests(stdout);
  };

  it.each(['least', 'everything', 'scaled', 'pushed'])(
    'has nothing that Helm would warn of, with values for %s',
    (name) => {
      const { status, stdout } = run('lint', chart, '--strict', '--values', valuesIn(name));
      expect([status, stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
    },
  );

  it('asks for what nobody can know but who installs it, and names each', () => {
    const { status, stderr } = run('template', 'demo', chart);
    expect(status).not.toBe(0);
    for (const field of ['/image/registry', '/kafka/brokers', '/mongo/secret', '/secrets/name'])
      expect(stderr).toContain(`at '${field}'`);
  });

  it.each([
    ['/services/generator/replicas', 'services.generator.replicas=0'],
    ['/services/generator', 'services.generator.replica=3'],
    ['/services', 'services.judge.replicas=1'],
    ['', 'service.generator.replicas=1'],
    ['/kafka/brokers/0', 'kafka.brokers={kafka}'],
    ['/kafka/sasl/mechanism', 'kafka.sasl.mechanism=gssapi'],
    ['/image/digests/ledger', 'image.digests.ledger=latest'],
    ['/namespace', 'namespace=Staging_1'],
    ['/otlpEndpoint', 'otlpEndpoint=collector:4318'],
    ['/ingress/host', 'ingress.enabled=true'],
    ['/keda/secret', 'keda.enabled=true'],
    ['/keda/trigger', 'keda.trigger=kafka'],
    ['/keda/tls/scalerSecret', 'keda.enabled=true,keda.trigger=external'],
    ['/keda/enabled', 'keda.enabled=true,keda.secret=k,directScaling.enabled=true'],
    ['/directScaling/apiServerPorts/0', 'directScaling.apiServerPorts[0]=0'],
    ['/stop/graceSeconds', 'stop.graceSeconds=soon'],
    ['/configuration/providers/0/apiKey', 'configuration.providers[0].apiKey=sk-in-clear'],
    ['/configuration/webhooks/secret', 'configuration.webhooks.secret=whsec_in_clear'],
    ['/configuration/notifications/channels/0/password', 'configuration.notifications.channels[0].password=in-clear'],
    ['/networkPolicy/kafka/0', 'networkPolicy.kafka[0].podSelectr.matchLabels.app=kafka'],
  ])('refuses a wrong value and names %s', (field, value) => {
    const { status, stderr } = run('template', 'demo', chart, '--values', valuesIn('least'), '--set', value);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`at '${field}'`)]);
  });

  it('deploys every app that is a service, and the entry, from the images that are built', () => {
    const apps = readdirSync(join(root, 'apps')).filter(
      (app) => app !== 'contentflow' && existsSync(join(root, 'apps', app, 'src/main.ts')),
    );
    const least = rendered('least');
    for (const kind of ['Deployment', 'Service', 'PodDisruptionBudget', 'NetworkPolicy', 'ConfigMap'])
      expect(least.namesOf(kind)).toEqual(apps.map((app) => `demo-${app}`).toSorted());
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(least.pods().map(({ container }) => container.image)).toEqual(
      apps.toSorted().map((app) => `registry.example/contentflow/${app}:${version}`),
    );
    const images = rendered('everything')
      .pods()
      .map(({ container }) => container.image);
    expect(images).toContain('registry.example/contentflow/monitor:0.3.1');
    expect(images).toContainEqual(expect.stringMatching(/\/generator@sha256:[0-9a-f]{64}$/));
  });

  it('rolls one app by itself', () => {
    const images = rendered('least', '--set', 'image.tag=0.3.0', '--set', 'services.ledger.tag=0.4.0')
      .pods()
      .map(({ container }) => container.image.split(':')[1]);
    expect(images.filter((tag) => tag === '0.4.0')).toHaveLength(1);
    expect(images.filter((tag) => tag === '0.3.0')).toHaveLength(6);
  });

  it('gives no pod more than it needs', () => {
    for (const { spec, container } of rendered('everything').pods()) {
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      for (const kind of ['requests', 'limits'] as const)
        expect(Object.keys(container.resources[kind])).toEqual(['cpu', 'memory']);
    }
  });

  it('asks at the port and at the paths that services answer', () => {
    const dockerfile = readFileSync(join(root, 'infra/docker/Dockerfile'), 'utf8');
    const port = Number(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]);
    const everything = rendered('everything');
    for (const { container } of everything.pods()) {
      expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
      expect(variablesOf(container)).toMatchObject({ PORT: String(port), HOST: '0.0.0.0' });
      for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe])
        expect(Object.keys(apiRoutes)).toContain(`GET ${probe.httpGet.path}`);
    }
    const [trigger] = everything.one('ScaledObject').spec['triggers'] as [{ metadata: { url: string } }];
    expect(Object.keys(apiRoutes)).toContain(`GET ${new URL(trigger.metadata.url).pathname}`);
    expect(everything.namesOf('Service')).toContain(new URL(trigger.metadata.url).hostname.split('.')[0]);
  });

  it('lets a pod end by itself before it is killed', () => {
    for (const { spec, container } of rendered('everything').pods()) {
      const grace = Number(variablesOf(container)['CONTENTFLOW_GRACE_S']);
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(container.lifecycle.preStop.sleep.seconds + grace);
    }
  });

  it('sets only variables that something reads', () => {
    const sources = globSync(['apps/*/src/**/*.ts', 'libs/*/src/**/*.ts'], { cwd: root })
      .filter((file) => !/\.spec\.ts$|\/testing\//.test(file))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    // By OpenTelemetry itself.
    const readElsewhere = ['OTEL_SERVICE_NAME'];
    for (const { app, container } of ['everything', 'scaled', 'pushed'].flatMap((name) => rendered(name).pods())) {
      const variables = variablesOf(container);
      assertKnownEnvironment(variables);
      const unread = Object.keys(variables).filter(
        (name) => !/_URL$/.test(name) && !readElsewhere.includes(name) && !sources.includes(name),
      );
      expect([app, unread]).toEqual([app, []]);
    }
  });

  it('tells the entry where each service is, by the names that it asks for', () => {
    const everything = rendered('everything');
    const { container } = everything.pod('entry');
    const urls = Object.entries(variablesOf(container)).filter(([name]) => name.endsWith('_URL'));
    const services = everything
      .pods()
      .map(({ app }) => app)
      .filter((app) => app !== 'entry');
    expect(Object.fromEntries(urls)).toEqual(
      Object.fromEntries(
        services.map((app) => [`${app.toUpperCase().replaceAll('-', '_')}_URL`, `http://demo-${app}:4000`]),
      ),
    );
  });

  it('shows no secret to whoever may read a Deployment, and each only to pods that need it', () => {
    const everything = rendered('everything');
    for (const { container } of everything.pods())
      for (const { name, value } of container.env)
        if (/KEY|SECRET|PASSWORD|URI/.test(name))
          expect([name, value]).toEqual([name, value?.startsWith('/etc/') ? value : undefined]);
    const secretsOf = (app: string): string[] =>
      (
        JSON.stringify(everything.pod(app)).match(
          /CONTENTFLOW_\w*KEY(?:_BEFORE)?|MONGO_URI|contentflow-(?:providers|notifications)/g,
        ) ?? []
      ).toSorted();
    expect(new Set(secretsOf('entry'))).toEqual(new Set(['CONTENTFLOW_KEY']));
    expect(new Set(secretsOf('monitor'))).toEqual(
      new Set(['CONTENTFLOW_ADMIN_KEY', 'MONGO_URI', 'contentflow-notifications']),
    );
    expect(new Set(secretsOf('ledger'))).toEqual(
      new Set([
        'CONTENTFLOW_ADMIN_KEY',
        'CONTENTFLOW_MASTER_KEY',
        'CONTENTFLOW_SIGNING_KEY',
        'CONTENTFLOW_SIGNING_KEY_BEFORE',
        'MONGO_URI',
      ]),
    );
    expect(new Set(secretsOf('generator'))).toEqual(
      new Set(['CONTENTFLOW_ADMIN_KEY', 'CONTENTFLOW_MASTER_KEY', 'MONGO_URI', 'contentflow-providers']),
    );
  });

  it('hands each a configuration that it takes, with the secrets of its own environment alone', async () => {
    const secrets = { OPENAI_API_KEY: 'of a test', WEBHOOK_SECRET: 'whsec_b2YgYSB0ZXN0' };
    for (const name of ['least', 'everything'])
      for (const { app, file } of rendered(name).configurations()) {
        const path = join(folder, `${app}.yaml`);
        writeFileSync(path, file);
        if (app === 'generator') Object.assign(process.env, secrets);
        if (app === 'monitor') Object.assign(process.env, { MAIL_PASSWORD: 'of a test' });
        try {
          const { providers, access, notifications } = await loadConfiguration(path);
          const isTelling = app === 'monitor' && name === 'everything';
          expect([app, notifications.channels.length]).toEqual([app, isTelling ? 1 : 0]);
          expect([app, providers.length]).toEqual([app, app === 'generator' ? 1 : 0]);
          expect([app, access.allowedHosts.length]).toEqual([app, name === 'everything' ? 1 : 0]);
        } finally {
          for (const secret of [...Object.keys(secrets), 'MAIL_PASSWORD']) delete process.env[secret];
        }
      }
  });

  it('starts those anew whose configuration changed, and no others', () => {
    const sums = (...args: readonly string[]): Record<string, string> =>
      Object.fromEntries(
        rendered('least', ...args)
          .pods()
          .map(({ app, annotations }) => [app, annotations['checksum/configuration'] ?? '']),
      );
    const before = sums();
    const changedBy = (value: string): string[] => {
      const after = sums('--set', value);
      return Object.keys(before).filter((app) => before[app] !== after[app]);
    };
    expect(changedBy('configuration.providers[0].models[0]=house-2')).toEqual(['generator']);
    expect(changedBy('configuration.access.allowedHosts[0]=contentflow.example')).toHaveLength(7);
    expect(changedBy('kafka.brokers={other.data:9092}')).toEqual([]);
  });

  it('lets the entry alone ask services, and each service reach what it stands on', () => {
    const least = rendered('least', '--set', 'otlpEndpoint=http://collector.observability:4318');
    const portsOf = (app: string): unknown[] =>
      (least.policy(app).egress as { ports: { port: unknown }[] }[]).flatMap(({ ports }) =>
        ports.map(({ port }) => port),
      );
    expect(portsOf('entry')).toEqual([53, 53, 4000, 4318]);
    expect(portsOf('monitor')).toEqual([53, 53, 9092, 27017, 4318]);
    expect(portsOf('generator')).toEqual([53, 53, 9092, 27017, 443, 4318]);
    for (const { app } of least.pods()) {
      const [rule] = least.policy(app).ingress as [{ from?: object[] }];
      const onlyEntry = [
        { podSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/name': 'entry' }) } },
      ];
      expect([app, rule.from]).toEqual([app, app === 'entry' ? undefined : onlyEntry]);
    }
  });

  it('leaves the number of generators to KEDA where it is there, and to nobody else', () => {
    const withKeda = rendered('everything')
      .all('Deployment')
      .filter(({ spec }) => !('replicas' in spec));
    expect(withKeda.map(({ metadata }) => metadata.name)).toEqual(['demo-generator']);
    const without = rendered('least');
    expect(without.all('ScaledObject')).toEqual([]);
    expect(without.all('Role')).toEqual([]);
    expect(without.all('Deployment').every(({ spec }) => Number(spec['replicas']) >= 1)).toBe(true);
  });

  it('lets the scaler scale the generators itself, by a right to that alone', () => {
    const scaled = rendered('scaled', '--namespace', 'content');
    const named = variablesOf(scaled.pod('scaler').container)['CONTENTFLOW_SCALE_DEPLOYMENT'] as string;
    expect(deploymentNamed(named, 'it')).toEqual({ namespace: 'content', name: 'demo-generator' });
    expect(scaled.one('Role').rules).toEqual([
      {
        apiGroups: ['apps'],
        resources: ['deployments/scale'],
        resourceNames: ['demo-generator'],
        verbs: ['get', 'patch'],
      },
    ]);
    const { roleRef, subjects } = scaled.one('RoleBinding');
    expect(roleRef?.name).toBe(scaled.one('Role').metadata.name);
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'demo-scaler', namespace: 'content' }]);
    for (const { app, spec } of scaled.pods()) {
      const isScaler = app === 'scaler';
      const account = isScaler ? 'demo-scaler' : 'demo-services';
      expect([app, spec.serviceAccountName, spec.automountServiceAccountToken]).toEqual([app, account, isScaler]);
      expect(scaled.namesOf('ServiceAccount')).toContain(account);
    }
    const toServer = { ports: [443, 6443].map((port) => ({ port, protocol: 'TCP' })), to: [expect.anything()] };
    expect(scaled.policy('scaler').egress).toContainEqual(toServer);
    expect(scaled.policy('monitor').egress).not.toContainEqual(toServer);
    const unnumbered = scaled.all('Deployment').filter(({ spec }) => !('replicas' in spec));
    expect(unnumbered.map(({ metadata }) => metadata.name)).toEqual(['demo-generator']);
  });

  it('lets KEDA hear of the scaler by gRPC, each known by its certificate', () => {
    const pushed = rendered('pushed', '--namespace', 'content');
    const { container, spec } = pushed.pod('scaler');
    const settings = kedaSettings(variablesOf(container));
    const files = Object.values(settings?.tls ?? {});
    expect(files).toHaveLength(3);
    const mounted = container.volumeMounts.find(({ name }) => name === 'keda')?.mountPath ?? '';
    for (const file of files) expect(file.startsWith(`${mounted}/`)).toBe(true);
    expect(spec.volumes).toContainEqual({ name: 'keda', secret: { secretName: 'contentflow-scaler-tls' } });

    const port = Number(settings?.address.split(':')[1]);
    expect(container.ports).toContainEqual({ name: 'keda', containerPort: port });
    const service = pushed.all('Service').find(({ metadata }) => metadata.name === 'demo-scaler');
    expect(service?.spec['ports']).toContainEqual({ name: 'keda', port, targetPort: 'keda' });
    const [trigger] = pushed.one('ScaledObject').spec['triggers'] as [object];
    expect(trigger).toMatchObject({
      type: 'external-push',
      metadata: { scalerAddress: `demo-scaler.content:${port}` },
    });
    const shown = pushed.one('TriggerAuthentication').spec['secretTargetRef'] as { parameter: string; name: string }[];
    expect(shown.map(({ parameter, name }) => [parameter, name])).toEqual(
      ['caCert', 'tlsClientCert', 'tlsClientKey'].map((parameter) => [parameter, 'contentflow-keda-tls']),
    );
    // KEDA comes in by that port alone, and to the scaler alone.
    for (const { app } of pushed.pods()) {
      const byKeda = (pushed.policy(app).ingress as { ports: [{ port: string }]; from?: object[] }[])
        .filter(({ from }) => JSON.stringify(from ?? []).includes('keda'))
        .map(({ ports }) => ports[0].port);
      expect([app, byKeda]).toEqual([app, app === 'scaler' ? ['keda'] : []]);
    }
  });
});

interface Container {
  readonly image: string;
  readonly ports: readonly object[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly resources: Readonly<Record<'requests' | 'limits', object>>;
  readonly securityContext: object;
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Probe {
  readonly httpGet: { readonly path: string };
}
interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly volumes: readonly object[];
  readonly containers: readonly [Container];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
  /** Of a Role. */
  readonly rules?: readonly object[];
  /** Of a RoleBinding. */
  readonly roleRef?: { readonly name: string };
  readonly subjects?: readonly object[];
}
interface Pod {
  readonly app: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly container: Container;
}

/** What Helm renders, by kind and app. */
class Manifests {
  private readonly found: readonly Manifest[];

  constructor(text: string) {
    this.found = parseAllDocuments(text)
      .map((document) => document.toJS() as Manifest | null)
      .filter((manifest) => manifest !== null);
  }

  all(kind: string): Manifest[] {
    return this.found
      .filter((manifest) => manifest.kind === kind)
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  one(kind: string): Manifest {
    return this.all(kind)[0] as Manifest;
  }

  namesOf(kind: string): string[] {
    return this.all(kind).map(({ metadata }) => metadata.name);
  }

  pods(): Pod[] {
    return this.all('Deployment').map(({ metadata, spec }) => {
      const template = spec['template'] as { metadata: { annotations: Record<string, string> }; spec: PodSpec };
      const [container] = template.spec.containers;
      return { app: appOf(metadata), annotations: template.metadata.annotations, spec: template.spec, container };
    });
  }

  pod(app: string): Pod {
    return this.pods().find((pod) => pod.app === app) as Pod;
  }

  policy(app: string): Readonly<Record<string, unknown>> {
    return (this.all('NetworkPolicy').find(({ metadata }) => appOf(metadata) === app) as Manifest).spec;
  }

  configurations(): { app: string; file: string }[] {
    return this.all('ConfigMap').map(({ metadata, data }) => ({
      app: appOf(metadata),
      file: data?.['contentflow.config.yaml'] ?? '',
    }));
  }
}

const appOf = ({ name }: { readonly name: string }): string => name.replace('demo-', '');

const variablesOf = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value ?? 'of a Secret']));
