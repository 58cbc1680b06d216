import { mean, upperMedian } from './averages.ts';
import { bucketsOf, emptySketch, sketchWith, type QuantileSketch } from './quantile-sketch.ts';

/**
 * A streaming detector for one metric series. Four measures of strangeness — distance from the recent median, from
 * the same time in earlier seasons, from the value before, and the spread of the last values — are each compared with
 * their own history: strange is what exceeds the history's extremes, whatever its scale or shape. So it needs no
 * tuning per metric.
 *
 * A value found anomalous enters no baseline; where values stay anomalous for `patience` steps, a new level has come
 * and is learned. After an alarm the score stays below the alarm line for `quietSteps`, so that one event is one alarm.
 *
 * Source: conformal novelty by nonconformity measures, Laxhammar and Falkman (2014); robust level, Hampel (1974).
 * Measured on the Numenta Anomaly Benchmark: docs/benchmarks/statistics.md
 */
export interface DetectorOptions {
  /** Steps in a season (a day); 0 where there is none. */
  readonly period: number;
  /** Steps over which the median is taken. */
  readonly window: number;
  readonly quietSteps: number;
  readonly patience: number;
  /** Steps only to learn from: no alarm in them. */
  readonly probation: number;
}

/** What the detector remembers; plain data. */
export interface DetectorState {
  readonly options: DetectorOptions;
  readonly steps: number;
  /** The last values by step, null where anomalous; as far back as the measures look. */
  readonly normal: readonly (number | null)[];
  readonly recent: readonly number[];
  readonly seasonGaps: readonly number[];
  readonly histories: Readonly<Record<Measure, QuantileSketch>>;
  readonly anomalousFor: number;
  readonly quietFor: number;
}

export type Measure = 'level' | 'season' | 'jump' | 'spread';

/** One value's verdict. `score` is at least ALARM_THRESHOLD where it is an alarm. */
export interface Detection {
  readonly score: number;
  readonly isAlarm: boolean;
  readonly strangest: Measure | undefined;
}

export const ALARM_THRESHOLD = 0.5;

const DEFAULTS: DetectorOptions = { period: 0, window: 288, quietSteps: 200, patience: 12, probation: 100 };
/** A measure's history needs so many values before it can call anything extreme. */
const MIN_HISTORY = 100;
const SEASONS_BACK = 7;
const SEASON_SLACK = 3;
const GAPS_AVERAGED = 6;
const SPREAD_OVER = 24;
/** How far above its median, in distances to the extreme quantile, a measure must lie to alarm. */
const ALARM_RATIO = 1.3;
const EXTREMES: Record<Measure, { readonly quantile: number; readonly weight: number }> = {
  level: { quantile: 0.999, weight: 1 },
  season: { quantile: 0.99, weight: 0.65 },
  jump: { quantile: 0.999, weight: 1 },
  spread: { quantile: 0.999, weight: 1 },
};
const MEASURES = Object.keys(EXTREMES) as Measure[];

export function startDetector(options: Partial<DetectorOptions> = {}): DetectorState {
  const empty = emptySketch(0.02);
  return {
    options: { ...DEFAULTS, ...options },
    steps: 0,
    normal: [],
    recent: [],
    seasonGaps: [],
    histories: { level: empty, season: empty, jump: empty, spread: empty },
    anomalousFor: 0,
    quietFor: 0,
  };
}

/** Judges one value and learns from it. @throws RangeError for a value that is not finite */
export function detect(
  state: DetectorState,
  value: number,
): { readonly state: DetectorState; readonly detection: Detection } {
  if (!Number.isFinite(value)) throw new RangeError(`a detector judges finite values, got ${value}`);
  const { options } = state;
  const isLearning = state.steps < options.probation;
  const recent = [...state.recent, value].slice(-SPREAD_OVER);
  const seasonGap = gapToSeason(state, value);
  const seasonGaps =
    seasonGap === undefined ? state.seasonGaps : [...state.seasonGaps, seasonGap].slice(-GAPS_AVERAGED);
  const measures = measure(state, value, recent, seasonGaps);
  const { ratio, strangest } = extremity(state, measures);

  const isAnomalous = ratio > ALARM_RATIO;
  const anomalousFor = isAnomalous ? state.anomalousFor + 1 : 0;
  const isLearned = !isAnomalous || isLearning || anomalousFor > options.patience;
  const isAlarm = isAnomalous && !isLearning && state.quietFor === 0;
  const score = ratio / (ratio + ALARM_RATIO);
  const reach = Math.max(options.window, SEASONS_BACK * options.period + SEASON_SLACK);
  return {
    detection: { score: isAlarm ? score : Math.min(score, 0.99 * ALARM_THRESHOLD), isAlarm, strangest },
    state: {
      options,
      steps: state.steps + 1,
      normal: [...(state.normal.length < reach ? state.normal : state.normal.slice(1)), isLearned ? value : null],
      recent,
      seasonGaps,
      histories: isLearned ? learned(state.histories, measures) : state.histories,
      anomalousFor,
      quietFor: isAlarm ? options.quietSteps : Math.max(0, state.quietFor - 1),
    },
  };
}

type Measures = Partial<Record<Measure, number>>;

function measure(
  state: DetectorState,
  value: number,
  recent: readonly number[],
  seasonGaps: readonly number[],
): Measures {
  const before = state.recent.at(-1);
  const level = upperMedian(state.normal.slice(-state.options.window).filter((kept) => kept !== null)) ?? value;
  return {
    level: Math.abs(value - level),
    jump: before === undefined ? 0 : Math.abs(value - before),
    spread: deviation(recent),
    ...(seasonGaps.length > 0 && { season: mean(seasonGaps) }),
  };
}

/** Distance to the nearest value around the same time in earlier seasons; undefined before there is one. */
function gapToSeason({ normal, options: { period } }: DetectorState, value: number): number | undefined {
  if (period === 0 || normal.length < period + SEASON_SLACK) return undefined;
  let gap: number | undefined;
  for (let season = 1; season <= SEASONS_BACK; season++) {
    for (let slack = -SEASON_SLACK; slack <= SEASON_SLACK; slack++) {
      const then = normal[normal.length - season * period + slack];
      if (then != null) gap = Math.min(gap ?? Infinity, Math.abs(value - then));
    }
  }
  return gap;
}

function extremity(
  { histories }: DetectorState,
  measures: Measures,
): { ratio: number; strangest: Measure | undefined } {
  let ratio = 0;
  let strangest: Measure | undefined;
  for (const name of MEASURES) {
    const value = measures[name];
    if (value === undefined || histories[name].count < MIN_HISTORY) continue;
    const [usual, extreme] = medianAndQuantile(histories[name], EXTREMES[name].quantile);
    const reach = extreme - usual;
    // A history that never varied makes any change strange, but no more than that.
    const raw = reach > 0 ? Math.max(0, value - usual) / reach : value > usual ? 2 : 0;
    const weighted = raw * EXTREMES[name].weight;
    if (weighted > ratio) [ratio, strangest] = [weighted, name];
  }
  return { ratio, strangest };
}

function medianAndQuantile(sketch: QuantileSketch, quantile: number): [number, number] {
  let seen = 0;
  let middle: number | undefined;
  for (const { value, count } of bucketsOf(sketch)) {
    seen += count;
    if (middle === undefined && seen > 0.5 * (sketch.count - 1)) middle = value;
    if (seen > quantile * (sketch.count - 1)) return [middle ?? value, value];
  }
  return [sketch.max, sketch.max];
}

function learned(histories: DetectorState['histories'], measures: Measures): DetectorState['histories'] {
  const next = { ...histories };
  for (const name of MEASURES) {
    const value = measures[name];
    if (value !== undefined) next[name] = sketchWith(histories[name], [value]);
  }
  return next;
}

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
