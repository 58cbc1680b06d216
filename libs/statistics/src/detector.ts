import { MovingMedian } from './moving-median.ts';
import { UpperTail, type UpperTailState } from './upper-tail.ts';

/**
 * A streaming detector for one metric series. Seven measures of strangeness are each compared with their own history: how rare a value as large
 * as this is, by a tail fitted to what was seen before. The rarest one speaks; below one probability for every series and measure it is an alarm.
 * So nothing is tuned per metric, whatever its unit, shape or season.
 *
 * What is anomalous enters no history; where values stay anomalous for `patience` steps, something new has come and is learned. After an alarm
 * there is quiet for a share of what was seen so far: one event is one alarm.
 *
 * Source: nonconformity measures, Laxhammar and Falkman (2014); tails, Siffer et al. (2017), 10.1145/3097983.3098144.
 * How it was chosen, and what it scores on series it was not chosen by: docs/benchmarks/statistics.md
 */
export interface DetectorOptions {
  /** Steps in a season (a day); 0 where there is none. */
  readonly period: number;
  /** Values over which the median is taken. */
  readonly window: number;
  /** Steps of quiet after an alarm at most; in a young series fewer. */
  readonly quietSteps: number;
  readonly patience: number;
  /** Values only to learn from: no alarm in them. */
  readonly probation: number;
}

export const detectorMeasures = ['above', 'below', 'jump', 'season', 'spread', 'shift', 'stillness'] as const;
/**
 * Of a value: `above` or `below` the recent median; `jump` from the value before; distance from the same time in earlier seasons.
 * Of the last values: `spread`; `shift` of their mean from the recent median; `stillness`, how much less they move than usual.
 */
export type DetectorMeasure = (typeof detectorMeasures)[number];

/** One value's verdict. `score` is at least ALARM_THRESHOLD where it is an alarm. */
export interface Detection {
  readonly score: number;
  readonly isAlarm: boolean;
  readonly strangest: DetectorMeasure | undefined;
}

/** What a detector remembers; plain data. */
export interface DetectorState {
  readonly options: DetectorOptions;
  readonly values: number;
  readonly step: number;
  readonly usual: readonly number[];
  /** Values by step, null where anomalous or missing; as far back as seasons are compared. */
  readonly bySeason: readonly (number | null)[];
  readonly recent: readonly number[];
  readonly seasonGaps: readonly number[];
  readonly usualRange: number;
  readonly tails: Readonly<Record<DetectorMeasure, UpperTailState>>;
  readonly anomalousFor: number;
  readonly quietFor: number;
}

export const ALARM_THRESHOLD = 0.5;

const DEFAULTS: DetectorOptions = { period: 0, window: 288, quietSteps: 288, patience: 12, probation: 100 };
/** −log₁₀ of the probability below which a value is an alarm. */
const ALARM_SURPRISE = 3.7;
/** Series stand still for reasons of their own: of that, a little more is asked. */
const STILLNESS_WEIGHT = 0.85;
const SEASONS_BACK = 7;
const SEASON_SLACK = 3;
const GAPS_AVERAGED = 12;
/** Steps between two values at most for the one to be a jump from the other. */
const MAX_GAP = 3;
const LAST_VALUES = 24;
const LAST_FOR_RANGE = 12;
/** Over how many values the usual range is averaged. */
const RANGE_MEMORY = 500;
const QUIET_SHARE = 0.05;
const MIN_QUIET = 24;

type Measures = Partial<Record<DetectorMeasure, number>>;

export class Detector {
  private readonly options: DetectorOptions;
  private readonly usual: MovingMedian;
  private readonly bySeason: Float64Array;
  private readonly tails: Record<DetectorMeasure, UpperTail>;
  private recent: number[] = [];
  private seasonGaps: number[] = [];
  private usualRange = 0;
  private values = 0;
  private step = -1;
  private anomalousFor = 0;
  private quietFor = 0;

  constructor(options: Partial<DetectorOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
    this.usual = new MovingMedian(this.options.window);
    this.bySeason = new Float64Array(SEASONS_BACK * this.options.period + SEASON_SLACK + 1).fill(Number.NaN);
    this.tails = byMeasure(() => new UpperTail());
  }

  /**
   * Judges one value and learns from it.
   * @param step  the value's place in time, counted in steps and rising; the next one where not given. Missing steps are no values.
   * @throws RangeError for a value that is not finite
   */
  judge(value: number, step = this.step + 1): Detection {
    if (!Number.isFinite(value)) throw new RangeError(`a detector judges finite values, got ${value}`);
    const isAdjoining = step - this.step <= MAX_GAP;
    this.moveTo(step);
    const { patience, probation } = this.options;
    const measures = this.measure(value, isAdjoining);
    const { surprise, strangest } = this.strangestOf(measures);

    const isLearning = this.values < probation;
    const isAnomalous = surprise > ALARM_SURPRISE;
    this.anomalousFor = isAnomalous ? this.anomalousFor + 1 : 0;
    const isAlarm = isAnomalous && !isLearning && this.quietFor === 0;
    this.quietFor = isAlarm ? this.quietAfterAlarm() : Math.max(0, this.quietFor - 1);
    if (!isAnomalous || isLearning || this.anomalousFor > patience) this.learn(value, measures);
    this.values++;

    const score = surprise / (surprise + ALARM_SURPRISE);
    return { score: isAlarm ? score : Math.min(score, 0.99 * ALARM_THRESHOLD), isAlarm, strangest };
  }

  state(): DetectorState {
    const { options, values, step, usualRange, anomalousFor, quietFor } = this;
    return {
      options,
      values,
      step,
      usual: this.usual.values(),
      bySeason: Array.from(this.bySeason, (value) => (Number.isNaN(value) ? null : value)),
      recent: [...this.recent],
      seasonGaps: [...this.seasonGaps],
      usualRange,
      tails: byMeasure((name) => this.tails[name].state()),
      anomalousFor,
      quietFor,
    };
  }

  /** Goes on where another one stopped. */
  static resumed(state: DetectorState): Detector {
    const detector = new Detector(state.options);
    for (const value of state.usual) detector.usual.push(value);
    state.bySeason.forEach((value, i) => (detector.bySeason[i] = value ?? Number.NaN));
    for (const name of detectorMeasures) detector.tails[name] = UpperTail.resumed(state.tails[name]);
    detector.recent = [...state.recent];
    detector.seasonGaps = [...state.seasonGaps];
    detector.usualRange = state.usualRange;
    detector.values = state.values;
    detector.step = state.step;
    detector.anomalousFor = state.anomalousFor;
    detector.quietFor = state.quietFor;
    return detector;
  }

  /** Forgets what lies further back than seasons are compared, and leaves missing steps empty. */
  private moveTo(step: number): void {
    const { length } = this.bySeason;
    const next = Math.max(step, this.step + 1);
    for (let missing = Math.max(this.step + 1, next - length); missing <= next; missing++)
      this.bySeason[missing % length] = Number.NaN;
    this.step = next;
  }

  private measure(value: number, isAdjoining: boolean): Measures {
    const before = this.recent.at(-1) ?? value;
    this.recent.push(value);
    if (this.recent.length > LAST_VALUES) this.recent.shift();
    const median = this.usual.median() ?? value;
    const { mean, deviation } = momentsOf(this.recent);
    const season = this.seasonGap(value);
    const stillness = this.stillness();
    return {
      above: Math.max(0, value - median),
      below: Math.max(0, median - value),
      ...(isAdjoining && { jump: Math.abs(value - before) }),
      spread: deviation,
      shift: Math.abs(mean - median),
      ...(season !== undefined && { season }),
      ...(stillness !== undefined && { stillness }),
    };
  }

  /** Distance to the nearest value around the same time in earlier seasons, over the last values; undefined before there is one. */
  private seasonGap(value: number): number | undefined {
    const { period } = this.options;
    if (period === 0 || this.step < period + SEASON_SLACK) return undefined;
    let nearest = Infinity;
    for (let season = 1; season <= SEASONS_BACK; season++) {
      const centre = this.step - season * period;
      for (let slack = -SEASON_SLACK; slack <= SEASON_SLACK; slack++) {
        const then = centre + slack;
        if (then < 0) continue;
        const gap = Math.abs(value - (this.bySeason[then % this.bySeason.length] as number));
        if (gap < nearest) nearest = gap;
      }
    }
    if (nearest === Infinity) return undefined;
    this.seasonGaps.push(nearest);
    if (this.seasonGaps.length > GAPS_AVERAGED) this.seasonGaps.shift();
    return momentsOf(this.seasonGaps).mean;
  }

  /** The logarithm of how many times the usual range is the range of the last values; 0 where it is no less. */
  private stillness(): number | undefined {
    if (this.recent.length < LAST_FOR_RANGE) return undefined;
    let low = Infinity;
    let high = -Infinity;
    for (let i = this.recent.length - LAST_FOR_RANGE; i < this.recent.length; i++) {
      const value = this.recent[i] as number;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const range = high - low;
    this.usualRange += (range - this.usualRange) / Math.min(this.values + 1, RANGE_MEMORY);
    if (this.usualRange === 0) return 0;
    return Math.max(0, Math.log(this.usualRange / (range + 1e-3 * this.usualRange)));
  }

  private strangestOf(measures: Measures): { surprise: number; strangest: DetectorMeasure | undefined } {
    let surprise = 0;
    let strangest: DetectorMeasure | undefined;
    for (const name of detectorMeasures) {
      const value = measures[name];
      if (value === undefined) continue;
      const own = this.tails[name].surprise(value) * (name === 'stillness' ? STILLNESS_WEIGHT : 1);
      if (own > surprise) [surprise, strangest] = [own, name];
    }
    return { surprise, strangest };
  }

  private learn(value: number, measures: Measures): void {
    for (const name of detectorMeasures) {
      const measured = measures[name];
      if (measured !== undefined) this.tails[name].add(measured);
    }
    this.usual.push(value);
    this.bySeason[this.step % this.bySeason.length] = value;
  }

  private quietAfterAlarm(): number {
    return Math.min(this.options.quietSteps, Math.max(MIN_QUIET, Math.round(QUIET_SHARE * this.values)));
  }
}

function byMeasure<Value>(of: (name: DetectorMeasure) => Value): Record<DetectorMeasure, Value> {
  return Object.fromEntries(detectorMeasures.map((name) => [name, of(name)])) as Record<DetectorMeasure, Value>;
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
