import type { SystemState } from '@contentflow/decisions';
import type { FullReport } from './commands/report.ts';

/** What a simulated day came to, in the figures that days are compared by. Relative changes against the holdback. */
export interface DayOutcome {
  readonly world: string;
  readonly seed: string;
  readonly baseline: string | null;
  readonly generations: number;
  /** Above 0: for the better. */
  readonly timeImprovement: number | null;
  readonly costImprovement: number | null;
  readonly qualityChange: number | null;
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
  readonly machineHours: number;
  readonly decisions: number;
  readonly wallSeconds: number;
  readonly peakMemoryMb: number;
}

const GOAL = 0.3;

export function outcomeOf(
  report: FullReport,
  state: SystemState,
  rest: Pick<
    DayOutcome,
    | 'world'
    | 'seed'
    | 'baseline'
    | 'generations'
    | 'shareOfOracleGain'
    | 'machineHours'
    | 'wallSeconds'
    | 'peakMemoryMb'
  >,
): DayOutcome {
  const { change } = report.system_evolution;
  const time = negated(change.avg_generation_time?.value);
  const cost = negated(change.cost_per_content?.value);
  const quality = change.quality_score;
  const success = change.success_rate;
  const inForce = state.improvements.filter(({ status }) => status !== 'rolled_back').length;
  return {
    ...rest,
    timeImprovement: time,
    costImprovement: cost,
    qualityChange: quality?.value ?? null,
    qualityChangeLower: quality?.lower ?? null,
    successChange: success?.value ?? null,
    successChangeUpper: success?.upper ?? null,
    meetsAll: (time ?? 0) >= GOAL && (cost ?? 0) >= GOAL && (quality?.lower ?? 0) > 0 && (success?.upper ?? 0) >= 0,
    experiments: Object.keys(state.experiments).length,
    applied: state.improvements.length,
    inForce,
    rolledBack: state.improvements.length - inForce,
    decisions: state.position,
  };
}

const negated = (value: number | undefined): number | null => (value === undefined ? null : -value);
