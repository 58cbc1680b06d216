/** Seeded randomness: the same seed gives the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number, uniform in [0, n). */
  below(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Log-normal with this median and this standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  /** Exponential with this mean. */
  exponential(mean: number): number;
  /** Gamma with this shape and scale 1. Source: Marsaglia and Tsang (2000), ACM TOMS 26(3). */
  gamma(shape: number): number;
  beta(a: number, b: number): number;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
  /** An independent stream that depends on this seed and the label alone, not on what was drawn before. */
  fork(label: string | number): Random;
}

/** A generator for this seed. Source: sfc32 of Chris Doty-Humphrey's PractRand, seeded by FNV-1a and splitmix. */
export function seededRandom(seed: string | number): Random {
  const name = String(seed);
  const draw = sfc32(name);

  const random: Random = {
    next: draw,
    below: (n) => Math.floor(draw() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw()),
    logNormal: (median, sigma) => median * Math.exp(sigma * random.normal()),
    exponential: (mean) => -mean * Math.log(1 - draw()),
    gamma: (shape) => gammaDraw(random, shape),
    beta: (a, b) => {
      const x = random.gamma(a);
      return x / (x + random.gamma(b));
    },
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from nothing');
      return items[random.below(items.length)] as (typeof items)[number];
    },
    shuffled: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        [result[i], result[j]] = [result[j] as (typeof items)[number], result[i] as (typeof items)[number]];
      }
      return result;
    },
    fork: (label) => seededRandom(`${name}/${label}`),
  };
  return random;
}

function gammaDraw(random: Random, shape: number): number {
  if (!(shape > 0)) throw new RangeError(`gamma needs a shape above 0, got ${shape}`);
  if (shape < 1) return gammaDraw(random, shape + 1) * Math.pow(1 - random.next(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function sfc32(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) state = Math.imul(state ^ seed.charCodeAt(i), 0x01000193);
  const word = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let a = word();
  let b = word();
  let c = word();
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 2 ** 53;
}
