import type { Brief, Recipe } from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import type { World } from '../world/world.ts';
import { expectedOutcome, type Outcome } from './expected-outcome.ts';
import { type LossMargins, objective, oracleRecipe, type Proposable, turningPoints } from './oracle.ts';

/** What one generation came to in expectation, under its own recipe, under generation 0, and under the oracle. */
export interface TruthRow {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly contentId: string;
  readonly contentType: string;
  readonly holdback: boolean;
  readonly own: Outcome;
  readonly generation0: Outcome;
  readonly oracle: Outcome;
  /** Under an oracle that keeps to the margins which the system keeps to. */
  readonly oracleWithinMargins: Outcome;
}

export interface TruthRecordOptions {
  readonly world: World;
  readonly generation0: readonly Recipe[];
  readonly proposable: Proposable;
  readonly margins: LossMargins;
  readonly startMs: number;
}

export interface Generation {
  readonly time: number;
  readonly contentId: string;
  readonly contentType: string;
  readonly holdback: boolean;
  readonly brief: Brief;
  readonly recipe: Recipe;
}

/** Collects the truth of a run for those who compare afterwards. */
export interface TruthRecord {
  record(generation: Generation): void;
  rows(): readonly TruthRow[];
}

export function createTruthRecord({
  world,
  generation0,
  proposable,
  margins,
  startMs,
}: TruthRecordOptions): TruthRecord {
  const rows: TruthRow[] = [];
  const stretches = turningPoints(world);
  const recipes0 = new Map(generation0.map((recipe) => [recipe.contentType, recipe]));
  const oracles = new Map<string, { readonly free: Recipe; readonly withinMargins: Recipe }>();

  const oraclesAt = (recipe0: Recipe, sinceStartMs: number) => {
    const begin = stretches.findLast((each) => each <= sinceStartMs) ?? 0;
    const key = `${recipe0.contentType}/${begin}`;
    const known = oracles.get(key) ?? {
      free: oracleRecipe(world, recipe0, proposable, begin),
      withinMargins: oracleRecipe(world, recipe0, proposable, begin, margins),
    };
    oracles.set(key, known);
    return known;
  };

  return {
    record: ({ time, contentId, contentType, holdback, brief, recipe }) => {
      const recipe0 = recipes0.get(contentType);
      if (!recipe0) return;
      const at = time - startMs;
      // Often two of the four are the same recipe.
      const outcomes = new Map<string, Outcome>();
      const under = (each: Recipe): Outcome => {
        const version = recipeVersion(each);
        const outcome = outcomes.get(version) ?? expectedOutcome(world, each, brief, at);
        outcomes.set(version, outcome);
        return outcome;
      };
      const { free, withinMargins } = oraclesAt(recipe0, at);
      rows.push({
        time,
        contentId,
        contentType,
        holdback,
        own: under(recipe),
        generation0: under(recipe0),
        oracle: under(free),
        oracleWithinMargins: under(withinMargins),
      });
    },
    rows: () => rows,
  };
}

const LAST_MS = 12 * HOUR_MS;

/**
 * The share of the oracle's gain in the objective that was reached, over the last twelve hours outside the holdback; `null` where the
 * oracle gains nothing.
 */
export function shareOfOracleGain(
  rows: readonly TruthRow[],
  of: 'oracle' | 'oracleWithinMargins' = 'oracle',
): number | null {
  const end = rows.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
  let reached = 0;
  let reachable = 0;
  for (const { time, holdback, own, generation0, [of]: oracle } of rows) {
    if (holdback || time <= end - LAST_MS) continue;
    const worth0 = objective(generation0, generation0);
    reached += objective(own, generation0) - worth0;
    reachable += objective(oracle, generation0) - worth0;
  }
  return reachable > 1e-9 ? reached / reachable : null;
}

/** Time and cost saved and quality gained against generation 0, as shares, in expectation: what was reached and what the oracle would have. */
export interface ExpectedGains {
  readonly time: number;
  readonly cost: number;
  readonly quality: number;
}

/** Over the last hours of the rows, outside the holdback; `null` without any. */
export function expectedGains(
  rows: readonly TruthRow[],
  lastMs: number,
): { readonly own: ExpectedGains; readonly oracle: ExpectedGains } | null {
  const end = rows.reduce((latest, { time }) => Math.max(latest, time), -Infinity);
  const recent = rows.filter(({ holdback, time }) => !holdback && time > end - lastMs);
  if (recent.length === 0) return null;
  const total = (of: (row: TruthRow) => number): number => recent.reduce((sum, row) => sum + of(row), 0);
  const gains = (which: 'own' | 'oracle'): ExpectedGains => ({
    time: 1 - total((row) => row[which].timeMs) / total(({ generation0 }) => generation0.timeMs),
    cost: 1 - total((row) => row[which].cost) / total(({ generation0 }) => generation0.cost),
    quality: total((row) => row[which].quality) / total(({ generation0 }) => generation0.quality) - 1,
  });
  return { own: gains('own'), oracle: gains('oracle') };
}

const columns = [
  'time',
  'content_id',
  'content_type',
  'holdback',
  'quality',
  'quality_generation0',
  'quality_oracle',
  'time_ms',
  'time_ms_generation0',
  'time_ms_oracle',
  'cost',
  'cost_generation0',
  'cost_oracle',
];

/** The rows as CSV with a header; times ISO 8601. */
export const truthCsv = (rows: readonly TruthRow[]): string => [columns.join(','), ...rows.map(csvLine), ''].join('\n');

function csvLine({ time, contentId, contentType, holdback, own, generation0, oracle }: TruthRow): string {
  const all = [own, generation0, oracle];
  return [
    new Date(time).toISOString(),
    quoted(contentId),
    quoted(contentType),
    String(holdback),
    ...all.map(({ quality }) => quality.toFixed(4)),
    ...all.map(({ timeMs }) => timeMs.toFixed(1)),
    ...all.map(({ cost }) => cost.toFixed(6)),
  ].join(',');
}

const quoted = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
