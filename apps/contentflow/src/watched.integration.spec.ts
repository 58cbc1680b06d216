import { callOutcomes, callSchema, generationOutcomes } from '@contentflow/contracts';
import { until } from '@contentflow/kernel/testing';
import { DeadLetters, parseConfiguration, startTelemetry, type Telemetry } from '@contentflow/nest-platform';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import { temporaryFolder } from './e2e/testing/temporary.ts';
import { type Running, startReal } from './start/start-real.ts';
import { type KnownValues, neverSent, neverShown } from './testing/watched/asked-figures.ts';
import { type SentFigures, sentFigures } from './testing/watched/sent-figures.ts';

const { CONTENTFLOW_PROMTOOL: promtool, CONTENTFLOW_REQUIRE_SERVERS: required } = process.env;
const infra = fileURLToPath(new URL('../../../infra', import.meta.url));

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
}
interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly type: string;
    readonly datasource?: { readonly uid: string };
    readonly targets?: readonly Target[];
    readonly gridPos: { readonly x: number; readonly w: number };
  }[];
}
interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook?: string };
}

const dashboards = globSync(join(infra, 'grafana/dashboards/*.json')).map(
  (file) => [basename(file), JSON.parse(readFileSync(file, 'utf8')) as Dashboard] as const,
);
const rules = parse(readFileSync(join(infra, 'prometheus/alerts.yaml'), 'utf8')) as { groups: { rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);

const cacheOutcomes: readonly string[] = callSchema.shape.cache.options;

/** What a short run does not bring about. */
const known: KnownValues = {
  'contentflow_model_calls_total outcome': (value) => (callOutcomes as readonly string[]).includes(value),
  'contentflow_model_calls_total cache': (value) => cacheOutcomes.includes(value),
  'contentflow_generations_total failure': (value) => (generationOutcomes as readonly string[]).includes(value),
  'contentflow_http_requests_total status': (value) => /^[1-5]\d\d$/.test(value),
  'contentflow_events_handled_total outcome': (value) => ['ok', 'failed'].includes(value),
};

describe('what dashboards and alerts ask for', () => {
  const folder = temporaryFolder();
  let telemetry: Telemetry;
  let models: ScriptedModelServer;
  let running: Running;
  let sent: SentFigures;

  // A day in little: content, a brief that fails, a request that makes no sense, and an event that is set aside.
  beforeAll(async () => {
    telemetry = await startTelemetry('all');
    models = await startScriptedModelServer();
    models.follow(() => ({ tokensOut: 100 }));
    const configuration = parseConfiguration(
      {
        providers: [
          { name: 'good', kind: 'openai-compatible', baseUrl: models.baseUrl, apiKey: 'none', models: ['m'] },
          { name: 'gone', kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'none', models: ['n'] },
        ],
        budgets: { perDayUsd: 5 },
      },
      'the test',
    );
    running = await startReal(configuration, { kind: 'embedded', folder: folder.path });
    const server = running.app.getHttpAdapter().getInstance();
    const ask = (method: 'GET' | 'POST', url: string, payload?: object) => server.inject({ method, url, payload });
    await until(async () => (await ask('GET', '/v1/recipes')).json<{ items: unknown[] }>().items.length > 0);

    const { id } = (await ask('POST', '/v1/content', { contentType: 'email', topic: 'tea' })).json<{ id: string }>();
    await until(async () => (await ask('GET', `/v1/content/${id}`)).json<{ status: string }>().status === 'generated');
    models.follow(() => ({ status: 400 }));
    const failing = (await ask('POST', '/v1/content', { contentType: 'headline', topic: 'rain' })).json<{
      id: string;
    }>();
    await until(
      async () => (await ask('GET', `/v1/content/${failing.id}`)).json<{ status: string }>().status === 'failed',
    );
    await ask('POST', '/v1/chat/completions', { model: 'n', messages: [{ role: 'user', content: 'hello' }] });
    await ask('POST', '/v1/content', { contentType: 'nonsense' });
    const [event] = await firstOf(running);
    await running.app.get(DeadLetters).setAside('monitor', event!, new Error('an earlier release stumbled'));

    const figures = () => ask('GET', '/metrics');
    await until(async () => (await figures()).body.includes('contentflow_dead_letters{'));
    sent = sentFigures((await figures()).body);
  });
  afterAll(async () => {
    await running?.close();
    await models?.close();
    await telemetry?.stop();
    folder.remove();
  });

  it.each(dashboards)('is sent, for %s', (_file, { panels }) => {
    const targets = panels.flatMap((panel) => panel.targets ?? []);
    expect(targets.length).toBeGreaterThan(5);
    for (const { expr, legendFormat } of targets)
      expect([...neverSent(expr, sent, known), ...neverShown(legendFormat, expr, sent)]).toEqual([]);
  });

  it.each(alerts.map((alert) => [alert.alert, alert] as const))('is sent, for the alert %s', (_name, alert) => {
    expect([...neverSent(alert.expr, sent, known), ...neverShown(alert.annotations.summary, alert.expr, sent)]).toEqual(
      [],
    );
    expect(['page', 'ticket', 'note']).toContain(alert.labels.severity);
  });

  it.each([
    ['sum(contentflow_generation_total)', 'nobody sends contentflow_generation_total'],
    ['sum by (kind) (contentflow_queue)', 'nothing in "sum by (kind) (contentflow_queue)" has the label kind'],
    ['contentflow_ready{service="monitor"}', 'contentflow_ready has no label service'],
    [
      'rate(contentflow_model_calls_total{outcome="server_erorr"}[5m])',
      'no outcome of contentflow_model_calls_total is "server_erorr"',
    ],
    [
      'rate(contentflow_model_calls_total{outcome=~"timeout|overload"}[5m])',
      'no outcome of contentflow_model_calls_total is "overload"',
    ],
    ['contentflow_improvements{status=~"rolled.*|x"} > 0 and up', 'nobody sends up'],
    ['contentflow_improvements{status=~"taken.*"}', 'no status of contentflow_improvements is "taken.*"'],
  ])('is found to be wrong in %s', (expression, fault) => {
    expect(neverSent(expression, sent, known)).toEqual([fault]);
  });

  it('is no PromQL where it is misspelt, and shows no label that is not there', () => {
    expect(() => neverSent('sum by contentflow_queue)', sent)).toThrow(SyntaxError);
    expect(neverShown('{{provider}} {{modle}}', 'contentflow_breaker_open', sent)).toEqual([
      '"{{provider}} {{modle}}" shows modle, which nothing in "contentflow_breaker_open" has',
    ]);
  });
});

describe('a dashboard', () => {
  const provisioned = parse(readFileSync(join(infra, 'grafana/provisioning/datasources/prometheus.yaml'), 'utf8')) as {
    datasources: { uid: string }[];
  };

  it.each(dashboards)('stands on the source that is provisioned, and fits the page: %s', (_file, { panels }) => {
    for (const { type, datasource, gridPos } of panels) {
      if (type !== 'row') expect(datasource?.uid).toBe(provisioned.datasources[0]?.uid);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('has a name of its own', () => {
    expect(new Set(dashboards.map(([, { uid }]) => uid)).size).toBe(dashboards.length);
  });
});

describe('the page of runbooks', () => {
  it('has what every alert leads to', () => {
    const page = readFileSync(join(infra, '../docs/operations.md'), 'utf8');
    const names = [...page.matchAll(/^## (.*)$/gm)].map(([, name]) => name as string);
    const anchors = new Set(
      names.map((name) =>
        name
          .toLowerCase()
          .replaceAll(/[^\w\s-]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const led = alerts.flatMap(({ annotations: { runbook } }) => runbook?.replace('docs/operations.md#', '') ?? []);
    expect(led.length).toBeGreaterThan(10);
    expect(led.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });
});

if (promtool === undefined && required === '1')
  throw new Error('CONTENTFLOW_PROMTOOL is not set, and CONTENTFLOW_REQUIRE_SERVERS=1 allows no skip');

(promtool === undefined ? describe.skip : describe)("Prometheus' own tool", () => {
  it.each([
    ['check', 'config', 'prometheus.yaml'],
    ['test', 'rules', 'alerts.test.yaml'],
  ])('says of %s %s that all is well', (...[verb, kind, file]) => {
    const { status, stdout, stderr } = spawnSync(promtool as string, [verb, kind, join(infra, 'prometheus', file)]);
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('has tried each alert', () => {
    const tried = readFileSync(join(infra, 'prometheus/alerts.test.yaml'), 'utf8');
    for (const { alert } of alerts)
      expect([alert, new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`).test(tried)]).toEqual([alert, true]);
  });
});

/** The first event of the log. */
async function firstOf({ platform }: Running) {
  for await (const events of platform.storedLog.read({ topic: 'contentflow.ledger', partition: 0, from: 0, to: 1 }))
    return events;
  return [];
}
