/**
 * The history of one measure of strangeness, and how rare a value as large as the next one is. Up to the threshold nothing is rare; above it a
 * generalised Pareto tail, fitted by moments to the excesses, tells probabilities beyond the largest value seen.
 *
 * Bounded: counts of magnitudes in buckets 3 % wide from 1e-15 to 1e15; what is smaller counts as zero.
 * Source: Pickands (1975), 10.1214/aos/1176343003; Hosking and Wallis (1987), 10.2307/1269343; in streams, Siffer et al. (2017), 10.1145/3097983.3098144
 */
export interface UpperTailState {
  readonly count: number;
  /** Counts by bucket, those that hold any. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
  readonly fit: TailFit | null;
  readonly addedSinceFit: number;
}

interface TailFit {
  readonly threshold: number;
  /** Values above the threshold, or in its bucket. */
  readonly above: number;
  readonly meanExcess: number;
  readonly shape: number;
  readonly count: number;
}

const GROWTH = Math.log(1.03);
/** The greatest value of a bucket, as a multiple of what stands for the bucket. */
const WITHIN_BUCKET = Math.exp(GROWTH / 2);
const HALF = 1200;
const BUCKETS = 2 * HALF;
/** Values before anything can be called rare. */
const MIN_COUNT = 100;
/** Share of the history above the threshold, and how many at least. */
const TAIL_SHARE = 0.02;
const MIN_ABOVE = 10;
/** Below five excesses their variance says nothing of the shape. */
const MIN_FOR_SHAPE = 5;
const MAX_SHAPE = 0.5;
/** The least mean excess, as a share of the threshold: a history that hardly varied does not make all that differs infinitely rare. */
const MIN_EXCESS = 0.02;
/** What stands for the mean excess where nothing exceeds the threshold. */
const UNSEEN_EXCESS = 0.1;
/** A young history changes faster than an old one. */
const REFIT_AFTER = 50;
const REFIT_AFTER_YOUNG = 8;
const YOUNG = 400;

export class UpperTail {
  private readonly counts = new Uint32Array(BUCKETS);
  private highest = -1;
  private count = 0;
  private fitted: TailFit | null = null;
  private addedSinceFit = 0;

  /** @param value not negative */
  add(value: number): void {
    this.count++;
    this.addedSinceFit++;
    const bucket = bucketOf(value);
    if (bucket !== undefined) {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
      if (bucket > this.highest) this.highest = bucket;
    }
    const due = this.count < YOUNG ? REFIT_AFTER_YOUNG : REFIT_AFTER;
    if (this.addedSinceFit >= due || value > (this.fitted?.threshold ?? 0)) this.fitted = null;
  }

  /** −log₁₀ of the probability of a value as large as this; 0 up to the threshold and while the history is too short. */
  surprise(value: number): number {
    if (this.count < MIN_COUNT) return 0;
    this.fitted ??= this.fit();
    const { threshold, above, meanExcess, shape, count } = this.fitted;
    if (value <= threshold * WITHIN_BUCKET) return 0;
    const scale = Math.max(meanExcess > 0 ? meanExcess : UNSEEN_EXCESS * threshold, MIN_EXCESS * threshold, 1e-12);
    const excess = (value - threshold) / scale;
    const exponent = shape > 1e-3 ? Math.log1p(shape * excess) / shape : excess;
    return Math.log10(count / Math.max(1, above)) + exponent / Math.LN10;
  }

  state(): UpperTailState {
    const buckets: [number, number][] = [];
    this.counts.forEach((held, bucket) => {
      if (held > 0) buckets.push([bucket, held]);
    });
    return { count: this.count, buckets, fit: this.fitted, addedSinceFit: this.addedSinceFit };
  }

  static resumed({ count, buckets, fit, addedSinceFit }: UpperTailState): UpperTail {
    const tail = new UpperTail();
    for (const [bucket, held] of buckets) tail.counts[bucket] = held;
    tail.highest = buckets.at(-1)?.[0] ?? -1;
    tail.count = count;
    tail.fitted = fit;
    tail.addedSinceFit = addedSinceFit;
    return tail;
  }

  private fit(): TailFit {
    this.addedSinceFit = 0;
    const needed = Math.min(this.count / 2, Math.max(MIN_ABOVE, TAIL_SHARE * this.count));
    let reached = 0;
    let bucket = this.highest + 1;
    while (bucket > 0 && reached < needed) reached += this.counts[--bucket] ?? 0;
    const isAmongZeros = reached < needed;
    const threshold = isAmongZeros ? 0 : valueOf(bucket);
    let above = 0;
    let sum = 0;
    let squares = 0;
    for (let i = this.highest; i > (isAmongZeros ? -1 : bucket); i--) {
      const held = this.counts[i] ?? 0;
      if (held === 0) continue;
      const excess = valueOf(i) - threshold;
      above += held;
      sum += held * excess;
      squares += held * excess * excess;
    }
    const meanExcess = above > 0 ? sum / above : 0;
    return { threshold, above, meanExcess, shape: shapeOf(above, meanExcess, squares), count: this.count };
  }
}

/** 0 for a tail that falls exponentially or faster. */
function shapeOf(above: number, meanExcess: number, squares: number): number {
  if (above < MIN_FOR_SHAPE) return 0;
  const variance = squares / above - meanExcess ** 2;
  return variance > 0 ? Math.min(MAX_SHAPE, Math.max(0, (1 - meanExcess ** 2 / variance) / 2)) : 0;
}

const VALUES = Float64Array.from({ length: BUCKETS }, (_, bucket) => Math.exp((bucket - HALF) * GROWTH));
const valueOf = (bucket: number): number => VALUES[bucket] as number;

function bucketOf(value: number): number | undefined {
  if (!(value > 0)) return undefined;
  const bucket = HALF + Math.round(Math.log(value) / GROWTH);
  return bucket < 0 ? undefined : Math.min(BUCKETS - 1, bucket);
}
