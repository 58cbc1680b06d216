import { ContentFlowError, seededRandom } from '@contentflow/kernel';
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
import type { DeployedProcess } from './deployed-process.ts';
import { RollingDeployment } from './rolling-deployment.ts';

export interface RollingUpgradeOptions {
  /** The commit that is rolled from, or a checkout of it; the sources as they are where left out. */
  readonly from: string | undefined;
  /** From the sources as they are to that commit. */
  readonly isReverse: boolean;
  readonly keepsCheckout: boolean;
}

const BUDGET_USD = 1_000;
const LEASE_MS = 5_000;
/** Requests of one burst, and how long until the next. */
const AT_ONCE = 2;
const BURST_EVERY_MS = 600;
const EXPERIMENT_WITHIN_MS = 300_000;
const ENDS_WITHIN_MS = 240_000;
const SIDE_BY_SIDE_MS = 3_000;
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
  { from, isReverse, keepsCheckout }: RollingUpgradeOptions,
  report: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-rolling-'));
  const isCheckout = from !== undefined && existsSync(from);
  const checkout = isCheckout ? resolve(from) : join(folder, 'checkout');
  const servers = { kafka: new Server('kafka', folder), mongo: new Server('mongo', folder, false) };
  const models = await new PaidModels().start();
  let deployment: RollingDeployment | undefined;
  const kill = (): void => deployment?.kill();
  process.once('exit', kill);
  try {
    const current = currentBuilds(join(folder, 'current'));
    const other = from === undefined ? current : await buildsOf(from, checkout);
    const [before, after] = isReverse ? [current, other] : [other, current];
    for (const server of Object.values(servers)) await server.start();
    deployment = new RollingDeployment(environmentOf(folder, servers, models));
    // Back in the opposite order: what reads must know what is written.
    const order = isReverse ? APPS.toReversed() : APPS;
    const wrong = await rolled(deployment, { before, after, order, models, servers }, report);
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
  readonly order: readonly App[];
  readonly models: PaidModels;
  readonly servers: { readonly mongo: Server; readonly kafka: Server };
}

/** @returns what did not hold, a sentence for each */
async function rolled(
  deployment: RollingDeployment,
  { before, after, order, models, servers }: Story,
  report: (line: string) => void,
): Promise<string[]> {
  await deployment.start(before);
  report(`deployed: ${before.codeVersion ?? 'the sources as they are'}`);
  const refusals: Refusal[] = [];
  let answers = 0;
  const requests = new Requests(seededRandom('rolling-upgrade'), (answer) => {
    answers++;
    if (!answer || answer.status >= 429) refusals.push({ at: performance.now(), ...answer });
  });
  const load = steady(requests, deployment.url);
  let experiments: string[];
  try {
    experiments = await until(
      () => experimentsOf(deployment.url),
      (found) => found.length > 0,
      EXPERIMENT_WITHIN_MS,
    );
    report(`${experiments.length} experiments run; rolling to ${after.codeVersion ?? 'the sources as they are'}`);
    for (const app of order) {
      await deployment.roll(app, after, SIDE_BY_SIDE_MS);
      for (const { startMs, ms, code } of deployment.replacements.filter((each) => each.app === app))
        report(`${app}: ready after ${seconds(startMs)}, stopped in ${seconds(ms)} with ${code}`);
    }
    await pause(SIDE_BY_SIDE_MS);
  } finally {
    await load.stop();
  }
  await requests.settle(deployment.url);
  const wrong = [...requests.violations];
  const platform = await platformOf(servers);
  try {
    const open = await until(
      () => openBriefsOf(platform),
      (left) => left.length === 0,
      ENDS_WITHIN_MS,
    );
    if (open.length > 0) wrong.push(`${open.length} briefs never ended, e.g. ${open[0]}`);
  } finally {
    await platform.close();
  }
  wrong.push(...(await experimentsLost(deployment.url, experiments)), ...(await setAside(deployment.url)));
  wrong.push(...stopsThatFailed(deployment), ...refusals.flatMap((each) => byNoDrain(each, deployment.ended)));
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

const itemsOf = async (url: string): Promise<Experiment[]> => {
  const answer = await fetch(`${url}/v1/experiments?limit=100`).catch(() => undefined);
  return answer?.ok ? ((await answer.json()) as { items: Experiment[] }).items : [];
};

const experimentsOf = async (url: string): Promise<string[]> =>
  (await itemsOf(url)).filter(({ status }) => status === 'running').map(({ id }) => id);

/** What ran before must run still, or have ended by its verdict. */
async function experimentsLost(url: string, before: readonly string[]): Promise<string[]> {
  const after = new Map((await itemsOf(url)).map(({ id, status }) => [id, status]));
  return before
    .filter((id) => !['running', 'concluded'].includes(after.get(id) ?? ''))
    .map((id) => `experiment ${id} is ${after.get(id) ?? 'gone'}`);
}

/** Nothing may be set aside because another build does not know it. */
async function setAside(url: string): Promise<string[]> {
  const { items } = (await (await fetch(`${url}/v1/dead-letters`)).json()) as {
    items: { consumer: string; reason: string }[];
  };
  return items.map(({ consumer, reason }) => `set aside by ${consumer}: ${reason}`);
}

const stopsThatFailed = ({ replacements }: RollingDeployment): string[] =>
  replacements.filter(({ code }) => code !== 0).map(({ app, code }) => `${app} ended with ${code} instead of 0`);

interface Refusal {
  readonly at: number;
  readonly status?: number;
  readonly text?: string;
}

/** Refused otherwise than by a process that was stopping, and said so or hung up. */
function byNoDrain({ at, status, text }: Refusal, ended: readonly DeployedProcess[]): string[] {
  const isDrain = ended.some(({ stopsFrom, stoppedAt }) => at >= stopsFrom && at <= stoppedAt + TOLD_LATE_MS);
  if (isDrain && (status === undefined || status === 503)) return [];
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

function environmentOf(
  folder: string,
  { kafka, mongo }: { readonly kafka: Server; readonly mongo: Server },
  { baseUrl }: PaidModels,
): NodeJS.ProcessEnv {
  const model = (name: string): object => ({ name, ...PRICES });
  const provider = { name: 'p', kind: 'openai-compatible', baseUrl, apiKey: 'k', models: [model('m'), model('n')] };
  const config = join(folder, 'contentflow.config.json');
  const budgets = { perDayUsd: BUDGET_USD };
  writeFileSync(config, JSON.stringify({ providers: [provider], leaseMs: LEASE_MS, budgets, policy: POLICY }));
  return {
    KAFKA_BROKERS: kafka.address,
    MONGO_URI: mongo.address,
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    CONTENTFLOW_MASTER_KEY: 'the master key of a deployment that is rolled',
    CONTENTFLOW_CONFIG: config,
    CONTENTFLOW_GRACE_S: '25',
  };
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
