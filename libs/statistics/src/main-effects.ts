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
  const { columns, total, mean } = designOf(cells);
  if (columns.length === 0 || !(mean > 0)) return { levels: cells.map(() => 1), fitted: 0 };
  let linear = cells.map((cell) => Math.log(Math.max(SMALLEST, cell.mean / mean)));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const expected = linear.map(Math.exp);
    const weights = cells.map(({ n }, i) => n * (expected[i] as number));
    const working = cells.map(
      (cell, i) => (linear[i] as number) + (cell.mean / mean - (expected[i] as number)) / (expected[i] as number),
    );
    const next = fittedBy(columns, weights, working).map((value) => Math.max(-FARTHEST, Math.min(FARTHEST, value)));
    const moved = Math.max(...next.map((value, i) => Math.abs(value - (linear[i] as number))));
    linear = next;
    if (moved < CLOSE_ENOUGH) break;
  }
  const levels = linear.map(Math.exp);
  // So that what is divided by its level has the mean that all had before.
  const scale = cells.reduce((sum, cell, i) => sum + (cell.n * cell.mean) / (levels[i] as number), 0) / (total * mean);
  return { levels: levels.map((level) => level * scale), fitted: columns.length };
}

/** The same where factors add to the mean: by how much units of a cell lie beyond the mean of all. */
export function addedLevels(cells: readonly Cell[]): Levels {
  const { columns, mean } = designOf(cells);
  if (columns.length === 0) return { levels: cells.map(() => 0), fitted: 0 };
  const weights = cells.map(({ n }) => n);
  const values = cells.map((cell) => cell.mean - mean);
  return { levels: fittedBy(columns, weights, values), fitted: columns.length };
}

/** Of the mean of all, that a cell is taken to come to at least, before it is fitted. */
const SMALLEST = 0.05;
/** A thousandth of the mean of all, or a thousand times it. */
const FARTHEST = Math.log(1000);
const MOST_ROUNDS = 30;
const CLOSE_ENOUGH = 1e-6;
/** Units' worth of doubt in each factor: factors that always come together share what they do. */
const DOUBT = 0.01;

/** Each factor that is in some cells with units and not in others, once for all factors that are in the same ones: 1 or 0 for each cell. */
function designOf(cells: readonly Cell[]): { columns: number[][]; total: number; mean: number } {
  const total = cells.reduce((sum, { n }) => sum + n, 0);
  const mean = total > 0 ? cells.reduce((sum, cell) => sum + cell.n * cell.mean, 0) / total : 0;
  const sets = cells.map(({ factors }) => new Set(factors));
  const columns = new Map<string, number[]>();
  for (const factor of [...new Set(cells.flatMap(({ factors }) => factors))].sort()) {
    const column = sets.map((set) => (set.has(factor) ? 1 : 0));
    const seen = column.filter((_, i) => (cells[i] as Cell).n > 0);
    const pattern = seen.join('');
    if (seen.includes(0) && seen.includes(1) && !columns.has(pattern)) columns.set(pattern, column);
  }
  return { columns: [...columns.values()], total, mean };
}

/** Weighted least squares on a constant and the columns: what is fitted, cell by cell. */
function fittedBy(columns: readonly number[][], weights: readonly number[], values: readonly number[]): number[] {
  const rows = values.map((_, i) => [1, ...columns.map((column) => column[i] as number)]);
  const size = columns.length + 1;
  const normal = Array.from({ length: size }, (_, j) =>
    Array.from({ length: size }, (__, k) => (j === k && j > 0 ? DOUBT : 0)),
  );
  const right = new Array<number>(size).fill(0);
  rows.forEach((row, i) => {
    const weight = weights[i] as number;
    if (weight === 0) return;
    for (let j = 0; j < size; j++) {
      if (row[j] === 0) continue;
      right[j] = (right[j] as number) + weight * (values[i] as number);
      const normalRow = normal[j] as number[];
      for (let k = 0; k <= j; k++) if (row[k] !== 0) normalRow[k] = (normalRow[k] as number) + weight;
    }
  });
  const lower = cholesky(normal);
  const coefficients = backSolved(lower, forwardSolved(lower, right));
  return rows.map((row) => row.reduce((sum, each, j) => sum + each * (coefficients[j] as number), 0));
}
