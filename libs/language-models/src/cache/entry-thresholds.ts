/** How likely an answer serves a request that is so much alike: for each entry of the cache a curve of its own. */
export interface EntryThresholds {
  /** That the entry's answer would be wrong, by what was judged so far; in [0, 1]. */
  wrongChance(entry: string, similarity: number): number;
  learn(entry: string, similarity: number, isRight: boolean): void;
}

/**
 * Right as a logistic function of similarity: half as often as it ever gets at `threshold`, the more surely on either side, the steeper. `lapses` is
 * how often even the most alike is wrong: without it whoever was never wrong yet would count as never wrong.
 */
interface Curve {
  readonly threshold: number;
  readonly steepness: number;
  readonly lapses: number;
}

/** Also entries whose answer serves whoever comes near; such as serve nobody else have lapses. */
const THRESHOLDS = [0, ...Array.from({ length: 14 }, (_, i) => 0.4 + 0.05 * i)];
const CURVES: readonly Curve[] = THRESHOLDS.flatMap((threshold) =>
  [15, 40].flatMap((steepness) =>
    [0, 0.003, 0.01, 0.03, 0.1, 0.4, 1].map((lapses) => ({ threshold, steepness, lapses })),
  ),
);
const rightChance = ({ threshold, steepness, lapses }: Curve, similarity: number): number =>
  (1 - lapses) / (1 + Math.exp(-steepness * (similarity - threshold)));

/** What is known of all entries is found anew once so much more was judged. */
const GROWTH = 1.1;
const EM_STEPS = 5;

/**
 * Thresholds per entry, learned online: the posterior over logistic curves on a grid, of what was judged for this entry alone; where `isPooled`
 * it starts from how common each curve is among all entries, found by maximum likelihood.
 * Source: Schroeder et al. (2025), vCache: Verified Semantic Prompt Caching, arXiv:2502.03771; pooled as in Laird (1978), JASA 73(364)
 */
export function entryThresholds({ isPooled }: { readonly isPooled: boolean }): EntryThresholds {
  const likelihoods = new Map<string, Float64Array>();
  const flat = new Float64Array(CURVES.length).fill(1 / CURVES.length);
  let common = flat;
  let [judged, nextFit] = [0, 1];

  function pool(): void {
    for (let step = 0; step < EM_STEPS; step++) {
      // One entry's worth of every curve alike, so that none is ruled out.
      const sums = Float64Array.from(flat);
      for (const likelihood of likelihoods.values()) addPosterior(sums, common, likelihood);
      common = sums.map((sum) => sum / (likelihoods.size + 1));
    }
  }

  return {
    wrongChance: (entry, similarity) =>
      posterior(common, likelihoods.get(entry)).reduce(
        (sum, weight, k) => sum + weight * (1 - rightChance(CURVES[k] as Curve, similarity)),
        0,
      ),
    learn: (entry, similarity, isRight) => {
      const known = likelihoods.get(entry) ?? new Float64Array(CURVES.length).fill(1);
      const updated = known.map((value, k) => {
        const right = rightChance(CURVES[k] as Curve, similarity);
        return value * Math.max(1e-9, isRight ? right : 1 - right);
      });
      const most = Math.max(...updated);
      likelihoods.set(
        entry,
        updated.map((value) => value / most),
      );
      if (!isPooled || ++judged < nextFit) return;
      nextFit = Math.ceil(judged * GROWTH);
      pool();
    },
  };
}

/** The same, added to sums without a list of its own: it is done for all entries. */
function addPosterior(sums: Float64Array, prior: Float64Array, likelihood: Float64Array): void {
  let total = 0;
  for (let k = 0; k < prior.length; k++) total += (prior[k] ?? 0) * (likelihood[k] ?? 0);
  for (let k = 0; k < prior.length; k++) sums[k] = (sums[k] ?? 0) + ((prior[k] ?? 0) * (likelihood[k] ?? 0)) / total;
}

function posterior(prior: Float64Array, likelihood: Float64Array | undefined): Float64Array {
  if (!likelihood) return prior;
  const product = prior.map((weight, k) => weight * (likelihood[k] ?? 0));
  const sum = product.reduce((total, value) => total + value, 0);
  return product.map((value) => value / sum);
}
