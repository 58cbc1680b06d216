/** A point with few numbers that are not 0, and perhaps many that are. */
export interface SparsePoint {
  readonly buckets: Int32Array;
  readonly weights: Float32Array;
}

export interface LabelledPoint extends SparsePoint {
  /** Places of the classes that it belongs to. */
  readonly classes: readonly number[];
}

/** One line per class, side by side: the weight of bucket b for class c is at b × classes + c; the last row is the intercept. */
export interface LinearClassifiers {
  readonly classes: number;
  readonly rows: Float32Array;
}

const EPOCHS = 10;
const NEWTON_STEPS = 4;
/** A point that would move a line by less moves it not at all. */
const SMALLEST_STEP = 1e-6;
const INTERCEPT = 0.5;

/**
 * Whether a point belongs to a class, by logistic regression for each class against the rest, by coordinate descent in the dual.
 * The same points in the same order give the same lines.
 * @param cost  of one wrong point; more fits closer
 * Source: Yu, Huang, Lin (2011), Machine Learning 85, doi:10.1007/s10994-010-5221-8
 */
export function trainedClassifiers(
  points: readonly LabelledPoint[],
  { buckets, classes, cost }: { readonly buckets: number; readonly classes: number; readonly cost: number },
): LinearClassifiers {
  const rows = new Float32Array((buckets + 1) * classes);
  const start = Math.min(cost * 1e-3, 1e-8);
  const duals = new Float64Array(points.length * classes).fill(start);
  const squares = points.map(({ weights }) => weights.reduce((sum, weight) => sum + weight * weight, INTERCEPT ** 2));
  const margins = new Float64Array(classes);
  const steps = new Float64Array(classes);
  let random = 1;
  const order = points.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const other = random % (i + 1);
      [order[i], order[other]] = [order[other] as number, order[i] as number];
    }
    for (const i of order) {
      const point = points[i] as LabelledPoint;
      addMargins(rows, classes, point, margins);
      for (let c = 0; c < classes; c++) {
        const sign = point.classes.includes(c) ? 1 : -1;
        const at = i * classes + c;
        const dual = duals[at] as number;
        const next = improvedDual(dual, cost, squares[i] as number, sign * (margins[c] as number));
        const isSmall = Math.abs(next - dual) < SMALLEST_STEP;
        if (!isSmall) duals[at] = next;
        steps[c] = isSmall ? 0 : sign * (next - dual);
      }
      for (let c = 0; c < classes; c++) {
        const step = steps[c] as number;
        if (step === 0) continue;
        for (let k = 0; k < point.buckets.length; k++) {
          const at = (point.buckets[k] as number) * classes + c;
          rows[at] = (rows[at] as number) + (point.weights[k] as number) * step;
        }
        const last = rows.length - classes + c;
        rows[last] = (rows[last] as number) + INTERCEPT * step;
      }
    }
  }
  return { classes, rows };
}

/** The least of z ln z + (C − z) ln (C − z) + a/2 (z − dual)² + b (z − dual), by Newton's steps kept inside (0, C). */
function improvedDual(dual: number, cost: number, a: number, b: number): number {
  let z = dual;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const slope = Math.log(z / (cost - z)) + a * (z - dual) + b;
    if (Math.abs(slope) < 1e-3) break;
    const next = z - slope / (a + cost / (z * (cost - z)));
    z = next <= 0 ? z * 0.1 : next >= cost ? cost - (cost - z) * 0.1 : next;
  }
  return z;
}

function addMargins(rows: Float32Array, classes: number, point: SparsePoint, margins: Float64Array): void {
  const last = rows.length - classes;
  for (let c = 0; c < classes; c++) margins[c] = INTERCEPT * (rows[last + c] as number);
  for (let k = 0; k < point.buckets.length; k++) {
    const from = (point.buckets[k] as number) * classes;
    const weight = point.weights[k] as number;
    for (let c = 0; c < classes; c++) margins[c] = (margins[c] as number) + weight * (rows[from + c] as number);
  }
}

/** Natural logarithms of the odds that a point belongs to each class. */
export function logOddsOf({ rows, classes }: LinearClassifiers, point: SparsePoint): Float64Array {
  const margins = new Float64Array(classes);
  addMargins(rows, classes, point, margins);
  return margins;
}
