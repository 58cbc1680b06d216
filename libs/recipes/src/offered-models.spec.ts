import { recipeSchema } from '@contentflow/contracts';
import { isOffered, modelsOfChange, modelsOfRecipe, withModelsReplaced } from './offered-models.ts';

const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write.' },
  steps: [
    { id: 'plan', instruction: 'Plan.', maxOutputTokens: 100, model: 'm2', fallbacks: ['m1'] },
    { id: 'body', instruction: 'Write.', maxOutputTokens: 100 },
  ],
  output: { body: 'body' },
  model: 'm1',
});
const routing = [
  {
    keyPoints: null,
    words: null,
    shares: [
      { model: 'm1', share: 0.5 },
      { model: 'm3', share: 0.5 },
      { model: 'm4', share: 0 },
    ],
  },
];

it('a model is offered by its name, by its provider’s and its own, or by a provider that answers for any', () => {
  const models = [{ provider: 'p', name: 'm1' }];
  expect(['m1', 'p/m1', 'q/m1', 'm2'].map((name) => isOffered(models, name))).toEqual([true, true, false, false]);
  expect(isOffered([{ provider: 'p', name: '*' }], 'anything')).toBe(true);
});

it('a recipe names the models of its steps and of its shares, a change those that it brings', () => {
  expect(modelsOfRecipe(recipe)).toEqual(['m2', 'm1']);
  expect(modelsOfRecipe({ ...recipe, routing })).toEqual(['m2', 'm1', 'm3']);
  expect(modelsOfChange({ kind: 'route_models', routing })).toEqual(['m1', 'm3']);
  expect(modelsOfChange({ kind: 'use_model', model: 'm5' })).toEqual(['m5']);
  expect(modelsOfChange({ kind: 'set_words', words: 5 })).toEqual([]);
});

it('another model stands in wherever a recipe names one', () => {
  const moved = withModelsReplaced({ ...recipe, routing }, new Map([['m1', 'm9']]));
  expect(JSON.stringify(moved)).not.toContain('"m1"');
  expect(moved).toMatchObject({ model: 'm9', steps: [{ model: 'm2', fallbacks: ['m9'] }, {}] });
  expect(moved.routing?.[0]?.shares[0]).toEqual({ model: 'm9', share: 0.5 });
  expect(withModelsReplaced(recipe, new Map())).toBe(recipe);
});
