import type { Report } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import {
  expectedGains,
  judged,
  type Judgement,
  type QualityKept,
  qualityKept,
  shareOfOracleGain,
} from '@contentflow/simulation';
import { LearningQueries } from '@contentflow/feedback-learner';

import { HOUR_MS } from '@contentflow/kernel';
import { SystemStateReader } from '@contentflow/nest-platform';
import type { World } from '@contentflow/simulation';
import type { FullReport } from './full-report.ts';
import type { ReportedMetric } from './report-page/figures.ts';
import type { ServiceLevel, SimulatedDay } from './simulated-day.ts';

/** What a simulated day came to, in the figures that days are compared by. Relative changes are against the holdback. */
export interface DayOutcome extends Judgement, QualityKept, ServiceLevel {
  readonly world: string;
  readonly seed: string;
  readonly baseline: string | null;
  readonly generations: number;
  /** As measured, whether or not it can be claimed; above 0: for the better. */
  readonly timeImprovement: number | null;
  readonly costImprovement: number | null;
  readonly qualityChange: number | null;
  /** At any look; null while nothing is in force. */
  readonly qualityChangeLower: number | null;
  readonly successChange: number | null;
  readonly successChangeUpper: number | null;
  /** 30 % faster and cheaper, better with an interval above zero, success not shown to be lower. */
  readonly meetsAll: boolean;
  readonly experiments: number;
  readonly applied: number;
  readonly inForce: number;
  readonly rolledBack: number;
  readonly shareOfOracleGain: number | null;
  /** What the oracle would have saved and gained on the same briefs over the last six hours, in expectation. */
  readonly oracleTime: number | null;
  readonly oracleCost: number | null;
  readonly oracleQuality: number | null;
  readonly machineHours: number;
  /** Mean absolute error of ratings predicted before they came: of the first 25, and of the latest. */
  readonly ratingErrorFirst: number | null;
  readonly ratingErrorNow: number | null;
  readonly decisions: number;
  readonly wallSeconds: number;
  readonly peakMemoryMb: number;
}

const GOAL = 0.3;
const LAST_HOURS_MS = 6 * HOUR_MS;

export interface RunMetadata extends Pick<DayOutcome, 'seed' | 'baseline' | 'wallSeconds' | 'peakMemoryMb'> {
  readonly world: World;
}

export async function outcomeOf(
  day: SimulatedDay,
  report: FullReport,
  { world, ...circumstances }: RunMetadata,
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
    ...circumstances,
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
