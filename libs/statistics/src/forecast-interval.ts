/**
 * The errors that a forecaster made of late, in terms of how large errors are now: two ways to say how large, the mean
 * error of late alone, or as a share of what was expected. The one whose intervals did better is the one that is used.
 *
 * Sources: Gibbs and Candès (2021), adaptive conformal inference; Winkler (1972), the interval score
 */
export interface ErrorMemory {
  /** Signed errors ÷ scale, in order of time, in each way. */
  readonly scores: readonly (readonly number[])[];
  /** Discounted mean interval score in each way. */
  readonly losses: readonly number[];
  /** Mean absolute error of late, and its mean share of what was expected; null before the first. */
  readonly error: number | null;
  /** The error level that keeps the coverage; adapts. */
  readonly level: number;
}

export interface LoadInterval {
  readonly lower: number;
  readonly upper: number;
}

/** What was said, kept until it can be graded: the scales, and the interval that each would have led to. */
export interface SaidInterval {
  readonly scales: readonly number[];
  readonly intervals: readonly (LoadInterval | null)[];
  readonly used: LoadInterval;
}

const KEPT = 400;
const NEEDED = 20;
const ERROR_RATE = 0.04;
const LOSS_RATE = 0.01;
const ADAPTATION = 0.01;
/** So that a series without errors has a scale. */
const SMALLEST = Number.MIN_VALUE * 2 ** 60;

export const noErrors = (coverage: number): ErrorMemory => ({
  scores: [[], []],
  losses: [0, 0],
  error: null,
  level: 1 - coverage,
});

export const hasEnoughErrors = ({ scores }: ErrorMemory): boolean => (scores[0] as readonly number[]).length >= NEEDED;

/** @param room  to each side while too few errors are known */
export function intervalAround(memory: ErrorMemory, expected: number, room: number): SaidInterval {
  const scales = [Math.max(memory.error ?? 0, SMALLEST), Math.max(Math.abs(expected), SMALLEST)];
  const intervals = scales.map((scale, way) => {
    const scores = memory.scores[way] as readonly number[];
    if (!hasEnoughErrors(memory)) return null;
    const sorted = Float64Array.from(scores).sort();
    const at = (share: number): number => expected + scale * nearestRank(sorted, share);
    return {
      lower: Math.min(expected, at(memory.level / 2)),
      upper: Math.max(expected, at(1 - memory.level / 2)),
    };
  });
  const used = intervals[wayOf(memory)] ?? { lower: expected - room, upper: expected + room };
  return { scales, intervals, used };
}

const wayOf = ({ losses: [alone = 0, share = 0] }: ErrorMemory): 0 | 1 => (alone <= share ? 0 : 1);

/** The load that a share of what comes stays below, as errors of late have it; undefined while there are too few. */
export function loadAtShare(
  memory: ErrorMemory,
  expected: number,
  scales: readonly number[],
  share: number,
): number | undefined {
  if (!hasEnoughErrors(memory)) return undefined;
  const loads = scales.map(
    (scale, way) =>
      expected + scale * nearestRank(Float64Array.from(memory.scores[way] as readonly number[]).sort(), share),
  );
  return loads.reduce((sum, load) => sum + load, 0) / loads.length;
}

const nearestRank = (sorted: Float64Array, share: number): number =>
  sorted[Math.round(share * (sorted.length - 1))] as number;

export function gradedErrors(
  memory: ErrorMemory,
  said: SaidInterval & { readonly expected: number },
  value: number,
  coverage: number,
): ErrorMemory {
  const target = 1 - coverage;
  const error = value - said.expected;
  const size = Math.abs(error);
  const isMissed = value < said.used.lower || value > said.used.upper;
  return {
    scores: memory.scores.map((scores, way) =>
      [...scores, scoreOf(error / (said.scales[way] as number), way)].slice(-KEPT),
    ),
    losses: memory.losses.map((loss, way) => {
      const interval = said.intervals[way];
      return interval ? loss + LOSS_RATE * (intervalScore(interval, value, target) - loss) : loss;
    }),
    error: memory.error === null ? size : memory.error + ERROR_RATE * (size - memory.error),
    level: Math.min(
      Math.min(0.9, 2 * target),
      Math.max(target / 4, memory.level + ADAPTATION * (target - (isMissed ? 1 : 0))),
    ),
  };
}

/** After errors that were next to none, the first that is one has no size in their terms. */
const FURTHEST_SCORES = [6, 20];
const scoreOf = (score: number, way: number): number => {
  const furthest = FURTHEST_SCORES[way] as number;
  return Math.max(-furthest, Math.min(furthest, score));
};

const intervalScore = ({ lower, upper }: LoadInterval, value: number, missed: number): number =>
  upper - lower + (2 / missed) * (Math.max(0, lower - value) + Math.max(0, value - upper));
