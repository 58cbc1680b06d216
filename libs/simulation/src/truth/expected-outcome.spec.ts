import type { Brief, Recipe, RecipeChange } from '@contentflow/contracts';
import { seededRandom } from '@contentflow/kernel';
import { withChange } from '@contentflow/recipes';
import { createVirtualClock } from '../adapters/virtual-clock.ts';
import { loadWorld } from '../adapters/world-files.ts';
import { generation0Recipes } from '../sandbox/generation0-recipes.ts';
import { createSandboxProvider } from '../sandbox/sandbox-provider.ts';
import { runRecipe } from '../testing/run-recipe.ts';
import { withoutFailures } from '../testing/worlds.ts';
import { expectedOutcome, type Outcome } from './expected-outcome.ts';
import { createTruth } from './truth.ts';

const world = withoutFailures(loadWorld('default'));
const recipes = generation0Recipes(world);
const brief: Brief = {
  contentType: '',
  topic: 'the quiet coffee grinder from Bergen',
  audience: 'hobby cooks',
  keyPoints: ['a silent motor', 'a warranty of 36 months', 'a magnetic clasp'],
  keywords: ['gift idea'],
};
const RUNS = 400;

/** The mean of many contents, made by the sandbox from the prompts themselves. */
async function meanOfSandbox(recipe: Recipe, of: Brief): Promise<Outcome> {
  const clock = createVirtualClock({ startMs: 0, isQuiet: () => true });
  const truth = createTruth();
  truth.expect(of);
  let [quality, timeMs, cost] = [0, 0, 0];
  for (let i = 0; i < RUNS; i++) {
    const provider = createSandboxProvider({ world, clock, random: seededRandom(i), truth, startMs: clock.now() });
    const content = runRecipe(provider, clock, recipe, of, world.models);
    await clock.run(clock.now() + 600_000);
    const made = await content;
    quality += truth.bodyMade(made.body)?.quality ?? Number.NaN;
    timeMs += made.timeMs;
    cost += made.cost;
  }
  return { quality: quality / RUNS, timeMs: timeMs / RUNS, cost: cost / RUNS };
}

const cases: [string, string, RecipeChange[], Partial<Brief>][] = [
  ['generation 0', 'product_description', [], {}],
  [
    'another model, tone and length, a step less, all at once',
    'product_description',
    [
      { kind: 'use_model', model: 'swift' },
      { kind: 'set_tone', tone: 'friendly' },
      { kind: 'set_words', words: 150 },
      { kind: 'drop_step', step: 'seo' },
      { kind: 'run_in_parallel', parallel: true },
    ],
    {},
  ],
  [
    'drafts in parallel, heat and examples',
    'blog_post',
    [
      { kind: 'set_candidates', candidates: 3 },
      { kind: 'run_in_parallel', parallel: true },
      { kind: 'set_temperature', temperature: 1.3 },
      { kind: 'set_examples', examples: [{ brief: 'a bench', text: 'A bench of ash, oiled by hand. '.repeat(30) }] },
    ],
    {},
  ],
  [
    'a brief that says its tone and length',
    'email',
    [{ kind: 'drop_step', step: 'outline' }],
    { tone: 'playful', length: 120 },
  ],
];

describe('the expected outcome', () => {
  it.each(cases)('is the mean of what the sandbox does: %s', async (_name, contentType, changes, asked) => {
    const recipe0 = recipes.find((each) => each.contentType === contentType) as Recipe;
    const recipe = changes.reduce(withChange, recipe0);
    const of = { ...brief, ...asked, contentType };
    const expected = expectedOutcome(world, recipe, of, 0);
    const sampled = await meanOfSandbox(recipe, of);
    expect(Math.abs(sampled.quality - expected.quality)).toBeLessThan(0.16);
    expect(sampled.timeMs / expected.timeMs).toBeCloseTo(1, 1.3);
    expect(sampled.cost / expected.cost).toBeCloseTo(1, 1.5);
  });
});
