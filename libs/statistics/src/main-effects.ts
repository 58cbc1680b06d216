import { backSolved, cholesky, forwardSolved } from './cholesky.ts';

/** Units that had the same factors: what they have in common besides what they are compared in. */
export interface Cell {
  readonly n: number;
  readonly mean: number;
  readonly factors: readonly string[];
}

/** What each cell's factors make of the mean of all, cell by cell, and how many of them it took to say so. */
export interface Levels {
  readonly levels: readonly number[];
  readonly fitted: number;
}

/**
 * Times the mean of all that units of a cell come to by their factors, each of which multiplies the mean: a log-linear model, fitted to the means of cells whatever the
 * values vary by.
 * @param cells means ≥ 0; empty ones say nothing, and have the level that their factors give them
 * @returns levels > 0; all 1 where every mean is 0, or no factor is in some cells and not in others
 * Source: quasi-likelihood, Wedderburn (1974); iteratively reweighted least squares, McCullagh and Nelder (1989), 2.5
 */
export function multipliedLevels(cells: readonly Cell[]): Levels {
  const { size, active, total, mean } = designOf(cells);
  if (size === 1 || !(mean > 0)) return { levels: cells.map(() => 1), fitted: 0 };
  let linear = cells.map((cell) => Math.log(Math.max(SMALLEST, cell.mean / mean)));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const expected = linear.map(Math.exp);
    const weights = cells.map(({ n }, i) => n * (expected[i] as number));
    const working = cells.map(
      (cell, i) => (linear[i] as number) + (cell.mean / mean - (expected[i] as number)) / (expected[i] as number),
    );
    const next = fittedBy(active, size, weights, working).map((value) =>
      Math.max(-FARTHEST, Math.min(FARTHEST, value)),
    );
    const moved = Math.max(...next.map((value, i) => Math.abs(value - (linear[i] as number))));
    linear = next;
    if (moved < CLOSE_ENOUGH) break;
  }
  const levels = linear.map(Math.exp);
  // So that what is divided by its level has the mean that all had before.
  const scale = cells.reduce((sum, cell, i) => sum + (cell.n * cell.mean) / (levels[i] as number), 0) / (total * mean);
  return { levels: levels.map((level) => level * scale), fitted: size - 1 };
}

/** The same where factors add to the mean: by how much units of a cell lie beyond the mean of all. */
export function addedLevels(cells: readonly Cell[]): Levels {
  const { size, active, mean } = designOf(cells);
  if (size === 1) return { levels: cells.map(() => 0), fitted: 0 };
  const weights = cells.map(({ n }) => n);
  const values = cells.map((cell) => cell.mean - mean);
  return { levels: fittedBy(active, size, weights, values), fitted: size - 1 };
}

/** Of the mean of all, that a cell is taken to come to at least, before it is fitted. */
const SMALLEST = 0.05;
/** A thousandth of the mean of all, or a thousand times it. */
const FARTHEST = Math.log(1000);
const MOST_ROUNDS = 30;
const CLOSE_ENOUGH = 1e-5;
/** Units' worth of doubt in each factor: factors that always come together share what they do. */
const DOUBT = 0.01;

interface Design {
  /** Columns: a constant, and each factor that is in some cells with units and not in others; factors that are in the same ones have one. */
  readonly size: number;
  /** Columns of each cell. */
  readonly active: readonly (readonly number[])[];
  readonly total: number;
  readonly mean: number;
}

function designOf(cells: readonly Cell[]): Design {
  const total = cells.reduce((sum, { n }) => sum + n, 0);
  const mean = total > 0 ? cells.reduce((sum, cell) => sum + cell.n * cell.mean, 0) / total : 0;
  const sets = cells.map(({ factors }) => new Set(factors));
  const isSeen = cells.map(({ n }) => n > 0);
  const patterns = new Set<string>();
  const active: number[][] = cells.map(() => [0]);
  for (const factor of [...new Set(cells.flatMap(({ factors }) => factors))].sort()) {
    const pattern = sets.map((set, i) => (isSeen[i] ? (set.has(factor) ? '1' : '0') : '')).join('');
    if (!pattern.includes('0') || !pattern.includes('1') || patterns.has(pattern)) continue;
    patterns.add(pattern);
    sets.forEach((set, i) => {
      if (set.has(factor)) (active[i] as number[]).push(patterns.size);
    });
  }
  return { size: patterns.size + 1, active, total, mean };
}

/** Weighted least squares on the columns that each cell has: what is fitted, cell by cell. */
function fittedBy(
  active: Design['active'],
  size: number,
  weights: readonly number[],
  values: readonly number[],
): number[] {
  const normal = Array.from({ length: size }, (_, j) => {
    const row = new Array<number>(j + 1).fill(0);
    if (j > 0) row[j] = DOUBT;
    return row;
  });
  const right = new Array<number>(size).fill(0);
  active.forEach((columns, i) => {
    const weight = weights[i] as number;
    if (weight === 0) return;
    for (let a = 0; a < columns.length; a++) {
      const j = columns[a] as number;
      right[j] = (right[j] as number) + weight * (values[i] as number);
      const row = normal[j] as number[];
      for (let b = 0; b <= a; b++) row[columns[b] as number] = (row[columns[b] as number] as number) + weight;
    }
  });
  const lower = cholesky(normal);
  const coefficients = backSolved(lower, forwardSolved(lower, right));
  return active.map((columns) => columns.reduce((sum, j) => sum + (coefficients[j] as number), 0));
}
