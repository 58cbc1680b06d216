import { defaultPolicy, levers, type Policy } from '@contentflow/contracts';
import { literalPolicy } from '@contentflow/optimizer';
import { HOUR_MS, MINUTE_MS } from '@contentflow/kernel';
import { Evolution } from '@contentflow/ledger';
import { SystemStateReader } from '@contentflow/nest-platform';
import { loadWorld, readArrivals, truthCsv } from '@contentflow/simulation';
import { readPolicy } from '../audit/audit.ts';
import { outcomeOf } from '@contentflow/simulated-day';
import { renderReportText, reportFrom } from '@contentflow/report-page';
import { missedGainsPage } from '@contentflow/simulated-day';
import { compareDays } from './many-days.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { progressBar } from '../command-line/progress.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { openSimulatedDay, type SimulatedDay } from '@contentflow/simulated-day';
import { assertWritable, writeOutput } from '../command-line/output-file.ts';
import { assertReportWritable, writeReport } from '../report/write-report.ts';

/** One simulated day, or many. The report tells what came of it. */
export async function run(options: SimulateOptions): Promise<number | void> {
  const { hours } = options;
  assertReportWritable(options.output);
  assertWritable(options.truth, '--truth');
  assertWritable(options.missed, '--missed');
  if (options.seeds !== undefined) return compareDays(options, options.seeds);

  const startedAt = performance.now();
  const world = loadWorld(options.world);
  const day = await openSimulatedDay({
    world,
    seed: options.seed,
    folder: options.data,
    policy: policyOf(options),
    arrivals: options.arrivals === undefined ? undefined : readArrivals(options.arrivals),
    rules: options.baseline === 'literal' ? 'literal' : 'own',
    withTruth: true,
  });
  const peak = await runWithProgress(day, hours);
  const { parts } = await day.app.get(Evolution).asOf(undefined);
  const report = reportFrom(parts);
  const outcome = await outcomeOf(day, report, {
    world,
    seed: options.seed,
    baseline: options.baseline ?? null,
    wallSeconds: (performance.now() - startedAt) / 1000,
    peakMemoryMb: Math.round(peak / 1e6),
  });
  if (options.truth !== undefined) writeOutput(options.truth, truthCsv(day.truthRows()), '--truth');
  if (options.missed !== undefined) writeOutput(options.missed, await missedGainsPage(day, world), '--missed');
  await day.close();
  const full = { ...report, outcome };
  if (options.output !== undefined) writeReport(options.output, full);
  else if (options.json) console.log(JSON.stringify(full, null, 1));
  else console.log(renderReportText(full).trimEnd());
  return undefined;
}

/** Baselines: without learning every lever is observed and nothing changed; the literal rules bring a policy of their own. */
function policyOf({ policy, baseline }: SimulateOptions): Policy | undefined {
  const own = policy === undefined ? undefined : readPolicy(policy);
  switch (baseline) {
    case undefined:
      return own;
    case 'literal':
      return own ?? literalPolicy;
    case 'no-learning':
      return {
        ...(own ?? defaultPolicy),
        autonomy: Object.fromEntries(levers.map((lever) => [lever, 'observe'] as const)),
      };
    default:
      throw unknownName('baseline', baseline, ['literal', 'no-learning'], '--baseline');
  }
}

/** @returns the largest memory seen, in bytes */
async function runWithProgress(day: SimulatedDay, hours: number): Promise<number> {
  const progress = progressBar('simulated', Math.round(hours * 60));
  const system = day.app.get(SystemStateReader);
  let peak = 0;
  let shown = 0;
  const onAdvance = (now: number): void => {
    const minute = Math.floor((now - day.startMs) / MINUTE_MS);
    if (minute < shown + 5) return;
    shown = minute;
    peak = Math.max(peak, process.memoryUsage.rss());
    const { position, instances, improvements } = system.current();
    const { generations, cost, quality } = day.sofar();
    const figures = `hour ${Math.floor(minute / 60)}: ${generations} generations, $${cost.toFixed(2)} and ${quality.toFixed(2)}/10 each`;
    progress.update(
      minute,
      `${figures}, ${instances} instances, ${position} decisions, ${improvements.length} applied`,
    );
  };
  await day.run(hours * HOUR_MS, onAdvance);
  progress.stop();
  return peak;
}
