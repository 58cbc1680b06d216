import { type Brief, contentTypes } from '@contentflow/contracts';
import { droppableSteps, stepsInOrder } from '@contentflow/recipes';
import type { CallModel } from '../domain/step-call.ts';
import { runWorkflow } from '../domain/workflow-run.ts';
import { shippedRecipes } from './shipped-recipes.ts';

const recipes = new Map(shippedRecipes('m').map((recipe) => [recipe.contentType, recipe]));

async function stepsFor(brief: Brief): Promise<string[]> {
  const steps: string[] = [];
  const call: CallModel = async ({ step }) => {
    steps.push(step);
    return { text: step === 'outline' ? '1. Why\n2. How\n3. What next' : step, calls: [] };
  };
  const recipe = recipes.get(brief.contentType);
  if (!recipe) throw new Error(`no recipe for ${brief.contentType}`);
  await runWorkflow({ recipe, brief, call, judge: () => 5 });
  return steps;
}

it('every content type has a recipe, none of whose steps is made in vain', () => {
  expect([...recipes.keys()].sort()).toEqual([...contentTypes].sort());
  for (const recipe of recipes.values()) {
    expect(stepsInOrder(recipe)).toHaveLength(recipe.steps.length);
    expect([recipe.contentType, droppableSteps(recipe)]).toEqual([recipe.contentType, []]);
  }
});

it('a post is checked against reference material where there is any', async () => {
  const brief = { contentType: 'blog_post', topic: 'Tea' };
  expect(await stepsFor(brief)).toEqual(['outline', 'draft', 'headline', 'seo']);
  expect(await stepsFor({ ...brief, reference: 'Tea has 3 % tannin.' })).toEqual([
    'outline',
    'draft',
    'fact_check',
    'corrected',
    'headline',
    'seo',
  ]);
});

it('a long post is written part by part', async () => {
  const steps = await stepsFor({ contentType: 'blog_post', topic: 'Tea', length: 2000 });
  expect(steps.filter((step) => step === 'draft')).toHaveLength(3);
});
