import { configurationError, ContentFlowError, messageOf, usageError } from '@contentflow/kernel';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ComparedFigure,
  type Comparison,
  comparisonOf,
  type Comparisons,
  type Ended,
  type PlannedDay,
} from '@contentflow/report-page';
import { dayFigures, formatted } from '@contentflow/report-page';
import type { DayOutcome } from '@contentflow/report-page';
import { progressBar } from '../command-line/progress.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { writeReport } from '../report/write-report.ts';

const MOST_DAYS = 100_000;

/**
 * Many days of one world or several, under our own rules or a baseline's, each in a process of its own, as many at once as there are
 * processors. Where a folder is named, each day's outcome is kept in it, and a run that was cut short goes on where it stopped.
 */
export async function compareDays(options: SimulateOptions, range: string): Promise<number> {
  const plan = planOf(options, range);
  const kept = keptFolder(options.data);
  const ended = await runAll(plan, options, kept);
  if (options.data === undefined) rmSync(kept, { recursive: true, force: true });
  const comparisons = groupsOf(plan).map(({ world, baseline }) =>
    comparisonOf(
      world,
      baseline,
      ended.filter((each) => each.world === world && each.baseline === baseline),
    ),
  );
  comparisons.forEach(print);
  if (options.output) writeReport(options.output, { simulated: true, comparisons } satisfies Comparisons);
  return ended.some((each) => 'error' in each) ? 1 : 0;
}

function planOf({ world, baseline }: SimulateOptions, range: string): PlannedDay[] {
  const baselines = (baseline ?? 'none').split(',').map((each) => (each === 'none' ? undefined : each));
  return world
    .split(',')
    .flatMap((each) =>
      baselines.flatMap((rules) => seedsOf(range).map((seed) => ({ world: each, baseline: rules, seed }))),
    );
}

function groupsOf(plan: readonly PlannedDay[]): PlannedDay[] {
  return plan.filter(
    ({ world, baseline }, index) =>
      plan.findIndex((each) => each.world === world && each.baseline === baseline) === index,
  );
}

function seedsOf(range: string): string[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(range) ?? [];
  const days = Number(to) - Number(from) + 1;
  if (!(days > 0 && days <= MOST_DAYS) || !Number.isSafeInteger(Number(to)))
    throw usageError(`--seeds is no range: "${range}"`, `write 1..50; ${MOST_DAYS} days at most`);
  return Array.from({ length: days }, (_, index) => String(Number(from) + index));
}

function keptFolder(data: string | undefined): string {
  if (data === undefined) return mkdtempSync(join(tmpdir(), 'contentflow-days-'));
  try {
    mkdirSync(data, { recursive: true });
    return data;
  } catch (error) {
    throw configurationError('--data', `cannot write to "${data}": ${messageOf(error)}`, 'name a folder of your own');
  }
}

async function runAll(plan: readonly PlannedDay[], options: SimulateOptions, kept: string): Promise<Ended[]> {
  const jobs = options.jobs ?? availableParallelism();
  const progress = progressBar('days', plan.length);
  const ended: Ended[] = [];
  const waiting = [...plan];
  const work = async (): Promise<void> => {
    for (let day = waiting.shift(); day !== undefined; day = waiting.shift()) {
      ended.push(await endOf(day, options, kept));
      const failed = ended.filter((each) => 'error' in each).length;
      progress.update(ended.length, `${day.world} ${day.baseline ?? ''} seed ${day.seed}; ${failed} failed`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  progress.stop();
  return ended;
}

async function endOf(day: PlannedDay, options: SimulateOptions, kept: string): Promise<Ended> {
  const name = [day.world.replace(/[^\w.-]+/g, '_'), day.baseline ?? 'none', day.seed].join('-');
  const file = join(kept, `${name}.json`);
  try {
    if (existsSync(file)) return { ...day, outcome: JSON.parse(readFileSync(file, 'utf8')) as DayOutcome };
    const outcome = await oneDay(options, day, `${file}.report`);
    writeFileSync(`${file}.new`, JSON.stringify(outcome));
    renameSync(`${file}.new`, file);
    return { ...day, outcome };
  } catch (error) {
    return { ...day, error: messageOf(error) };
  }
}

function oneDay(options: SimulateOptions, day: PlannedDay, output: string): Promise<DayOutcome> {
  const { hours, arrivals, policy } = options;
  const given = Object.entries({ hours, arrivals, policy, ...day, output });
  const args = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, String(value)]));
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, main, 'simulate', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CONTENTFLOW_LAUNCHERS: String(process.pid) },
    });
    let said = '';
    child.stderr.on('data', (piece: Buffer) => (said = (said + String(piece)).slice(-2000)));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0)
        return reject(new ContentFlowError('simulation', `day ${day.seed} ended with ${code}: ${said.trim()}`));
      resolve((JSON.parse(readFileSync(output, 'utf8')) as { outcome: DayOutcome }).outcome);
      rmSync(output);
    });
  });
}

function print(comparison: Comparison): void {
  const { world, baseline, days, failed, meetsAll, withAnythingApplied, withHarmInForce, decayReverted } = comparison;
  console.log(
    `world ${world}${baseline ? `, baseline ${baseline}` : ''} (simulated): ${days} days, ${failed.length} failed to run`,
  );
  console.log(`${meetsAll} of ${days} meet all aims; in ${withAnythingApplied} anything was applied`);
  console.log(
    `${withHarmInForce} end with something harmful in force; decay undone on ${decayReverted.days} of ${decayReverted.of} days with any`,
  );
  for (const { seed, error } of failed) console.log(`  seed ${seed}: ${error}`);
  const cell = (text: string): string => text.padStart(12);
  console.log(`${'figure'.padEnd(22)}${['median', 'lower', 'upper', 'least', 'most'].map(cell).join('')}`);
  dayFigures.forEach(({ short, kind }, index) => {
    const { median, lower, upper, least, most } = comparison.figures[index] as ComparedFigure;
    console.log(
      short.padEnd(22) + [median, lower, upper, least, most].map((value) => cell(formatted(kind, value))).join(''),
    );
  });
}
