import { recipeChangeSchema, recipeSchema } from './recipe.ts';

const step = { id: 'draft', instruction: 'Write it.', maxOutputTokens: 500 };
const edit = { id: 'edit', instruction: 'Better it.', needs: ['draft'], revises: 'draft', maxOutputTokens: 500 };
const recipe = {
  contentType: 'email',
  prompt: { instructions: 'Be clear.' },
  steps: [step],
  output: { body: 'draft' },
  model: 'small',
};
const problemsOf = (value: object): string[] =>
  recipeSchema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

describe('a recipe', () => {
  it('takes its defaults: one draft, answers kept for a day, nothing revised', () => {
    expect(recipeSchema.parse(recipe)).toMatchObject({
      parallel: false,
      candidates: 1,
      qualityThreshold: 0,
      cache: { strategy: 'exact', timeToLiveMs: 86_400_000 },
    });
  });

  it('is the same when it is read again: what is added to a step is optional, so that no version changes', () => {
    const once = recipeSchema.parse(recipe);
    expect(recipeSchema.parse(JSON.parse(JSON.stringify(once)))).toEqual(once);
    expect(Object.keys(once.steps[0]!).sort()).toEqual(['id', 'instruction', 'maxOutputTokens', 'needs']);
  });

  it('names only steps that it has', () => {
    expect(problemsOf({ ...recipe, steps: [step, edit], output: { body: 'edit', title: 'draft' } })).toEqual([]);
    expect(problemsOf({ ...recipe, output: { body: 'edit' } })).toEqual(['output.body names no step: "edit"']);
    expect(problemsOf({ ...recipe, steps: [{ ...step, needs: ['outline'] }] })).toEqual([
      'steps.0.needs names no step: "outline"',
    ]);
    expect(problemsOf({ ...recipe, output: { body: 'draft', extras: ['draft', 'constructor'] } })).toEqual([
      'output.extras.1 names no step: "constructor"',
    ]);
  });

  it('always has a body', () => {
    const when = { briefHas: ['tone'] };
    expect(problemsOf({ ...recipe, steps: [{ ...step, when }] })).toEqual([
      'steps.0.when leaves no body where it does not hold',
    ]);
    expect(problemsOf({ ...recipe, steps: [step, { ...edit, when }], output: { body: 'edit' } })).toEqual([]);
  });
});

describe('a change to a recipe', () => {
  it.each([
    { kind: 'use_model', model: 'large' },
    { kind: 'drop_step', step: 'edit' },
    {
      kind: 'join_workflow',
      changes: [
        { kind: 'run_in_parallel', parallel: true },
        { kind: 'set_candidates', candidates: 2 },
      ],
    },
  ])('may be %j', (change) => {
    expect(recipeChangeSchema.parse(change)).toEqual(change);
  });
  it.each([
    { kind: 'rewrite_everything' },
    { kind: 'use_model' },
    { kind: 'use_model', model: 'large', temperature: 1 },
    { kind: 'join_workflow', changes: [{ kind: 'set_candidates', candidates: 2 }] },
    {
      kind: 'join_workflow',
      changes: [
        { kind: 'set_tone', tone: 'warm' },
        { kind: 'set_words', words: 80 },
      ],
    },
  ])('is never %j', (change) => {
    expect(recipeChangeSchema.safeParse(change).success).toBe(false);
  });
});
