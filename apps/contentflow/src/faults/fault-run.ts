import { ContentFlowError, messageOf, type Random, seededRandom } from '@contentflow/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FAULT_KINDS, type FaultKind, type Round } from './fault-kinds.ts';
import { type Engine, Installation, type InstallationOptions } from './installation.ts';
import { openBriefsOf, rebuildDifferences, violationsOf } from './invariants.ts';
import { PaidModels } from './paid-models.ts';
import { programUnderTest } from './process-under-test.ts';
import { Requests } from './requests.ts';
import { Server } from './servers.ts';

export interface FaultRunOptions {
  readonly engine: Engine;
  /** In all. */
  readonly crashes: number;
  /** Of the first round; each has the next. */
  readonly seed: number;
  /** Shown of rounds in which something did not hold: where their log stays. */
  readonly keepsFailures?: boolean;
}

/** What was done to an installation, and what did not hold after. */
export interface RoundOutcome {
  readonly seed: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly keys: number;
  readonly repeats: number;
  readonly briefs: number;
  /** Paid calls of the brief that had most. */
  readonly maxCalls: number;
  readonly violations: readonly string[];
  /** Read models that are not what they become when they are built again. */
  readonly rebuildDifferences: readonly string[];
}

const CRASHES_PER_ROUND = 20;
const ENDS_WITHIN_MS = 180_000;
/** US dollars: enough for most rounds, and too little for some. */
const BUDGETS_USD = [100, 100, 2] as const;

/**
 * Breaks real installations at random, and counts what was lost or doubled. Each round of twenty crashes has a folder and a seed of its own, from
 * which all draws come: which fault, when, what is asked for.
 * @throws ContentFlowError `faults` when something did not hold, with the seeds
 */
export async function runFaults(
  { engine, crashes, seed, keepsFailures }: FaultRunOptions,
  report: (line: string) => void,
): Promise<RoundOutcome[]> {
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-faults-'));
  const program = programUnderTest(folder);
  const servers =
    engine === 'kafka' ? { kafka: new Server('kafka', folder), mongo: new Server('mongo', folder) } : undefined;
  const outcomes: RoundOutcome[] = [];
  try {
    for (const server of Object.values(servers ?? {})) await server.start();
    for (let done = 0; done < crashes; done += CRASHES_PER_ROUND) {
      const number = seed + outcomes.length;
      const at = { engine, program, folder: join(folder, String(number)), random: seededRandom(`faults-${number}`) };
      const namespace = `faults-${number}`;
      const outcome = await round(
        { ...at, ...(servers ? { servers: { ...servers, namespace } } : {}) },
        Math.min(CRASHES_PER_ROUND, crashes - done),
        number,
      );
      outcomes.push(outcome);
      report(asLine(outcome));
      if (!keepsFailures || !isBroken(outcome)) rmSync(at.folder, { recursive: true, force: true });
      else report(`  its log stays in ${at.folder}`);
    }
  } finally {
    for (const server of Object.values(servers ?? {})) await server.kill().catch(() => undefined);
    if (!keepsFailures || !outcomes.some(isBroken)) rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

/** @throws ContentFlowError `faults`, naming the seeds, when something did not hold */
export function assertNoViolations(outcomes: readonly RoundOutcome[]): void {
  const failed = outcomes.filter(isBroken);
  if (failed.length > 0)
    throw new ContentFlowError('faults', `something did not hold in ${failed.length} of ${outcomes.length} rounds`, {
      fix: `see above; run again with --crashes ${CRASHES_PER_ROUND} --seed ${failed.map(({ seed }) => seed).join(', ')}`,
    });
}

type Place = Omit<InstallationOptions, 'models' | 'budgetUsd'>;

async function round(place: Place, crashes: number, seed: number): Promise<RoundOutcome> {
  const { random, engine } = place;
  const models = await new PaidModels().start();
  const budgetUsd = BUDGETS_USD[Math.floor(random.next() * BUDGETS_USD.length)]!;
  const installation = new Installation({ ...place, models, budgetUsd });
  const requests = new Requests(random);
  const faults = new Map<string, number>();
  let unlike: string[] = [];
  const under: Round = { installation, requests, injected: [], violations: requests.violations };
  const endGroups = (): void => void installation.killAll();
  process.once('exit', endGroups);
  try {
    await installation.any();
    for (let crash = 0; crash < crashes; crash++) {
      const kind = drawn(random, engine);
      faults.set(kind.name, (faults.get(kind.name) ?? 0) + 1);
      await kind.strike(under);
      if (installation.processes.length > 3) await installation.processes[0]!.kill();
    }
    await settled(under);
    requests.violations.push(...(await violationsOf(installation, requests.sent, under.injected)));
    unlike = await rebuildDifferences(installation);
  } catch (error) {
    requests.violations.push(`the round broke off: ${messageOf(error)}`);
  } finally {
    await installation.killAll();
    await models.close();
    process.off('exit', endGroups);
  }
  return {
    seed,
    faults,
    keys: requests.sent.length,
    repeats: requests.repeats + requests.conflicts,
    briefs: requests.sent.reduce((sum, { contents }) => sum + contents.length, 0),
    maxCalls: Math.max(0, ...models.calls.values()),
    violations: requests.violations,
    rebuildDifferences: unlike,
  };
}

/** Every request is answered, every brief has ended, every process has stopped. */
async function settled({ installation, requests, violations }: Round): Promise<void> {
  installation.options.models.isUnavailable = false;
  const { url } = await installation.any();
  await requests.settle(url);
  const platform = await installation.platform();
  try {
    const until = performance.now() + ENDS_WITHIN_MS;
    let open = await openBriefsOf(platform);
    while (open.length > 0 && performance.now() < until) {
      await pause(500);
      open = await openBriefsOf(platform);
    }
    if (open.length > 0) violations.push(`${open.length} briefs never ended, e.g. ${open[0]}`);
  } finally {
    await platform.close();
  }
  const killed = await installation.stopAll();
  if (killed > 0) violations.push(`${killed} processes had to be killed at the end`);
}

function drawn(random: Random, engine: Engine): FaultKind {
  const kinds = FAULT_KINDS.filter(({ engines }) => engines.includes(engine));
  let left = random.next() * kinds.reduce((sum, { weight }) => sum + weight, 0);
  return kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0]!;
}

function asLine({
  seed,
  faults,
  keys,
  repeats,
  briefs,
  maxCalls,
  violations,
  rebuildDifferences,
}: RoundOutcome): string {
  const kinds = [...faults].map(([name, count]) => `${count} ${name}`);
  const wrong = [...violations, ...rebuildDifferences];
  const sent = `${keys} keys (${repeats} sent again or with another body), ${briefs} briefs, at most ${maxCalls} calls for one`;
  const held =
    wrong.length === 0
      ? 'all holds'
      : `${violations.length} violations, ${rebuildDifferences.length} read models unlike their rebuild`;
  return [
    `seed ${seed}: ${kinds.join(', ')}; ${sent}: ${held}`,
    ...wrong.slice(0, SHOWN).map((each) => `  - ${each}`),
  ].join('\n');
}

const SHOWN = 20;
const isBroken = ({ violations, rebuildDifferences }: RoundOutcome): boolean =>
  violations.length + rebuildDifferences.length > 0;
