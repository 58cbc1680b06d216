import { ContentFlowError, usageError } from '@contentflow/kernel';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SimulateOptions } from './commands/simulate.ts';
import type { DayOutcome } from './day-outcome.ts';
import { progressBar } from './progress.ts';
import { writeReport } from './write-report.ts';

/** One figure over all days: its median, and the interval that holds the median with 95 % confidence. */
export interface ComparedFigure {
  readonly figure: string;
  readonly median: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

export interface Comparison {
  readonly world: string;
  readonly baseline: string | null;
  readonly days: number;
  readonly failed: readonly { readonly seed: string; readonly error: string }[];
  readonly meetsAll: number;
  readonly withAnythingApplied: number;
  readonly figures: readonly ComparedFigure[];
  readonly outcomes: readonly DayOutcome[];
}

/** Many days, each in a process of its own, as many at once as there are processors. */
export async function compareDays(options: SimulateOptions, range: string): Promise<number> {
  const seeds = seedsOf(range);
  const jobs = Math.max(1, Number(options.jobs ?? availableParallelism()));
  const folder = mkdtempSync(join(tmpdir(), 'contentflow-days-'));
  const progress = progressBar('days', seeds.length);
  const outcomes: DayOutcome[] = [];
  const failed: { seed: string; error: string }[] = [];
  const waiting = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      try {
        outcomes.push(await oneDay(options, seed, join(folder, `${seed}.json`)));
      } catch (error) {
        failed.push({ seed, error: String(error) });
      }
      progress.update(
        outcomes.length + failed.length,
        `${outcomes.filter(({ meetsAll }) => meetsAll).length} meet all`,
      );
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  progress.stop();
  rmSync(folder, { recursive: true, force: true });
  const comparison = comparisonOf(options, outcomes, failed);
  print(comparison);
  if (options.output) await writeReport(options.output, comparison);
  return failed.length === 0 ? 0 : 1;
}

function seedsOf(range: string): string[] {
  const [, from, to] = /^(\d+)\.\.(\d+)$/.exec(range) ?? [];
  if (from === undefined || to === undefined || Number(to) < Number(from))
    throw usageError(`--seeds is no range: "${range}"`, 'write 1..50');
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => String(Number(from) + index));
}

function oneDay(options: SimulateOptions, seed: string, output: string): Promise<DayOutcome> {
  const { hours, world, arrivals, policy, baseline } = options;
  const given = Object.entries({ hours, world, arrivals, policy, baseline, seed, output });
  const args = given.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, main, 'simulate', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (piece: Buffer) => (said = (said + String(piece)).slice(-2000)));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code !== 0)
        return reject(new ContentFlowError('simulation', `day ${seed} ended with ${code}: ${said.trim()}`));
      resolve((JSON.parse(readFileSync(output, 'utf8')) as { outcome: DayOutcome }).outcome);
      rmSync(output);
    });
  });
}

const figures = [
  'timeImprovement',
  'costImprovement',
  'qualityChange',
  'successChange',
  'shareOfOracleGain',
  'experiments',
  'applied',
  'inForce',
  'rolledBack',
  'machineHours',
  'generations',
  'wallSeconds',
  'peakMemoryMb',
] as const;

export function comparisonOf(
  { world, baseline }: Pick<SimulateOptions, 'world' | 'baseline'>,
  outcomes: readonly DayOutcome[],
  failed: Comparison['failed'],
): Comparison {
  return {
    world,
    baseline: baseline ?? null,
    days: outcomes.length,
    failed,
    meetsAll: outcomes.filter(({ meetsAll }) => meetsAll).length,
    withAnythingApplied: outcomes.filter(({ applied }) => applied > 0).length,
    figures: figures.map((figure) => comparedFigure(figure, outcomes)),
    outcomes: outcomes.toSorted((a, b) => Number(a.seed) - Number(b.seed)),
  };
}

/** The interval's ends are order statistics: distribution-free, by the binomial's normal approximation. Source: Conover (1999), ch. 3.2 */
function comparedFigure(figure: (typeof figures)[number], outcomes: readonly DayOutcome[]): ComparedFigure {
  const values = outcomes
    .map((each) => each[figure])
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const n = values.length;
  const at = (index: number): number | null => values[Math.min(n - 1, Math.max(0, index))] ?? null;
  const reach = 1.96 * Math.sqrt(n / 4);
  const middle = n % 2 === 1 ? at((n - 1) / 2) : n === 0 ? null : ((at(n / 2 - 1) ?? 0) + (at(n / 2) ?? 0)) / 2;
  return {
    figure,
    median: middle,
    lower: at(Math.floor(n / 2 - reach)),
    upper: at(Math.ceil(n / 2 + reach)),
    least: at(0),
    most: at(n - 1),
  };
}

function print({ world, baseline, days, failed, meetsAll, withAnythingApplied, figures: rows }: Comparison): void {
  console.log(
    `world ${world}${baseline ? `, baseline ${baseline}` : ''} (simulated): ${days} days, ${failed.length} failed to run`,
  );
  console.log(`${meetsAll} of ${days} meet all aims; in ${withAnythingApplied} anything was applied`);
  for (const { seed, error } of failed) console.log(`  seed ${seed}: ${error}`);
  const format = (value: number | null): string => (value === null ? '–' : value.toFixed(3)).padStart(10);
  console.log(
    `${'figure'.padEnd(20)}${['median', 'lower', 'upper', 'least', 'most'].map((each) => each.padStart(10)).join('')}`,
  );
  for (const { figure, median, lower, upper, least, most } of rows)
    console.log(figure.padEnd(20) + [median, lower, upper, least, most].map(format).join(''));
}
