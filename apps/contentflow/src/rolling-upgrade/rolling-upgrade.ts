import { ContentFlowError, seededRandom, usageError } from '@contentflow/kernel';
import { openKafkaPlatform, type OpenPlatform } from '@contentflow/nest-platform';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { openBriefsOf, rebuildDifferences, violationsOf } from '../faults/invariants.ts';
import { PaidModels, PRICES } from '../faults/paid-models.ts';
import { Requests } from '../faults/requests.ts';
import { Server } from '../faults/servers.ts';
import { type App, APPS, type AppBuilds, buildsOf, currentBuilds, forgetCheckout } from './app-builds.ts';
import { ChartDeployment } from './cluster/chart-deployment.ts';
import type { DeployedEnd, Deployment } from './deployment.ts';
import { keptAssignments } from './kept-assignments.ts';
import { RollingDeployment } from './rolling-deployment.ts';

export interface RollingUpgradeOptions {
  /** The commit that is rolled from, or a checkout of it; the sources as they are where left out. */
  readonly from: string | undefined;
  /** From the sources as they are to that commit. */
  readonly isReverse: boolean;
  readonly keepsCheckout: boolean;
  /** Of a control plane without nodes, where the chart is installed; processes without one where left out. */
  readonly kubeconfig?: string | undefined;
  /** All apps by one upgrade, not one app after the other. */
  readonly isAtOnce: boolean;
}

const BUDGET_USD = 1_000;
const LEASE_MS = 5_000;
/** Requests of one burst, and how long until the next. */
const AT_ONCE = 2;
const BURST_EVERY_MS = 600;
const EXPERIMENT_WITHIN_MS = 300_000;
const ENDS_WITHIN_MS = 240_000;
/** Of load after the last one is replaced. */
const GOES_ON_MS = 5_000;
/** Few enough that units of an experiment come back. */
const TOPICS = 60;
/** A refusal is told a moment after its process has gone. */
const TOLD_LATE_MS = 2_000;

/** Proposes at once what would take hours of traffic, and looks often; an experiment outlasts the roll. */
const POLICY = {
  holdbackShare: 0.05,
  hypotheses: { minGenerations: 8, cycleEveryMs: 3_000, averageTokens: 10, averageTimeMs: 1 },
  experiments: { lookEveryMs: 3_000, rampStepMs: 3_000, minUnits: 1_000, season: { enabled: false } },
};

/**
 * Rolls a deployment of seven apps on a real Kafka and a server of MongoDB's protocol from one build to another, under load and in the middle of an experiment, and looks
 * what was refused, lost or doubled.
 * @throws ContentFlowError `rolling-upgrade` when something did not hold
 */
export async function benchRollingUpgrade(
  { from, isReverse, keepsCheckout, kubeconfig, isAtOnce }: RollingUpgradeOptions,
  report: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-rolling-'));
  const isCheckout = from !== undefined && existsSync(from);
  const checkout = isCheckout ? resolve(from) : join(folder, 'checkout');
  const servers = { kafka: new Server('kafka', folder), mongo: new Server('mongo', folder, false) };
  const models = await new PaidModels().start();
  let deployment: Deployment | undefined;
  const kill = (): void => deployment?.kill();
  process.once('exit', kill);
  try {
    const current = currentBuilds(join(folder, 'current'));
    const other = from === undefined ? current : await buildsOf(from, checkout);
    const [before, after] = isReverse ? [current, other] : [other, current];
    for (const server of Object.values(servers)) await server.start();
    const installation = { folder, servers, models };
    deployment = kubeconfig === undefined ? deployedPlainly(installation) : deployedByChart(installation, kubeconfig);
    // Back in the opposite order: what reads must know what is written.
    const order = isReverse ? APPS.toReversed() : APPS;
    const steps = isAtOnce ? [order] : order.map((app) => [app]);
    const wrong = await rolled(deployment, { before, after, steps, models, servers }, report);
    if (wrong.length > 0)
      throw new ContentFlowError('rolling-upgrade', wrong.slice(0, 20).join('\n'), { fix: 'see what did not hold' });
    report('all holds');
  } finally {
    kill();
    process.off('exit', kill);
    await models.close();
    for (const server of Object.values(servers)) await server.kill().catch(() => undefined);
    if (from !== undefined && !isCheckout && !keepsCheckout) await forgetCheckout(checkout).catch(() => undefined);
    if (!keepsCheckout) rmSync(folder, { recursive: true, force: true });
    else report(`everything stays in ${folder}`);
  }
}

interface Story {
  readonly before: AppBuilds;
  readonly after: AppBuilds;
  /** Which apps are rolled together, in their order. */
  readonly steps: readonly (readonly App[])[];
  readonly models: PaidModels;
  readonly servers: { readonly mongo: Server; readonly kafka: Server };
}

/** @returns what did not hold, a sentence for each */
async function rolled(deployment: Deployment, story: Story, report: (line: string) => void): Promise<string[]> {
  const { before, after, steps, models, servers } = story;
  await deployment.start(before);
  report(`deployed: ${before.codeVersion ?? 'the sources as they are'}`);
  const refusals: Refusal[] = [];
  let answers = 0;
  const requests = new Requests(seededRandom('rolling-upgrade'), {
    apiKey: deployment.key,
    topics: TOPICS,
    onAnswer: (answer) => {
      answers++;
      if (!answer || answer.status >= 429) refusals.push({ at: performance.now(), ...answer });
    },
  });
  const load = steady(requests, deployment.url);
  let experiments: string[];
  let rolledAt: number;
  try {
    experiments = await until(
      () => experimentsOf(deployment),
      (found) => found.length > 0,
      EXPERIMENT_WITHIN_MS,
    );
    report(`${experiments.length} experiments run; rolling to ${after.codeVersion ?? 'the sources as they are'}`);
    rolledAt = Date.now();
    for (const apps of steps) await rollStep(deployment, apps, after, report);
    await pause(GOES_ON_MS);
  } finally {
    await load.stop();
  }
  await requests.settle(deployment.url);
  const wrong = [...requests.violations, ...(await leftOf(servers, { experiments, rolledAt }, report))];
  wrong.push(...(await experimentsLost(deployment, experiments)), ...(await setAside(deployment)));
  wrong.push(...stopsThatFailed(deployment), ...refusals.flatMap((each) => byNoDrain(each, deployment.ended)));
  wrong.push(...deployment.wrong);
  await deployment.stop();
  const inspected = { data: '', options: { budgetUsd: BUDGET_USD, models }, platform: () => platformOf(servers) };
  wrong.push(...(await violationsOf(inspected, requests.sent, [])), ...(await rebuildDifferences(inspected)));
  for (const { app, said } of deployment.all())
    if (said !== '') report(`${app} said: ${said.slice(0, 400)} … ${said.slice(-400)}`);
  const briefs = requests.sent.reduce((sum, { contents }) => sum + contents.length, 0);
  report(`${answers} requests, ${briefs} briefs, ${requests.repeats} sent again, ${refusals.length} refused`);
  for (const [what, count] of counted(refusals)) report(`  ${count} × ${what}`);
  return wrong;
}

async function rollStep(
  deployment: Deployment,
  apps: readonly App[],
  after: AppBuilds,
  report: (line: string) => void,
): Promise<void> {
  const known = deployment.replacements.length;
  await deployment.roll(apps, after);
  for (const { app, startMs, ms, code } of deployment.replacements.slice(known))
    report(`${app}: ready after ${seconds(startMs)}, stopped in ${seconds(ms)} with ${code}`);
}

/** What the log says of briefs and units once all is answered. */
async function leftOf(
  servers: Story['servers'],
  { experiments, rolledAt }: { readonly experiments: readonly string[]; readonly rolledAt: number },
  report: (line: string) => void,
): Promise<string[]> {
  const platform = await platformOf(servers);
  try {
    const open = await until(
      () => openBriefsOf(platform),
      (left) => left.length === 0,
      ENDS_WITHIN_MS,
    );
    const { cameBack, moved } = await keptAssignments(platform, experiments, rolledAt);
    report(`${cameBack} units met an experiment before and after, ${moved.length} of them in the other arm`);
    return [
      ...moved,
      ...(open.length > 0 ? [`${open.length} briefs never ended, e.g. ${open[0]}`] : []),
      ...(cameBack === 0 ? ['no unit met an experiment before and after'] : []),
    ];
  } finally {
    await platform.close();
  }
}

/** Bursts of requests until it is stopped. */
function steady(requests: Requests, url: string): { stop(): Promise<void> } {
  let isStopped = false;
  const bursts: Promise<void>[] = [];
  const loop = (async () => {
    while (!isStopped) {
      bursts.push(requests.burst([url], AT_ONCE));
      await pause(BURST_EVERY_MS);
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await loop;
      await Promise.all(bursts);
    },
  };
}

interface Experiment {
  readonly id: string;
  readonly status: string;
}

type Asked = Pick<Deployment, 'url' | 'key'>;

const ask = ({ url, key }: Asked, path: string): Promise<Response> =>
  fetch(`${url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });

const itemsOf = async (deployment: Asked): Promise<Experiment[]> => {
  const answer = await ask(deployment, '/v1/experiments?limit=100').catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { items: Experiment[] }).items : [];
};

const experimentsOf = async (deployment: Asked): Promise<string[]> =>
  (await itemsOf(deployment)).filter(({ status }) => status === 'running').map(({ id }) => id);

/** What ran before must run still, or have ended by its verdict. */
async function experimentsLost(deployment: Asked, before: readonly string[]): Promise<string[]> {
  const after = new Map((await itemsOf(deployment)).map(({ id, status }) => [id, status]));
  return before
    .filter((id) => !['running', 'concluded'].includes(after.get(id) ?? ''))
    .map((id) => `experiment ${id} is ${after.get(id) ?? 'gone'}`);
}

/** Nothing may be set aside because another build does not know it. */
async function setAside(deployment: Asked): Promise<string[]> {
  const { items } = (await (await ask(deployment, '/v1/dead-letters')).json()) as {
    items: { consumer: string; reason: string }[];
  };
  return items.map(({ consumer, reason }) => `set aside by ${consumer}: ${reason}`);
}

const stopsThatFailed = ({ replacements }: Deployment): string[] =>
  replacements.filter(({ code }) => code !== 0).map(({ app, code }) => `${app} ended with ${code} instead of 0`);

interface Refusal {
  readonly at: number;
  readonly status?: number;
  readonly text?: string;
  readonly retryAfter?: string | undefined;
}

/** Refused otherwise than by a process that was stopping, and said so and when to come again, or hung up. */
function byNoDrain({ at, status, text, retryAfter }: Refusal, ended: readonly DeployedEnd[]): string[] {
  const isDrain = ended.some(({ stopsFrom, stoppedAt }) => at >= stopsFrom && at <= stoppedAt + TOLD_LATE_MS);
  if (isDrain && (status === undefined || (status === 503 && retryAfter !== undefined))) return [];
  return [`refused by no drain: ${status ?? 'no answer'} ${text?.slice(0, 200) ?? ''}`];
}

function counted(refusals: readonly Refusal[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { status, text = '' } of refusals) {
    const what = status === undefined ? 'no answer' : `${status} ${text.slice(0, 160)}`;
    found.set(what, (found.get(what) ?? 0) + 1);
  }
  return found;
}

interface Installation {
  readonly folder: string;
  readonly servers: Story['servers'];
  readonly models: PaidModels;
}

const MASTER_KEY = 'the master key of a deployment that is rolled';
const configurationOf = ({ models: { baseUrl } }: Installation, apiKey: string): object => {
  const model = (name: string): object => ({ name, ...PRICES });
  const provider = { name: 'p', kind: 'openai-compatible', baseUrl, apiKey, models: [model('m'), model('n')] };
  return { providers: [provider], leaseMs: LEASE_MS, budgets: { perDayUsd: BUDGET_USD }, policy: POLICY };
};

function deployedPlainly(installation: Installation): Deployment {
  const { folder, servers } = installation;
  const config = join(folder, 'contentflow.config.json');
  writeFileSync(config, JSON.stringify(configurationOf(installation, 'k')));
  return new RollingDeployment({
    KAFKA_BROKERS: servers.kafka.address,
    MONGO_URI: servers.mongo.address,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    CONTENTFLOW_MASTER_KEY: MASTER_KEY,
    CONTENTFLOW_CONFIG: config,
    CONTENTFLOW_GRACE_S: '25',
  });
}

/** @throws where no Helm is named */
function deployedByChart(installation: Installation, kubeconfig: string): Deployment {
  const helm = process.env['HELM'];
  if (!helm) throw usageError('HELM names no program', 'HELM=$(infra/helm/install-helm.sh)');
  const { folder, servers } = installation;
  const key = 'the key of a deployment that is rolled by its chart'.replaceAll(' ', '-');
  const values = {
    secrets: { name: 'contentflow', providers: 'contentflow-providers' },
    kafka: { brokers: servers.kafka.address.split(',') },
    mongo: { secret: 'contentflow-mongo' },
    logLevel: 'error',
    configuration: configurationOf(installation, '$PROVIDER_KEY'),
  };
  const own = { CONTENTFLOW_ADMIN_KEY: key, CONTENTFLOW_KEY: key, CONTENTFLOW_MASTER_KEY: MASTER_KEY };
  const secrets = {
    contentflow: { ...own, CONTENTFLOW_SIGNING_KEY: 'the signing key of a deployment that is rolled' },
    'contentflow-mongo': { MONGO_URI: servers.mongo.address },
    'contentflow-providers': { PROVIDER_KEY: 'k' },
  };
  return new ChartDeployment({ kubeconfig, helm, folder, values, secrets, key });
}

const platformOf = ({ kafka, mongo }: Story['servers']): Promise<OpenPlatform> =>
  openKafkaPlatform(kafka.address.split(','), mongo.address, LEASE_MS, pino({ level: 'silent' }));

/** The first that will do, or the last where none does in time. */
async function until<T>(look: () => Promise<T>, isIt: (found: T) => boolean, withinMs: number): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (isIt(found) || performance.now() > end) return found;
    await pause(500);
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
