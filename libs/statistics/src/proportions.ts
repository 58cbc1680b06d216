import { betaCdf, logGamma, normalQuantile, normalUpperTail, solveDecreasing } from './distributions.ts';
import type { Interval } from './sample.ts';

/** Trials of which some succeeded. */
export interface Trials {
  readonly n: number;
  readonly successes: number;
}

const rate = ({ n, successes }: Trials): number => (n === 0 ? 0 : successes / n);

/**
 * Wilson's interval for a proportion.
 * @param alpha two-sided error, in (0, 1)
 * Source: Wilson (1927). Figures: ab-cases.reference.json
 */
export function wilsonInterval(trials: Trials, alpha = 0.05): Interval {
  const { n } = trials;
  if (n === 0) return [0, 1];
  const z = normalQuantile(1 - alpha / 2);
  const share = rate(trials);
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const width = (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - width), Math.min(1, centre + width)];
}

/**
 * Exact interval for a proportion, by Clopper and Pearson (1934); each side errs by alpha ÷ 2 at most.
 * @param alpha two-sided error, in (0, 1)
 */
export function exactInterval({ n, successes }: Trials, alpha = 0.05): Interval {
  const upperLimit = (k: number): number =>
    k === n ? 1 : solveDecreasing((rate) => (rate >= 1 ? 0 : 1 - betaCdf(rate, k + 1, n - k)), alpha / 2);
  return [1 - upperLimit(n - successes), upperLimit(successes)];
}

/**
 * Two proportions by the pooled z-test, two-sided.
 * Source: any textbook; z of 0 and p of 1 where the pooled rate is 0 or 1. Figures: ab-cases.reference.json
 */
export function pooledTest(control: Trials, treatment: Trials): { readonly z: number; readonly p: number } {
  const pooled = (control.successes + treatment.successes) / (control.n + treatment.n);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / control.n + 1 / treatment.n));
  if (!(error > 0)) return { z: 0, p: 1 };
  const z = (rate(treatment) - rate(control)) / error;
  return { z, p: 2 * normalUpperTail(Math.abs(z)) };
}

/**
 * Fisher's exact test, two-sided: the probability of all tables no likelier than the one seen.
 * Source: Fisher (1922), tails as in SciPy's fisher_exact. Figures: ab-cases.reference.json
 */
export function fisherTest(control: Trials, treatment: Trials): number {
  const successes = control.successes + treatment.successes;
  const logTable = (a: number): number => logChoose(control.n, a) + logChoose(treatment.n, successes - a);
  const all = logChoose(control.n + treatment.n, successes);
  const seen = logTable(control.successes);
  let p = 0;
  for (let a = Math.max(0, successes - treatment.n); a <= Math.min(control.n, successes); a++) {
    const log = logTable(a);
    if (log <= seen + 1e-7) p += Math.exp(log - all);
  }
  return Math.min(1, p);
}

/**
 * Fisher's exact test, one-sided: the probability that as many successes or more are inside, given how many there are in all.
 * Source: Fisher (1922), the upper tail of the hypergeometric distribution, as SciPy's hypergeom.sf
 */
export function enrichmentTest(inside: Trials, outside: Trials): number {
  const successes = inside.successes + outside.successes;
  const most = Math.min(inside.n, successes);
  const all = logChoose(inside.n + outside.n, successes);
  let p = 0;
  for (let a = inside.successes; a <= most; a++) {
    const table = Math.exp(logChoose(inside.n, a) + logChoose(outside.n, successes - a) - all);
    p += table;
    // Beyond the mode the terms only fall.
    if (table < 1e-18 * p) break;
  }
  return Math.min(1, p);
}

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
