import { type Recipe, recipeSchema } from '@contentflow/contracts';
import { droppableSteps, hasIndependentSteps, stepsInOrder } from './workflow.ts';

/** `draft: outline` — a step and what it needs. */
function workflow(
  steps: Record<string, string[]>,
  output: Recipe['output'] = { body: Object.keys(steps)[0] as string },
): Recipe {
  const all = Object.entries(steps).map(([id, needs]) => ({ id, needs, instruction: '.', maxOutputTokens: 1 }));
  return recipeSchema.parse({ contentType: 'email', prompt: { instructions: '' }, steps: all, output, model: 'm' });
}
const order = (steps: Record<string, string[]>): string[] => stepsInOrder(workflow(steps)).map(({ id }) => id);

describe('the order of a workflow', () => {
  it('has each step after what it needs', () => {
    expect(order({ headline: ['draft'], draft: ['outline'], outline: [] })).toEqual(['outline', 'draft', 'headline']);
  });

  it('is that of the recipe where there is a choice', () => {
    expect(order({ b: [], a: [], c: ['a'] })).toEqual(['b', 'a', 'c']);
  });

  it('does not exist where steps need each other in a circle, and the error names them', () => {
    expect(() => order({ a: [], b: ['c'], c: ['b'] })).toThrow(
      expect.objectContaining({ code: 'workflow-cycle', field: 'steps', message: expect.stringContaining('b, c') }),
    );
    expect(() => order({ a: ['a'] })).toThrow('circle');
  });
});

it('steps that nothing needs and that are no output can be dropped', () => {
  const steps = { outline: [], draft: ['outline'], headline: ['draft'], seo: ['draft'], tags: [] };
  expect(droppableSteps(workflow(steps, { body: 'draft', title: 'headline' }))).toEqual(['seo', 'tags']);
  expect(droppableSteps(workflow({ draft: [] }))).toEqual([]);
});

it.each<[string, Record<string, string[]>, boolean]>([
  ['a chain', { a: [], b: ['a'], c: ['b'] }, false],
  ['a chain with a short cut', { a: [], b: ['a'], c: ['a', 'b'] }, false],
  ['a fork', { a: [], b: ['a'], c: ['a'] }, true],
  ['two steps apart', { a: [], b: [] }, true],
  ['one step', { a: [] }, false],
])('tells whether %s has steps that could run at the same time', (_name, steps, expected) => {
  expect(hasIndependentSteps(workflow(steps))).toBe(expected);
});
