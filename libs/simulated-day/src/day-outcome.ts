import type { Report } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import { expectedGains, judged, qualityKept, shareOfOracleGain } from '@contentflow/simulation';
import { LearningQueries } from '@contentflow/feedback-learner';

import { HOUR_MS } from '@contentflow/kernel';
import { SystemStateReader } from '@contentflow/nest-platform';
import type { World } from '@contentflow/simulation';
import type { DayOutcome, ReportedMetric } from '@contentflow/report-page';
import type { SimulatedDay } from './simulated-day.ts';

const GOAL = 0.3;
const LAST_HOURS_MS = 6 * HOUR_MS;

export interface RunMetadata extends Pick<DayOutcome, 'seed' | 'baseline' | 'wallSeconds' | 'peakMemoryMb'> {
  readonly world: World;
}

export async function outcomeOf(
  day: SimulatedDay,
  report: Report,
  { world, ...metadata }: RunMetadata,
): Promise<DayOutcome> {
  const state: SystemState = day.app.get(SystemStateReader).current();
  const { error } = await day.app.get(LearningQueries, { strict: false }).learning();
  const rows = day.truthRows();
  const { change } = report.system_evolution;
  const measured = measuredChanges(report);
  const time = negated(measured.avg_generation_time);
  const cost = negated(measured.cost_per_content);
  const inForce = state.improvements.filter(({ status }) => status !== 'rolled_back').length;
  const oracle = expectedGains(rows, LAST_HOURS_MS)?.oracle;
  return {
    ...metadata,
    world: world.name,
    generations: rows.length,
    timeImprovement: time,
    costImprovement: cost,
    qualityChange: measured.quality_score,
    qualityChangeLower: change.quality_score?.lower ?? null,
    successChange: measured.success_rate,
    successChangeUpper: change.success_rate?.upper ?? null,
    meetsAll:
      (time ?? 0) >= GOAL &&
      (cost ?? 0) >= GOAL &&
      (change.quality_score?.lower ?? 0) > 0 &&
      (change.success_rate?.upper ?? 0) >= 0,
    experiments: Object.keys(state.experiments).length,
    applied: state.improvements.length,
    inForce,
    rolledBack: state.improvements.length - inForce,
    shareOfOracleGain: shareOfOracleGain(rows),
    shareWithinMargins: shareOfOracleGain(rows, 'oracleWithinMargins'),
    oracleTime: oracle?.time ?? null,
    oracleCost: oracle?.cost ?? null,
    oracleQuality: oracle?.quality ?? null,
    ...judged({ world, state, rows, startMs: day.startMs, endMs: day.clock.now() }),
    ...qualityKept(rows, {
      world,
      startMs: day.startMs,
      endMs: day.clock.now(),
      margin: state.policy.guardrails.qualityMargin,
    }),
    ...day.served(),
    machineHours: day.machines.machineHours(),
    ratingErrorFirst: error.first,
    ratingErrorNow: error.now,
    decisions: state.position,
  };
}

/** As measured, whether it could be claimed or not: days are compared by it, and a day that changes nothing has one too. */
function measuredChanges({ system_evolution: { initial_performance: initial, current_performance: current } }: Report) {
  const of = (metric: ReportedMetric): number | null => {
    const [then, now] = [initial[metric], current[metric]];
    return then === null || now === null || then === 0 ? null : now / then - 1;
  };
  return {
    avg_generation_time: of('avg_generation_time'),
    cost_per_content: of('cost_per_content'),
    quality_score: of('quality_score'),
    success_rate: of('success_rate'),
  };
}

const negated = (value: number | null): number | null => (value === null ? null : -value);
