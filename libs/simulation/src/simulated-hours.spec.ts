import type { Recipe } from '@contentflow/contracts';
import { hash128, seededRandom } from '@contentflow/kernel';
import { readFileSync } from 'node:fs';
import { createVirtualClock } from './adapters/virtual-clock.ts';
import { loadWorld } from './adapters/world-files.ts';
import { createSimulatedMachines } from './machines.ts';
import { runReaders } from './readers/readers.ts';
import { generation0Recipes } from './sandbox/generation0-recipes.ts';
import { createSandboxProvider } from './sandbox/sandbox-provider.ts';
import { runRecipe } from './testing/run-recipe.ts';
import { runTraffic } from './traffic/traffic.ts';
import { createTruth } from './truth/truth.ts';
import { parseWorld } from './world/parse-world.ts';
import type { World } from './world/world.ts';

interface Hours {
  readonly story: readonly string[];
  readonly succeeded: number;
  readonly failed: number;
}

/** Some hours of a world, made by generation 0 with three tries: every content and every rating as a line. */
async function hoursOf(world: World, seed: number, hours: number): Promise<Hours> {
  const clock = createVirtualClock({ startMs: 0, isQuiet: () => true });
  const random = seededRandom(seed);
  const truth = createTruth();
  const ends = new AbortController();
  const { signal } = ends;
  const provider = createSandboxProvider({ world, clock, random: random.fork('sandbox'), truth });
  const machines = createSimulatedMachines({ world, clock, random: random.fork('machines'), instances: 2 });
  const recipes = new Map(generation0Recipes(world).map((recipe) => [recipe.contentType, recipe]));
  const story: string[] = [];
  const tell = (...words: unknown[]): void => void story.push([clock.now(), ...words].join(' '));
  let [succeeded, failed] = [0, 0];
  machines.onChange(() => tell('machines', machines.instances()));
  const readers = runReaders({
    world,
    clock,
    random: random.fork('readers'),
    truth,
    signal,
    rate: async (id, { rating, comment = '', rater }) => tell(id, rating, rater, comment),
    engage: async (id, { kind, rater }) => tell(id, kind, rater),
  });
  const traffic = runTraffic({
    world,
    clock,
    random: random.fork('traffic'),
    truth,
    signal,
    accept: async (brief) => {
      const id = `content-${succeeded + failed}`;
      const recipe = recipes.get(brief.contentType) as Recipe;
      const made = await runRecipe(provider, clock, recipe, brief, world.models, 3);
      tell(id, made.cost, hash128(made.body));
      if (made.failed) failed++;
      else {
        succeeded++;
        readers.onContent(id, brief.contentType, brief, made.body);
      }
    },
  });
  await clock.run(hours * 3_600_000);
  ends.abort();
  machines.stop();
  await traffic;
  return { story, succeeded, failed };
}

describe('simulated hours', () => {
  it('are the same for the same seed, and others for another', async () => {
    const world = loadWorld('small-default');
    const first = await hoursOf(world, 1, 4);
    expect(first.story.length).toBeGreaterThan(400);
    expect((await hoursOf(world, 1, 4)).story).toEqual(first.story);
    expect((await hoursOf(world, 2, 4)).story.slice(0, 50)).not.toEqual(first.story.slice(0, 50));
  });

  it('of the default world succeed in about 85 % of cases', async () => {
    const { succeeded, failed } = await hoursOf(loadWorld('default'), 3, 3);
    expect(succeeded / (succeeded + failed)).toBeGreaterThan(0.82);
    expect(succeeded / (succeeded + failed)).toBeLessThan(0.88);
  });

  it('run in the example of the page', async () => {
    const file = new URL('testing/fixtures/example-world.json', import.meta.url);
    const { succeeded } = await hoursOf(parseWorld(JSON.parse(readFileSync(file, 'utf8'))), 1, 1);
    expect(succeeded).toBeGreaterThan(200);
  });
});
