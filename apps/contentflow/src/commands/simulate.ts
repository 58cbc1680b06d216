import { defaultPolicy, levers, type Policy } from '@contentflow/contracts';
import { usageError } from '@contentflow/kernel';
import { reportPartsAt } from '@contentflow/ledger';
import { SystemStateReader } from '@contentflow/nest-platform';
import { loadWorld, readArrivals, shareOfOracleGain, writeTruthFile } from '@contentflow/simulation';
import { readPolicy } from './audit.ts';
import { reportFrom } from './report.ts';
import { type DayOutcome, outcomeOf } from '../day-outcome.ts';
import { compareDays } from '../many-days.ts';
import { progressBar } from '../progress.ts';
import { openSimulatedDay, type SimulatedDay } from '../simulated-day.ts';
import { writeReport } from '../write-report.ts';

export interface SimulateOptions {
  readonly hours: string;
  readonly seed: string;
  readonly seeds?: string;
  readonly jobs?: string;
  readonly world: string;
  readonly arrivals?: string;
  readonly policy?: string;
  readonly data?: string;
  readonly truth?: string;
  readonly output?: string;
  readonly baseline?: string;
}

const HOUR_MS = 3_600_000;

/** One simulated day, or many. The report tells what came of it. */
export async function run(options: SimulateOptions): Promise<number | void> {
  const hours = Number(options.hours);
  if (!(hours > 0)) throw usageError(`--hours is not a number above 0: "${options.hours}"`);
  if (options.seeds !== undefined) return compareDays(options, options.seeds);

  const startedAt = performance.now();
  const world = loadWorld(options.world);
  const day = await openSimulatedDay({
    world,
    seed: options.seed,
    folder: options.data,
    policy: policyOf(options),
    arrivals: options.arrivals === undefined ? undefined : readArrivals(options.arrivals),
    withTruth: true,
  });
  const peak = await runWithProgress(day, hours);
  const report = reportFrom(await reportPartsAt(day.platform.log));
  const rows = day.truthRows();
  const outcome: DayOutcome = outcomeOf(report, day.app.get(SystemStateReader).current(), {
    world: world.name,
    seed: options.seed,
    baseline: options.baseline ?? null,
    generations: rows.length,
    shareOfOracleGain: shareOfOracleGain(rows),
    machineHours: day.machines.machineHours(),
    wallSeconds: (performance.now() - startedAt) / 1000,
    peakMemoryMb: Math.round(peak / 1e6),
  });
  if (options.truth !== undefined) writeTruthFile(options.truth, rows);
  await day.close();
  const full = { ...report, outcome };
  if (options.output !== undefined) await writeReport(options.output, full);
  else console.log(JSON.stringify(full, null, 1));
  return undefined;
}

/** The policy of the day; the baseline without learning observes every lever and changes nothing. */
function policyOf({ policy, baseline }: SimulateOptions): Policy | undefined {
  const own = policy === undefined ? undefined : readPolicy(policy);
  if (baseline === undefined) return own;
  if (baseline !== 'no-learning') throw usageError(`there is no baseline "${baseline}"`, 'write no-learning');
  const observed = levers.map((lever) => [lever, 'observe'] as const);
  return { ...(own ?? defaultPolicy), autonomy: Object.fromEntries(observed) };
}

/** @returns the largest memory seen, in bytes */
async function runWithProgress(day: SimulatedDay, hours: number): Promise<number> {
  const progress = progressBar('simulated', Math.round(hours * 60));
  const system = day.app.get(SystemStateReader);
  let peak = 0;
  let shown = 0;
  const onAdvance = (now: number): void => {
    const minute = Math.floor((now - day.startMs) / 60_000);
    if (minute < shown + 5) return;
    shown = minute;
    peak = Math.max(peak, process.memoryUsage.rss());
    const { position, instances, improvements } = system.current();
    const { generations, cost, quality } = day.sofar();
    const figures = `${generations} generations, $${cost.toFixed(2)} and ${quality.toFixed(2)}/10 each`;
    progress.update(
      minute,
      `${figures}, ${instances} instances, ${position} decisions, ${improvements.length} applied`,
    );
  };
  await day.run(hours * HOUR_MS, onAdvance);
  progress.stop();
  return peak;
}
