import { changedLever, proposableChanges, withChange } from '@contentflow/recipes';
import type { Lever, Recipe, RecipeChange } from '@contentflow/contracts';
import { loadWorld } from '../adapters/world-files.ts';
import { generation0Recipes } from '../sandbox/generation0-recipes.ts';
import type { World } from '../world/world.ts';
import { meanOutcome, type Outcome } from './expected-outcome.ts';
import { objective, oracleRecipe, type Proposable, turningPoints, typicalBriefs } from './oracle.ts';

/** What the optimizers can propose, and what readers can talk the feedback learner into. */
const proposableIn =
  (world: World): Proposable =>
  (recipe) => [...proposableChanges(recipe, world.models).map(({ change }) => change), ...styleChanges(world, recipe)];

function styleChanges(world: World, recipe: Recipe): RecipeChange[] {
  const words = world.contentTypes[recipe.contentType]?.generation0.words ?? 200;
  const tones = ['formal', 'neutral', 'friendly', 'playful'].filter((tone) => tone !== recipe.style.tone);
  return [
    ...tones.map((tone) => ({ kind: 'set_tone' as const, tone })),
    ...[0.75, 1.25].map((times) => ({ kind: 'set_words' as const, words: Math.round(times * words) })),
    ...(recipe.style.structure === 'bullets' ? [] : [{ kind: 'set_structure' as const, structure: 'bullets' }]),
  ];
}

interface Gains {
  readonly time: number;
  readonly cost: number;
  readonly quality: number;
}

/** Of a recipe for each content type against generation 0, weighted by traffic. */
function gains(world: World, recipeFor: (recipe0: Recipe) => Recipe): Gains {
  const sum = { time: 0, time0: 0, cost: 0, cost0: 0, quality: 0, share: 0 };
  for (const recipe0 of generation0Recipes(world)) {
    const share = world.contentTypes[recipe0.contentType]?.share ?? 0;
    const briefs = typicalBriefs(world, recipe0.contentType);
    const before = meanOutcome(world, recipe0, briefs, 0);
    const after = meanOutcome(world, recipeFor(recipe0), briefs, 0);
    sum.time += share * after.timeMs;
    sum.time0 += share * before.timeMs;
    sum.cost += share * after.cost;
    sum.cost0 += share * before.cost;
    sum.quality += share * (after.quality - before.quality);
    sum.share += share;
  }
  return { time: 1 - sum.time / sum.time0, cost: 1 - sum.cost / sum.cost0, quality: sum.quality / sum.share };
}

/** Gain in the objective of each single change to generation 0. */
function worths(world: World): number[] {
  return generation0Recipes(world).flatMap((recipe0) => {
    const briefs = typicalBriefs(world, recipe0.contentType);
    const before = meanOutcome(world, recipe0, briefs, 0);
    const worth = (outcome: Outcome): number => objective(outcome, before) - objective(before, before);
    const models = world.models.map(({ name }) => name);
    return proposableIn(world)(recipe0, models).map((change) =>
      worth(meanOutcome(world, withChange(recipe0, change), briefs, 0)),
    );
  });
}

describe('the default world keeps its promises', () => {
  const world = loadWorld('default');
  const proposable = proposableIn(world);

  it('lets the oracle save 40–50 % of time and of cost, and better the quality', () => {
    const { time, cost, quality } = gains(world, (recipe0) => oracleRecipe(world, recipe0, proposable, 0));
    expect(time).toBeGreaterThan(0.4);
    expect(time).toBeLessThan(0.5);
    expect(cost).toBeGreaterThan(0.4);
    expect(cost).toBeLessThan(0.5);
    expect(quality).toBeGreaterThan(0.5);
  });

  it.each(['prompt', 'workflow', 'model', 'style'] as const)(
    'lets the lever %s alone bring no more than 25 %%',
    (lever: Lever) => {
      const only: Proposable = (recipe, models) =>
        proposable(recipe, models).filter((change) => changedLever(change) === lever);
      const { time, cost } = gains(world, (recipe0) => oracleRecipe(world, recipe0, only, 0));
      expect(Math.max(time, cost)).toBeLessThan(0.25);
    },
  );

  it('has the oracle value a model alike, whoever makes what it fails to', () => {
    const recipe0 = generation0Recipes(world)[0] as Recipe;
    const without: Proposable = (recipe, models) =>
      proposable(recipe, models).map((change) =>
        change.kind === 'use_model' ? { kind: 'use_model', model: change.model } : change,
      );
    expect(oracleRecipe(world, recipe0, proposable, 0)).toEqual(oracleRecipe(world, recipe0, without, 0));
  });

  it('lets at least half of what can be proposed do nothing or hurt', () => {
    const all = worths(world);
    expect(all.filter((worth) => worth < 0.002).length / all.length).toBeGreaterThanOrEqual(0.5);
  });

  it('costs on the scale of the specification', () => {
    const recipes = generation0Recipes(world);
    const mean = (of: (outcome: Outcome) => number): number =>
      recipes.reduce((sum, recipe) => {
        const { contentType } = recipe;
        const outcome = meanOutcome(world, recipe, typicalBriefs(world, contentType), 0);
        return sum + (world.contentTypes[contentType]?.share ?? 0) * of(outcome);
      }, 0);
    expect(mean(({ quality }) => quality)).toBeCloseTo(7.2, 0);
    expect(mean(({ timeMs }) => timeMs) / 45_000).toBeCloseTo(1, 0);
    expect(mean(({ cost }) => cost) / 5.5).toBeCloseTo(1, 0);
  });
});

describe.each(['nothing-helps', 'everything-hurts', 'small-nothing-helps', 'small-everything-hurts'])('%s', (name) => {
  it('has nothing to offer', () => {
    const world = loadWorld(name);
    for (const worth of worths(world)) expect(worth).toBeLessThanOrEqual(1e-9);
    const { time, cost, quality } = gains(world, (recipe0) => oracleRecipe(world, recipe0, proposableIn(world), 0));
    expect([time, cost, quality].map((gain) => Math.abs(gain))).toEqual([0, 0, 0]);
  });
});

it('the oracle changes its mind when the truth does', () => {
  const world = loadWorld('winner-decays');
  const recipe0 = generation0Recipes(world)[0] as Recipe;
  const modelAt = (sinceStartMs: number): string =>
    oracleRecipe(world, recipe0, proposableIn(world), sinceStartMs).model;
  expect(turningPoints(world)).toEqual([0, 12 * 3_600_000]);
  expect(turningPoints(world).map(modelAt)).toEqual(['swift', 'large']);
});

it('an oracle that keeps to margins adds no losses up beyond them, and gains less for it', () => {
  const world = loadWorld('small-losses-add-up');
  const margins = { quality: 0.3, cost: 0.1, time: 0.1 };
  for (const recipe0 of generation0Recipes(world)) {
    const outcomeOf = (recipe: Recipe): Outcome =>
      meanOutcome(world, recipe, typicalBriefs(world, recipe0.contentType), 0);
    const proposable = proposableIn(world);
    const before = outcomeOf(recipe0);
    const free = outcomeOf(oracleRecipe(world, recipe0, proposable, 0));
    const bound = outcomeOf(oracleRecipe(world, recipe0, proposable, 0, margins));
    expect(free.quality).toBeLessThan(before.quality - margins.quality);
    expect(bound.quality).toBeGreaterThanOrEqual(before.quality - margins.quality);
    expect(objective(bound, before)).toBeLessThan(objective(free, before));
    expect(objective(bound, before)).toBeGreaterThan(objective(before, before));
  }
});
