/**
 * A running median of a positive metric in constant space: each value moves it by one small step up or down, on the scale of
 * logarithms, so that no value, however far out, moves it further than another.
 * Source: Robbins and Monro (1951); for quantiles Tierney (1983), SIAM J. Sci. Stat. Comput. 4(4).
 */
export interface RunningMedian {
  readonly n: number;
  /** Natural logarithm of the median. */
  readonly log: number;
}

export const noMedian: RunningMedian = { n: 0, log: 0 };

/** First steps are this large, in units of the logarithm; they shrink with 1 ÷ n … */
const FIRST_STEP = 0.8;
/** … but not below this one, so that the median goes on following slow change. */
const LAST_STEP = 0.01;
const SMALLEST = 1e-9;

export function withValue(median: RunningMedian, value: number): RunningMedian {
  const log = Math.log(Math.max(value, SMALLEST));
  if (median.n === 0) return { n: 1, log };
  const step = Math.max(FIRST_STEP / median.n, LAST_STEP);
  const away = log - median.log;
  // Never past the value itself, so that a metric that does not vary has itself as its median.
  return { n: median.n + 1, log: median.log + Math.sign(away) * Math.min(step, Math.abs(away)) };
}

/** A part that has seen more than this knows its median as well as it ever will. */
const MAX_SEEN = 200;

/** The parts' medians, weighted by what each has seen. */
export function mergedMedian(parts: readonly RunningMedian[]): RunningMedian {
  let n = 0;
  let weights = 0;
  let sum = 0;
  for (const part of parts) {
    const weight = Math.min(part.n, MAX_SEEN);
    n += part.n;
    weights += weight;
    sum += weight * part.log;
  }
  return weights === 0 ? noMedian : { n, log: sum / weights };
}

export const medianValue = ({ n, log }: RunningMedian): number | undefined => (n === 0 ? undefined : Math.exp(log));
