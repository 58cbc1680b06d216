import { ownValue } from '@contentflow/kernel';
import { type Estimate, type Performance, type ReportedMetric, reportedMetrics } from '@contentflow/contracts';
import {
  type EstimatedMean,
  movingWindowBoundary,
  ratioInterval,
  type Sample,
  studentised,
  weightedMean,
  Z95,
} from '@contentflow/statistics';
import type { Link, Links } from './chain.ts';
import { sampleIn } from './reported-metrics.ts';
import { type Arm, type Cell, cellKey, cellParts, type Cells } from './traffic.ts';

/** Each arm over the same mix of content types, and the relative change between them. Null where it is too early to say. */
export interface ArmComparison {
  readonly initial: Performance;
  readonly current: Performance;
  /** (current − initial) ÷ initial. */
  readonly change: Performance;
  /** Means as they are, however few they are of. */
  readonly means: Readonly<Record<Arm, Readonly<Record<ReportedMetric, number | null>>>>;
  /** Weight of each content type: its share of the briefs of both arms. */
  readonly mix: Readonly<Record<string, number>>;
  /** Content types that one arm has no success of: in no figure. */
  readonly leftOut: readonly string[];
}

/** How figures are looked at: standard errors that they may be off, and the fewest successes of an arm that they are shown for. */
export interface Look {
  readonly width: number;
  readonly minSuccesses: number;
}

/**
 * Any look at the last six hours: four figures at 5 % together over a day, which is four windows, the first of which has grown a
 * thousandfold before it moves. Costs and times are skewed: of fewer than fifty, normal theory is not to be trusted that far out.
 */
export const anyLook: Look = {
  width: movingWindowBoundary({ alpha: 0.05, figures: 4, windows: 4, growth: 1000 }),
  minSuccesses: 50,
};

/** Each figure on its own, at 95 %: a band of a curve, of which no claim is made. */
export const oneLook: Look = { width: Z95, minSuccesses: 2 };

/** Holdback against all other traffic, weighted to the same mix of content types; a holdback that moved is led back to generation 0. */
export function compareArms(cells: Cells, links: Links = {}, look: Look = anyLook): ArmComparison {
  const types = typesIn(cells);
  const counted = comparableIn(cells);
  const mix = mixOf(cells, counted);
  const held = performance((metric) => meanOf(cells, mix, 'holdback', metric, links));
  const current = performance((metric) => meanOf(cells, mix, 'current', metric));
  const isEnough = arms.every((arm) => successesOfAll(cells, counted, arm) >= look.minSuccesses);
  const shown = (of: (metric: ReportedMetric) => Estimate | null): Performance =>
    performance((metric) => (isEnough ? of(metric) : null));
  return {
    initial: shown((metric) => held[metric] && estimate(held[metric], look)),
    current: shown((metric) => current[metric] && estimate(current[metric], look)),
    change: shown((metric) => relativeChange(held[metric], current[metric], look)),
    means:
      counted.length > 0
        ? {
            holdback: performance((metric) => held[metric]?.mean ?? null),
            current: performance((metric) => current[metric]?.mean ?? null),
          }
        : {
            holdback: performance((metric) => meanByItself(cells, 'holdback', metric)),
            current: performance((metric) => meanByItself(cells, 'current', metric)),
          },
    mix,
    leftOut: types.filter((type) => !counted.includes(type)),
  };
}

/** What all of this content would have cost more (or less) as the holdback makes it; null where it is too early to say. */
export function savingsIn(total: Cells): Estimate | null {
  const types = comparableIn(total);
  const made = Object.fromEntries(types.map((type) => [type, successesOf(total, type, 'current')]));
  const then = meanOf(total, made, 'holdback', 'cost_per_content');
  const now = meanOf(total, made, 'current', 'cost_per_content');
  if (!then || !now || successesOfAll(total, types, 'holdback') < anyLook.minSuccesses) return null;
  const { mean, variance, degrees } = weightedMean([
    { ...then, weight: 1 },
    { ...now, weight: -1 },
  ]);
  const half = studentised(anyLook.width, degrees) * Math.sqrt(variance);
  return { value: mean, lower: mean - half, upper: mean + half };
}

const arms: readonly Arm[] = ['holdback', 'current'];
const typesIn = (cells: Cells): string[] =>
  [...new Set(Object.keys(cells).map((key) => cellParts(key).contentType))].sort();
/** Content types that both arms have a success of. */
const comparableIn = (cells: Cells): string[] =>
  typesIn(cells).filter((type) => arms.every((arm) => successesOf(cells, type, arm) > 0));
const successesOfAll = (cells: Cells, types: readonly string[], arm: Arm): number =>
  types.reduce((sum, type) => sum + successesOf(cells, type, arm), 0);
const successesOf = (cells: Cells, type: string, arm: Arm): number => ownValue(cells, cellKey(type, arm))?.time.n ?? 0;

function mixOf(cells: Cells, types: readonly string[]): Record<string, number> {
  const accepted = types.map((type) =>
    arms.reduce((sum, arm) => sum + (ownValue(cells, cellKey(type, arm))?.accepted ?? 0), 0),
  );
  const total = accepted.reduce((sum, each) => sum + each, 0);
  return Object.fromEntries(types.map((type, i) => [type, (accepted[i] as number) / total]));
}

function meanOf(
  cells: Cells,
  mix: Readonly<Record<string, number>>,
  arm: Arm,
  metric: ReportedMetric,
  links: Links = {},
): EstimatedMean | null {
  const types = Object.keys(mix);
  if (types.length === 0) return null;
  const spread = spreadOf(types.flatMap((type) => arms.map((each) => sampleOfArm(cells, type, each, metric))));
  return weightedMean(
    types.map((type) => {
      const sample = linked(sampleOfArm(cells, type, arm, metric), ownValue(links, type)?.[metric]);
      return { weight: ownValue(mix, type) as number, ...estimated(sample, spread, metric) };
    }),
  );
}

/** Of all that an arm made, where the other has nothing to weigh it by. */
function meanByItself(cells: Cells, arm: Arm, metric: ReportedMetric): number | null {
  const own = Object.entries(cells).filter(([key]) => cellParts(key).arm === arm);
  const samples = own.map(([, cell]) => sampleIn(cell, metric)).filter(({ n }) => n > 0);
  const n = samples.reduce((sum, each) => sum + each.n, 0);
  const mean = samples.reduce((sum, each) => sum + each.n * each.mean, 0) / n;
  return Number.isFinite(mean) ? mean : null;
}

const sampleOfArm = (cells: Cells, type: string, arm: Arm, metric: ReportedMetric): Sample =>
  sampleIn(ownValue(cells, cellKey(type, arm)) as Cell, metric);

/** Variance of a quotient by the delta method, as ratios of samples have it. */
function linked(sample: Sample, link: Link | undefined): Sample {
  if (!link) return sample;
  const { ratio, relativeVariance } = link;
  const variance = sample.variance / ratio ** 2 + (sample.n * relativeVariance * sample.mean ** 2) / ratio ** 2;
  return { ...sample, mean: sample.mean / ratio, variance };
}

/** Variance relative to the squared mean, over all content types and both arms, and the degrees of freedom behind it. */
interface Spread {
  readonly relative: number;
  readonly degrees: number;
}
function spreadOf(samples: readonly Sample[]): Spread {
  const varied = samples.filter(({ n, mean }) => n > 1 && mean !== 0);
  const degrees = varied.reduce((sum, { n }) => sum + n - 1, 0);
  const total = varied.reduce((sum, { n, mean, variance }) => sum + ((n - 1) * variance) / mean ** 2, 0);
  return { relative: degrees > 0 ? total / degrees : 0, degrees };
}

/**
 * The larger of its own variance and of what all vary by: few contents that happen to be alike, or to be without the dear ones that
 * come now and then, are unknown, not certain.
 */
function estimated({ n, mean, variance }: Sample, spread: Spread, metric: ReportedMetric): EstimatedMean {
  if (metric === 'success_rate') return { mean, variance: varianceOfRate(n, mean), degrees: Infinity };
  const pooled = spread.relative * mean ** 2;
  return variance >= pooled && n > 1
    ? { mean, variance: variance / n, degrees: n - 1 }
    : { mean, variance: pooled / n, degrees: spread.degrees };
}

/** Never 0, however often all succeeded. Source: Agresti and Coull (1998), 10.1080/00031305.1998.10480550 */
function varianceOfRate(n: number, rate: number): number {
  const trials = n + anyLook.width ** 2;
  const centre = (n * rate + anyLook.width ** 2 / 2) / trials;
  return (centre * (1 - centre)) / trials;
}

/** An interval of a mean that cannot be below 0. */
export function estimate({ mean, variance, degrees }: EstimatedMean, { width }: Look): Estimate {
  const half = studentised(width, degrees) * Math.sqrt(variance);
  return { value: mean, lower: Math.max(0, mean - half), upper: mean + half };
}

function relativeChange(initial: EstimatedMean | null, current: EstimatedMean | null, look: Look): Estimate | null {
  if (!initial || !current) return null;
  const ratio = ratioInterval(initial, current, (degrees) => studentised(look.width, degrees));
  if (!ratio) return null;
  const [lower, upper] = ratio;
  return { value: current.mean / initial.mean - 1, lower: Math.max(0, lower) - 1, upper: upper - 1 };
}

const performance = <Value>(of: (metric: ReportedMetric) => Value): Record<ReportedMetric, Value> =>
  Object.fromEntries(reportedMetrics.map((metric) => [metric, of(metric)])) as Record<ReportedMetric, Value>;
