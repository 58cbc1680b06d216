import type { Brief, Recipe, Step } from '@contentflow/contracts';
import { type ModelProvider, ProviderError } from '@contentflow/language-models';
import { promptFor, stepsInOrder } from '@contentflow/recipes';
import type { Clock } from '@contentflow/kernel';

/** What came of one content, made the way a generator makes it. */
export interface RunResult {
  readonly body: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly cost: number;
  readonly timeMs: number;
  readonly failed: boolean;
}

export interface Prices {
  readonly name: string;
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
}

/** Runs a recipe's workflow against a provider: a generator without retries, caches or budgets, or with some tries. */
export async function runRecipe(
  provider: ModelProvider,
  clock: Clock,
  recipe: Recipe,
  brief: Brief,
  prices: readonly Prices[],
  tries = 1,
): Promise<RunResult> {
  const outputs: Record<string, string> = {};
  const startedAt = clock.now();
  let cost = 0;

  const call = async (step: Step, left = tries): Promise<string> => {
    const model = step.model ?? recipe.model;
    try {
      const reply = await provider.generate({
        model,
        messages: promptFor(recipe, step, brief, outputs),
        maxOutputTokens: step.maxOutputTokens,
        temperature: recipe.temperature,
      });
      const price = prices.find(({ name }) => name === model) as Prices;
      cost += (reply.tokensIn * price.usdPerMillionInput + reply.tokensOut * price.usdPerMillionOutput) / 1e6;
      return reply.text;
    } catch (error) {
      if (!(error instanceof ProviderError) || left <= 1) throw error;
      await clock.sleep(1000 * 2 ** (tries - left));
      return call(step, left - 1);
    }
  };
  const run = async (step: Step): Promise<void> => {
    const drafts = step.id === recipe.output.body ? recipe.candidates : 1;
    const texts: string[] = [];
    if (recipe.parallel) texts.push(...(await Promise.all(Array.from({ length: drafts }, () => call(step)))));
    else for (let i = 0; i < drafts; i++) texts.push(await call(step));
    outputs[step.id] = texts.at(-1) as string;
  };

  let failed = false;
  try {
    if (recipe.parallel) await parallel(recipe, run);
    else for (const step of stepsInOrder(recipe)) await run(step);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    failed = true;
  }
  return { body: outputs[recipe.output.body] ?? '', outputs, cost, timeMs: clock.now() - startedAt, failed };
}

async function parallel(recipe: Recipe, run: (step: Step) => Promise<void>): Promise<void> {
  const running = new Map<string, Promise<void>>();
  for (const step of stepsInOrder(recipe))
    running.set(
      step.id,
      Promise.all(step.needs.map((need) => running.get(need) as Promise<void>)).then(() => run(step)),
    );
  await Promise.all(running.values());
}
