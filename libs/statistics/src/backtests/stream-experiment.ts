import { ownValue } from '@contentflow/kernel';
import { sequentialComparison, sequentialP, type SequentialComparison, type Spending } from '../experiment-test.ts';
import { addToBivariate, addToMoments, noBivariate, noMoments, type Bivariate, type Moments } from '../moments.ts';
import { type Interval, unbounded } from '../sample.ts';
import { sampleRatioWatch } from '../sample-ratio.ts';

/** One unit that was shown one variant, with the value it brought. */
export interface Exposure {
  readonly experiment: string;
  readonly variant: string;
  readonly value: number;
  /** Known before the exposure; used where every exposure of the experiment has one. */
  readonly covariate?: number;
}

export interface StreamOptions {
  readonly control: string;
  /** Planned share per variant. One that is never served breaks the sample ratio. */
  readonly shares: Readonly<Record<string, number>>;
  readonly alpha?: number;
  /** Units of a treatment and its control together that experiments are planned for. */
  readonly horizonUnits?: number;
  readonly spending?: Spending;
  /** Error of the sample-ratio check over a whole experiment. */
  readonly sampleRatioAlpha?: number;
}

export interface StreamVerdict {
  readonly experiment: string;
  /** Exposures looked at until the experiment stopped or its stream ended. */
  readonly looks: number;
  /** The look that stopped it, counted from 1. */
  readonly stopped_at: number | null;
  readonly verdict: 'treatment' | 'control' | 'none' | 'void';
  /** The variant the verdict is about. */
  readonly arm?: string;
  /** Always-valid, corrected for the number of treatments. */
  readonly p: number;
  /** Without ends while nothing bounds it; JSON has null for them. */
  readonly interval: Interval;
  readonly srm: { readonly p: number; readonly broken: boolean };
}

export interface StreamBacktest {
  readonly verdicts: readonly StreamVerdict[];
  readonly summary: {
    readonly experiments: number;
    readonly exposures: number;
    readonly stopped: number;
    readonly broken: number;
    /** Exposures that could not be used, by their position from 0. */
    readonly skipped: readonly { readonly row: number; readonly problem: string }[];
  };
}

const DEFAULTS = {
  alpha: 0.05,
  horizonUnits: 7000,
  spending: 'untruncated',
  sampleRatioAlpha: 0.003,
} as const satisfies Partial<StreamOptions>;

/**
 * `backtest stream-experiment`: looks at each experiment after every exposure, and says when it would have stopped and
 * how. Treatments share α evenly; one that is found worse is out, and the control has won once all are. The sample
 * ratio is watched to the end of the stream, since a verdict from broken randomisation is void whenever it shows.
 */
export function backtestStreamExperiment(exposures: Iterable<Exposure>, options: StreamOptions): StreamBacktest {
  const running = new Map<string, Running>();
  const skipped: { row: number; problem: string }[] = [];
  let row = 0;
  for (const exposure of exposures) {
    const problem = problemOf(exposure, options);
    if (problem !== undefined) skipped.push({ row, problem });
    else {
      let experiment = running.get(exposure.experiment);
      if (experiment === undefined)
        running.set(exposure.experiment, (experiment = start(exposure.experiment, options)));
      take(experiment, exposure);
    }
    row++;
  }
  const verdicts = [...running.values()].map(verdictOf);
  return {
    verdicts,
    summary: {
      experiments: verdicts.length,
      exposures: row - skipped.length,
      stopped: verdicts.filter(({ stopped_at }) => stopped_at !== null).length,
      broken: verdicts.filter(({ srm }) => srm.broken).length,
      skipped,
    },
  };
}

function problemOf({ variant, value, covariate }: Exposure, { shares }: StreamOptions): string | undefined {
  if (!((ownValue(shares, variant) ?? 0) > 0)) return `variant ${JSON.stringify(variant)} has no share`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'value is not a number';
  if (covariate !== undefined && !Number.isFinite(covariate)) return 'covariate is not a number';
  return undefined;
}

interface Arm {
  readonly name: string;
  pair: Bivariate;
  moments: Moments;
  isDropped: boolean;
}

/** Updated in place: a stream has millions of exposures. */
interface Running {
  readonly name: string;
  readonly options: Required<StreamOptions>;
  readonly arms: Map<string, Arm>;
  hasCovariate: boolean;
  looks: number;
  stoppedAt: number | null;
  verdict: 'treatment' | 'control' | 'none';
  best: { readonly arm: string; readonly p: number; readonly interval?: Interval } | undefined;
  sampleRatioP: number;
}

const start = (name: string, options: StreamOptions): Running => ({
  name,
  options: { ...DEFAULTS, ...options },
  arms: new Map(),
  hasCovariate: true,
  looks: 0,
  stoppedAt: null,
  verdict: 'none',
  best: undefined,
  sampleRatioP: 1,
});

function take(experiment: Running, exposure: Exposure): void {
  const { arms } = experiment;
  let arm = arms.get(exposure.variant);
  if (arm === undefined)
    arms.set(
      exposure.variant,
      (arm = { name: exposure.variant, pair: noBivariate, moments: noMoments, isDropped: false }),
    );
  if (exposure.covariate === undefined) experiment.hasCovariate = false;
  arm.pair = addToBivariate(arm.pair, exposure.covariate ?? 0, exposure.value);
  arm.moments = addToMoments(arm.moments, exposure.value);
  watchSampleRatio(experiment);
  if (experiment.stoppedAt === null) look(experiment, arm);
}

function watchSampleRatio(experiment: Running): void {
  const { arms, options } = experiment;
  const planned = Object.entries(options.shares);
  if (planned.length < 2) return;
  const { p } = sampleRatioWatch(
    planned.map(([name]) => arms.get(name)?.moments.n ?? 0),
    planned.map(([, share]) => share),
  );
  experiment.sampleRatioP = Math.min(experiment.sampleRatioP, p);
}

function look(experiment: Running, changed: Arm): void {
  experiment.looks++;
  const control = experiment.arms.get(experiment.options.control);
  if (control === undefined) return;
  const treatments = [...experiment.arms.values()].filter((arm) => arm !== control);
  for (const arm of treatments) {
    if (arm.isDropped || (changed !== control && changed !== arm)) continue;
    judge(experiment, control, arm, treatments);
    if (experiment.stoppedAt !== null) return;
  }
}

function judge(experiment: Running, control: Arm, arm: Arm, treatments: readonly Arm[]): void {
  const p = Math.min(1, sequentialP(planOf(experiment, control, arm)) * treatments.length);
  if (p < (experiment.best?.p ?? Infinity)) experiment.best = { arm: arm.name, p };
  if (p > experiment.options.alpha) return;
  arm.isDropped = compare(experiment, control, arm).difference <= 0;
  if (arm.isDropped && treatments.some((other) => !other.isDropped)) return;
  experiment.stoppedAt = experiment.looks;
  experiment.verdict = arm.isDropped ? 'control' : 'treatment';
  experiment.best = { arm: arm.name, p, interval: compare(experiment, control, arm).interval };
}

const planOf = ({ hasCovariate, options }: Running, control: Arm, treatment: Arm) => ({
  control: hasCovariate ? control.pair : control.moments,
  treatment: hasCovariate ? treatment.pair : treatment.moments,
  horizonUnits: options.horizonUnits,
  tuning: options.spending,
});

const compare = (experiment: Running, control: Arm, arm: Arm): SequentialComparison =>
  sequentialComparison({
    ...planOf(experiment, control, arm),
    alpha: experiment.options.alpha / Math.max(1, experiment.arms.size - 1),
  });

/** As it was when the experiment stopped, or as it is at the end of its stream. */
function intervalOf(experiment: Running): Interval {
  const { best, arms, options } = experiment;
  const control = arms.get(options.control);
  const arm = best && arms.get(best.arm);
  if (best?.interval !== undefined) return best.interval;
  return control && arm ? compare(experiment, control, arm).interval : unbounded(0).interval;
}

function verdictOf(experiment: Running): StreamVerdict {
  const { best, sampleRatioP, options } = experiment;
  const isBroken = sampleRatioP <= options.sampleRatioAlpha;
  const verdict = isBroken ? 'void' : experiment.verdict;
  return {
    experiment: experiment.name,
    looks: experiment.looks,
    stopped_at: experiment.stoppedAt,
    verdict,
    ...(verdict === 'treatment' && best !== undefined && { arm: best.arm }),
    p: best?.p ?? 1,
    interval: intervalOf(experiment),
    srm: { p: sampleRatioP, broken: isBroken },
  };
}
