import type { Recipe } from '@contentflow/contracts';
import { withChange } from '@contentflow/recipes';
import { loadWorld } from '../adapters/world-files.ts';
import { generation0Recipes } from '../sandbox/generation0-recipes.ts';
import { typicalBriefs } from './oracle.ts';
import { createTruthRecord, shareOfOracleGain, truthCsv, type TruthRow } from './truth-rows.ts';

const world = loadWorld('small-default');
const generation0 = generation0Recipes(world);
const recipe0 = generation0[0] as Recipe;
const startMs = Date.UTC(2026, 0, 1);
const brief = typicalBriefs(world, recipe0.contentType)[0] as TruthBrief;
type TruthBrief = ReturnType<typeof typicalBriefs>[number];
const noLoss = { quality: 0, cost: 0, time: 0 };
const thrifty = { kind: 'use_model' as const, model: 'thrifty' };
const swift = withChange(recipe0, { kind: 'use_model', model: 'swift' });

function rowsOf(...recipes: [recipe: Recipe, hour: number, holdback?: boolean][]): readonly TruthRow[] {
  const record = createTruthRecord({
    world,
    generation0,
    startMs,
    margins: { quality: 0.3, cost: 0.1, time: 0.1 },
    proposable: () => [
      { kind: 'use_model', model: 'swift' },
      { kind: 'use_model', model: 'thrifty' },
    ],
  });
  recipes.forEach(([recipe, hour, holdback = false], i) =>
    record.record({
      time: startMs + hour * 3_600_000,
      contentId: `c${i}`,
      contentType: recipe.contentType,
      holdback,
      brief,
      recipe,
    }),
  );
  return record.rows();
}

describe('the truth of a run', () => {
  it('holds each generation under its own recipe, generation 0 and the oracle', () => {
    const [as0, asSwift] = rowsOf([recipe0, 1], [swift, 1]) as [TruthRow, TruthRow];
    expect(as0.own).toEqual(as0.generation0);
    expect(asSwift.own).toEqual(asSwift.oracle);
    expect(asSwift.own.cost).toBeLessThan(asSwift.generation0.cost);
  });

  it('gives the share of the oracle’s gain over the last twelve hours outside the holdback', () => {
    expect(shareOfOracleGain(rowsOf([recipe0, 1], [swift, 20], [swift, 21], [recipe0, 22, true]))).toBeCloseTo(1);
    expect(shareOfOracleGain(rowsOf([swift, 1], [swift, 20], [recipe0, 20]))).toBeCloseTo(0.5);
    expect(shareOfOracleGain([])).toBeNull();
  });

  it('gives the share of what an oracle gains that keeps to the margins too', () => {
    const record = createTruthRecord({ world, generation0, startMs, margins: noLoss, proposable: () => [thrifty] });
    const cheap = withChange(recipe0, thrifty);
    const { contentType } = recipe0;
    record.record({ time: startMs, contentId: 'c', contentType, holdback: false, brief, recipe: cheap });
    const [row] = record.rows() as [TruthRow];
    expect(row.oracleWithinMargins).toEqual(row.generation0);
    expect(shareOfOracleGain([{ ...row, oracleWithinMargins: row.own }], 'oracleWithinMargins')).not.toBe(0);
    expect(shareOfOracleGain([row], 'oracleWithinMargins')).toBeNull();
  });

  it('is written as the page says', () => {
    const [header, line] = truthCsv(rowsOf([swift, 1])).split('\n') as [string, string];
    expect(header).toBe(
      'time,content_id,content_type,holdback,quality,quality_generation0,quality_oracle,time_ms,time_ms_generation0,time_ms_oracle,cost,cost_generation0,cost_oracle',
    );
    expect(line).toMatch(/^2026-01-01T01:00:00\.000Z,c0,product_description,false,\d\.\d{4},/);
    expect(line.split(',')).toHaveLength(13);
  });
});
