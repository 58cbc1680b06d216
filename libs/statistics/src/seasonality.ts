import { betaCdf } from './distributions.ts';

/** The mean of a metric over one span of time: the cell-th since the epoch, all of them equally long. */
export interface SpanMean {
  readonly cell: number;
  readonly n: number;
  readonly mean: number;
}

export interface Season {
  /** That what repeats from cycle to cycle is noise. */
  readonly p: number;
  /** How far the highest phase of the cycle is above the lowest, trend removed, as a share of the mean. */
  readonly range: number;
}

/**
 * Whether a metric's profile over a cycle comes back from cycle to cycle: the phase effects of a weighted analysis of covariance,
 * mean ~ phase + trend, tested against mean ~ trend. What differs from cycle to cycle at the same phase is the noise that they have to exceed, so
 * that bursts and steps which do not come back speak against a season, and a steady trend does not speak for one.
 * @param spans  means of whole spans, each weighted by its n > 0, in any order
 * @param phases spans in a cycle, ≥ 2
 * @returns undefined until each phase was seen in two cycles
 * Source: one-way analysis of covariance, Montgomery (2017), Design and Analysis of Experiments, 15.3; F tail by the incomplete beta
 *   function; figures in seasonality.reference.json
 */
export function seasonOf(spans: readonly SpanMean[], phases: number): Season | undefined {
  const byPhase = Array.from({ length: phases }, (_, phase) => spans.filter(({ cell }) => cell % phases === phase));
  if (byPhase.some((seen) => seen.length < 2)) return undefined;

  const all = spreadOf(spans);
  const each = byPhase.map(spreadOf);
  const [tt, ty, yy] = (['tt', 'ty', 'yy'] as const).map((of) => each.reduce((sum, spread) => sum + spread[of], 0)) as [
    number,
    number,
    number,
  ];
  const trend = ty / tt;
  const noise = Math.max(0, yy - trend * ty);
  const explained = Math.max(0, all.yy - (all.tt > 0 ? all.ty ** 2 / all.tt : 0) - noise);
  const levels = each.map(({ t, y }) => y - trend * (t - all.t));
  return {
    p: upperTailOfF(explained, phases - 1, noise, spans.length - phases - 1),
    range: all.y === 0 ? 0 : (Math.max(...levels) - Math.min(...levels)) / Math.abs(all.y),
  };
}

/** Weighted means of time (in spans) and value, and their sums of squared and crossed deviations. */
function spreadOf(spans: readonly SpanMean[]): Record<'t' | 'y' | 'tt' | 'ty' | 'yy', number> {
  const weight = spans.reduce((sum, { n }) => sum + n, 0);
  const t = spans.reduce((sum, { n, cell }) => sum + n * cell, 0) / weight;
  const y = spans.reduce((sum, { n, mean }) => sum + n * mean, 0) / weight;
  const sumOf = (product: (dt: number, dy: number) => number): number =>
    spans.reduce((sum, { n, cell, mean }) => sum + n * product(cell - t, mean - y), 0);
  return { t, y, tt: sumOf((dt) => dt * dt), ty: sumOf((dt, dy) => dt * dy), yy: sumOf((_, dy) => dy * dy) };
}

/** P(F > explained ÷ degrees over noise ÷ noise's degrees). */
function upperTailOfF(explained: number, degrees: number, noise: number, ofNoise: number): number {
  if (!(explained > 0) || !(ofNoise > 0)) return 1;
  return betaCdf(noise / (noise + explained), ofNoise / 2, degrees / 2);
}
