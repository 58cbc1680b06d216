import { chiSquareUpperTail, logGamma } from './distributions.ts';

/** How sure the sequential test starts out that the shares are as planned; in units. */
export const DEFAULT_CONCENTRATION = 2000;

/**
 * Pearson's χ² test that units arrived in the planned shares; for one look.
 * @param counts units seen per arm, ≥ 0
 * @param shares planned share per arm, > 0, in any scale
 * Source: Pearson (1900); Fabijan et al. (2019), KDD, on sample-ratio mismatch. Figures: ab-cases.reference.json
 */
export function sampleRatioTest(
  counts: readonly number[],
  shares: readonly number[],
): { readonly chiSquare: number; readonly p: number } {
  const { total, expected } = expectation(counts, shares);
  if (total === 0) return { chiSquare: 0, p: 1 };
  const chiSquare = counts.reduce((sum, count, arm) => {
    const want = (expected[arm] as number) * total;
    return sum + (count - want) ** 2 / want;
  }, 0);
  return { chiSquare, p: chiSquareUpperTail(chiSquare, counts.length - 1) };
}

/**
 * Sample-ratio test that may be looked at after every unit: p = 1 ÷ Bayes factor of "some other shares" against the
 * planned ones, under a Dirichlet prior centred on the plan. The smallest p over all looks is valid at any time.
 * @param counts        units seen per arm, ≥ 0
 * @param shares        planned share per arm, > 0, in any scale
 * @param concentration units' worth of belief in the plan: large finds small mismatches, small finds gross ones sooner
 * Source: Lindon and Malek (2022), "Anytime-Valid Inference for Multinomial Count Data", NeurIPS, eq. 8
 */
export function sequentialSampleRatioTest(
  counts: readonly number[],
  shares: readonly number[],
  concentration = DEFAULT_CONCENTRATION,
): { readonly logBayesFactor: number; readonly p: number } {
  const { total, expected } = expectation(counts, shares);
  let logBayesFactor = logGamma(concentration) - logGamma(concentration + total);
  counts.forEach((count, arm) => {
    const share = expected[arm] as number;
    const prior = concentration * share;
    logBayesFactor += logGamma(prior + count) - logGamma(prior) - count * Math.log(share);
  });
  return { logBayesFactor, p: Math.min(1, Math.exp(-logBayesFactor)) };
}

function expectation(counts: readonly number[], shares: readonly number[]) {
  if (counts.length !== shares.length || counts.length < 2)
    throw new RangeError('a sample ratio needs a count and a share for each of two or more arms');
  if (shares.some((share) => !(share > 0))) throw new RangeError('a planned share is above 0');
  const sum = shares.reduce((a, b) => a + b, 0);
  return { total: counts.reduce((a, b) => a + b, 0), expected: shares.map((share) => share / sum) };
}

/** Units' worth of belief in the plan, each with half of the bet: small mismatches are found by the one, gross ones within two dozen units by the other. */
const CONCENTRATIONS = [DEFAULT_CONCENTRATION, 2];

/**
 * The sequential test against small and gross mismatches alike: an arm that is never served shows within a few dozen units.
 * @returns p of the mean of both Bayes factors, which is a Bayes factor itself; the smallest over all looks is valid at any time
 */
export function sampleRatioWatch(counts: readonly number[], shares: readonly number[]): { readonly p: number } {
  const logFactors = CONCENTRATIONS.map((each) => sequentialSampleRatioTest(counts, shares, each).logBayesFactor);
  const highest = Math.max(...logFactors);
  const mean = logFactors.reduce((sum, each) => sum + Math.exp(each - highest), 0) / logFactors.length;
  return { p: Math.min(1, Math.exp(-highest) / mean) };
}
