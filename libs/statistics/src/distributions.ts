/**
 * Distribution functions of the normal, Student's t, chi-square, beta and gamma families.
 *
 * Upper tails are computed directly, never as 1 − cdf, so that small p-values keep their digits.
 * Figures in distributions.reference.json (SciPy 1.17), matched to 1e-10.
 */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const LANCZOS_G = 7;
const EPSILON = 1e-16;
const TINY = 1e-300;
const MAX_ITERATIONS = 20_000;

/**
 * ln Γ(x).
 * @param x > 0
 * @throws RangeError for x ≤ 0
 * Source: Lanczos (1964), coefficients of Godfrey for g = 7, n = 9
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x above 0, got ${x}`);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (x - 1 + i);
  const t = x + LANCZOS_G - 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln B(a, b), a and b > 0. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/**
 * Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 − P.
 * @param a shape, > 0
 * @param x ≥ 0
 * Source: Press et al., Numerical Recipes, 6.2: series below a + 1, continued fraction above
 */
export function incompleteGamma(a: number, x: number): { readonly lower: number; readonly upper: number } {
  if (!(a > 0) || !(x >= 0)) throw new RangeError(`incompleteGamma needs a > 0 and x ≥ 0, got ${a} and ${x}`);
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Infinity) return { lower: 1, upper: 0 };
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    const lower = scale * gammaSeries(a, x);
    return { lower, upper: 1 - lower };
  }
  const upper = scale * gammaFraction(a, x);
  return { lower: 1 - upper, upper };
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_ITERATIONS && Math.abs(term) > Math.abs(sum) * EPSILON; n++) sum += term *= x / (a + n);
  return sum;
}

function gammaFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < MAX_ITERATIONS; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / nonZero(an * d + b);
    c = nonZero(b + an / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON * 4) break;
  }
  return h;
}

const nonZero = (x: number): number => (Math.abs(x) < TINY ? TINY : x);

/**
 * Regularised incomplete beta function I_x(a, b), the cdf of Beta(a, b).
 * @param x in [0, 1]
 * Source: Press et al., Numerical Recipes, 6.4 (Lentz's continued fraction)
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (!(a > 0) || !(b > 0)) throw new RangeError(`betaCdf needs a, b > 0, got ${a} and ${b}`);
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let h = d;
  for (let m = 1; m < MAX_ITERATIONS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    h *= d * c;
    if (Math.abs(d * c - 1) < EPSILON * 4) break;
  }
  return h;
}

/** P(Z > z) for a standard normal. */
export function normalUpperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  return z < 0 ? 1 - normalUpperTail(-z) : 0.5 * incompleteGamma(0.5, (z * z) / 2).upper;
}

/** P(Z ≤ z) for a standard normal. */
export const normalCdf = (z: number): number => normalUpperTail(-z);

/** Density of the standard normal. */
export const normalDensity = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/**
 * The z with P(Z ≤ z) = p.
 * @param p in [0, 1]
 * Source: Wichura (1988), algorithm AS 241 (PPND16), relative error about 1e-16
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability lies in [0, 1], got ${p}`);
  if (p === 0) return -Infinity;
  if (p === 1) return Infinity;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(AS241_CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const z = r <= 5 ? ratio(AS241_MIDDLE, r - 1.6) : ratio(AS241_TAIL, r - 5);
  return q < 0 ? -z : z;
}

type Rational = readonly [numerator: readonly number[], denominator: readonly number[]];

const ratio = ([numerator, denominator]: Rational, x: number): number => horner(numerator, x) / horner(denominator, x);
const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const AS241_CENTRE: Rational = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852545925,
  ],
];
const AS241_MIDDLE: Rational = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
];
const AS241_TAIL: Rational = [
  [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
];

/** How many standard errors a 95 % interval reaches to each side. */
export const Z95 = normalQuantile(0.975);

/**
 * P(T > t) for Student's t.
 * @param degrees of freedom, > 0, need not be whole
 */
export function studentUpperTail(t: number, degrees: number): number {
  if (t < 0) return 1 - studentUpperTail(-t, degrees);
  return 0.5 * betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(T ≤ t) for Student's t. */
export const studentCdf = (t: number, degrees: number): number => studentUpperTail(-t, degrees);

/** The t with P(T ≤ t) = p. */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) return normalQuantile(p);
  if (p === 0.5) return 0;
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  return solveDecreasing((t) => studentUpperTail(t, degrees), 1 - p);
}

/** P(X > x) for chi-square. */
export const chiSquareUpperTail = (x: number, degrees: number): number =>
  incompleteGamma(degrees / 2, Math.max(0, x) / 2).upper;

/** P(X ≤ x) for chi-square. */
export const chiSquareCdf = (x: number, degrees: number): number =>
  incompleteGamma(degrees / 2, Math.max(0, x) / 2).lower;

/** The x with P(X ≤ x) = p for chi-square. */
export function chiSquareQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p < 1)) throw new RangeError(`a probability lies in [0, 1), got ${p}`);
  return solveDecreasing((x) => chiSquareUpperTail(x, degrees), 1 - p);
}

/**
 * P(sup |W(s)|, 0 ≤ s ≤ 1, ≥ a) for a standard Brownian motion W.
 * Source: Feller II, X.5: by reflection where the tail is small, by the theta series dual to it where it is large
 */
export function brownianSupremumTail(a: number): number {
  if (!(a > 0)) return 1;
  return a < 1 ? 1 - brownianWithin(a) : Math.min(1, brownianOutside(a));
}

function brownianWithin(a: number): number {
  let within = 0;
  for (let odd = 1, sign = 1; ; odd += 2, sign = -sign) {
    const term = (4 / (Math.PI * odd)) * Math.exp(-((odd * Math.PI) ** 2) / (8 * a * a));
    within += sign * term;
    if (term < 1e-18) return within;
  }
}

function brownianOutside(a: number): number {
  let outside = 0;
  for (let odd = 1, sign = 1; ; odd += 2, sign = -sign) {
    const term = 4 * normalUpperTail(odd * a);
    outside += sign * term;
    if (term < outside * 1e-16 || term === 0) return outside;
  }
}

/** The a with P(sup |W| ≥ a) = p on [0, 1]; p in (0, 1). */
export function brownianSupremumQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability lies in (0, 1), got ${p}`);
  return solveDecreasing(brownianSupremumTail, p);
}

/** The x ≥ 0 at which a decreasing function takes this value, by bracketing and bisection to the last digit. */
export function solveDecreasing(f: (x: number) => number, value: number): number {
  let low = 0;
  let high = 1;
  while (f(high) > value && high < 1e300) [low, high] = [high, high * 2];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (f(middle) > value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
