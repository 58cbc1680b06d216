import { ownValue } from '@contentflow/kernel';
import type { Recipe } from '@contentflow/contracts';
import { type Improvement, recipeWith, type SystemState } from '@contentflow/decisions';
import { mean } from '@contentflow/statistics';
import type { World } from '../world/world.ts';
import { meanOutcome } from './expected-outcome.ts';
import { turningPoints, typicalBriefs } from './oracle.ts';
import type { TruthRow } from './truth-rows.ts';

/** What the truth says of what was decided. Harmful: truly worse, by more than its margin, than the recipe without it. */
export interface Judgement {
  /** Improvements that were harmful when they were applied. */
  readonly harmfulApplied: number;
  /** Improvements that are harmful and in force at the end. */
  readonly harmfulInForce: number;
  /** Improvements in force that a change of the truth made harmful … */
  readonly decayed: number;
  /** … those of them that were rolled back, and how long that took on average, in milliseconds. */
  readonly decayedRolledBack: number;
  readonly rollBackMs: number | null;
  /** Share of generations outside the holdback whose recipe was worse in quality than generation 0 by more than the margin. */
  readonly exposureToHarm: number | null;
}

export interface JudgedDay {
  readonly world: World;
  readonly state: SystemState;
  readonly rows: readonly TruthRow[];
  readonly startMs: number;
  readonly endMs: number;
}

/** Holds what a simulated day decided against the truth of its world; for benchmarks, after the day. */
export function judged(day: JudgedDay): Judgement {
  const { world, rows, startMs, endMs } = day;
  const { improvements, policy } = day.state;
  const isHarmful = (improvement: Improvement, at: number): boolean => isWorse(day, improvement, at);
  const inForceUntil = ({ endedAt }: Improvement): number => endedAt ?? Infinity;

  const decays = improvements.flatMap((improvement) => {
    const turn = turningPoints(world)
      .map((sinceStart) => startMs + sinceStart)
      .find(
        (at) =>
          improvement.appliedAt < at && at < Math.min(inForceUntil(improvement), endMs) && isHarmful(improvement, at),
      );
    return turn === undefined || isHarmful(improvement, improvement.appliedAt) ? [] : [{ improvement, turn }];
  });
  const undone = decays.filter(({ improvement }) => improvement.endedAt !== undefined);
  const delays = undone.map(({ improvement, turn }) => (improvement.endedAt ?? turn) - turn);
  const current = rows.filter(({ holdback }) => !holdback);
  const harmed = current.filter(
    ({ own, generation0 }) => own.quality < generation0.quality - policy.guardrails.qualityMargin,
  );
  return {
    harmfulApplied: improvements.filter((each) => isHarmful(each, each.appliedAt)).length,
    harmfulInForce: improvements.filter((each) => each.endedAt === undefined && isHarmful(each, endMs)).length,
    decayed: decays.length,
    decayedRolledBack: undone.length,
    rollBackMs: delays.length === 0 ? null : mean(delays),
    exposureToHarm: current.length === 0 ? null : harmed.length / current.length,
  };
}

/** The improvement beside the same recipe without it, among those in force at that time. */
function isWorse({ world, state, startMs }: JudgedDay, improvement: Improvement, at: number): boolean {
  const { generation0, improvements, policy } = state;
  const { guardrails } = policy;
  const { contentType } = improvement;
  const recipe0 = ownValue(generation0, contentType) as Recipe;
  const others = improvements.filter(
    (each) =>
      each.contentType === contentType &&
      each !== improvement &&
      each.appliedAt <= at &&
      (each.endedAt === undefined || each.endedAt > at),
  );
  const earlier = others.filter(({ appliedAt }) => appliedAt <= improvement.appliedAt);
  const later = others.filter((each) => !earlier.includes(each));
  const outcomeOf = (stack: readonly Improvement[]) =>
    meanOutcome(
      world,
      recipeWith(
        recipe0,
        stack.map(({ change }) => change),
      ),
      typicalBriefs(world, contentType),
      at - startMs,
    );
  const without = outcomeOf([...earlier, ...later]);
  const with_ = outcomeOf([...earlier, improvement, ...later]);
  return (
    with_.quality < without.quality - guardrails.qualityMargin ||
    with_.cost > without.cost * (1 + guardrails.costMargin) ||
    with_.timeMs > without.timeMs * (1 + guardrails.timeMargin)
  );
}
