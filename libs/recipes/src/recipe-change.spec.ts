import { type RecipeChange, recipeSchema } from '@contentflow/contracts';
import fc from 'fast-check';
import {
  changedLever,
  changedParts,
  movedParts,
  moveSameLever,
  partInWords,
  recipeVersion,
  withChange,
} from './recipe-change.ts';
import { stepsInOrder } from './workflow.ts';

const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write well.' },
  steps: [
    { id: 'outline', instruction: 'Outline.', maxOutputTokens: 50 },
    { id: 'notes', instruction: 'Note.', needs: ['outline'], maxOutputTokens: 50 },
    { id: 'draft', instruction: 'Write.', needs: ['notes', 'outline'], maxOutputTokens: 100 },
    { id: 'subject', instruction: 'Name.', needs: ['draft'], maxOutputTokens: 20 },
  ],
  output: { body: 'draft', title: 'subject' },
  model: 'large',
});

describe('a change to a recipe', () => {
  it.each<[RecipeChange, string, object]>([
    [
      { kind: 'replace_instructions', instructions: 'Be brief.' },
      'prompt',
      { prompt: { instructions: 'Be brief.', examples: [] } },
    ],
    [
      { kind: 'set_examples', examples: [{ brief: 'b', text: 't' }] },
      'prompt',
      { prompt: { instructions: 'Write well.', examples: [{ brief: 'b', text: 't' }] } },
    ],
    [{ kind: 'run_in_parallel', parallel: true }, 'workflow', { parallel: true }],
    [{ kind: 'set_candidates', candidates: 3 }, 'workflow', { candidates: 3 }],
    [
      {
        kind: 'join_workflow',
        changes: [
          { kind: 'run_in_parallel', parallel: true },
          { kind: 'set_candidates', candidates: 2 },
        ],
      },
      'workflow',
      { parallel: true, candidates: 2 },
    ],
    [{ kind: 'use_model', model: 'small' }, 'model', { model: 'small' }],
    [{ kind: 'set_temperature', temperature: 0.2 }, 'model', { temperature: 0.2 }],
    [{ kind: 'set_tone', tone: 'warm' }, 'style', { style: { tone: 'warm' } }],
    [{ kind: 'set_words', words: 80 }, 'style', { style: { words: 80 } }],
    [{ kind: 'set_structure', structure: 'bullets' }, 'style', { style: { structure: 'bullets' } }],
    [{ kind: 'set_quality_threshold', threshold: 7 }, 'quality', { qualityThreshold: 7 }],
    [
      { kind: 'set_cache', strategy: 'semantic', timeToLiveMs: 9, similarity: 0.9 },
      'cache',
      { cache: { strategy: 'semantic', timeToLiveMs: 9, similarity: 0.9 } },
    ],
  ])('%j moves its lever and nothing else', (change, lever, moved) => {
    expect(changedLever(change)).toBe(lever);
    expect(withChange(recipe, change)).toEqual({ ...recipe, ...moved });
  });

  it('gives one step another model', () => {
    const changed = withChange(recipe, { kind: 'use_model', model: 'small', step: 'notes' });
    expect(changed.steps.map(({ model }) => model)).toEqual([undefined, 'small', undefined, undefined]);
    expect(changed.model).toBe('large');
  });

  describe('that leaves what another model fails to make to the former one', () => {
    const use = (model: string, step?: string): RecipeChange => ({
      kind: 'use_model',
      model,
      fallback: 'former_model',
      ...(step ? { step } : {}),
    });
    const fallbacks = (...changes: RecipeChange[]) =>
      changes.reduce<typeof recipe>(withChange, recipe).steps.map((step) => step.fallbacks);

    it('names that as the first to stand in, and those who stood in for it after', () => {
      const [large, both] = [['large'], ['small', 'large']];
      expect(fallbacks(use('small'))).toEqual([large, large, large, large]);
      expect(fallbacks(use('small'), use('tiny'))).toEqual([both, both, both, both]);
    });

    it('never has a model stand in for itself', () => {
      expect(fallbacks(use('large'))).toEqual([undefined, undefined, undefined, undefined]);
      expect(fallbacks(use('small'), use('large'))[0]).toEqual(['small']);
    });

    it('leaves steps as they are that keep a model of their own', () => {
      expect(fallbacks(use('small', 'notes'))).toEqual([undefined, ['large'], undefined, undefined]);
      expect(fallbacks(use('small', 'notes'), use('tiny'))[1]).toEqual(['large']);
    });

    it('stands on what is in force: without the change before it the model before that stands in', () => {
      expect(fallbacks(use('tiny'))[0]).toEqual(['large']);
    });

    it('has models that share the traffic stand in for each other, that of the recipe first', () => {
      const shares = ['tiny', 'large', 'small'].map((model) => ({ model, share: 1 / 3 }));
      const share: RecipeChange = { kind: 'route_models', routing: [{ keyPoints: null, words: null, shares }] };
      expect(fallbacks(share)).toEqual([undefined, undefined, undefined, undefined]);
      expect(fallbacks({ ...share, fallback: 'former_model' })[0]).toEqual(['large', 'tiny', 'small']);
      expect(fallbacks(use('small', 'notes'), { ...share, fallback: 'former_model' })[1]).toEqual(['large']);
    });

    it('names no more than a recipe may', () => {
      const changes = Array.from({ length: 12 }, (_, i) => use(`model ${i}`));
      const changed = changes.reduce<typeof recipe>(withChange, recipe);
      expect(recipeSchema.safeParse(changed).success).toBe(true);
      expect(changed.steps[0]?.fallbacks?.[0]).toBe('model 10');
    });
  });

  it('takes a step out with its place in the graph', () => {
    const changed = withChange(recipe, { kind: 'drop_step', step: 'notes' });
    expect(changed.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ['outline', []],
      ['draft', ['outline']],
      ['subject', ['draft']],
    ]);
  });

  it('takes the title out with its step, and never the body', () => {
    expect(withChange(recipe, { kind: 'drop_step', step: 'subject' }).output).toEqual({ body: 'draft' });
    expect(withChange(recipe, { kind: 'drop_step', step: 'draft' })).toBe(recipe);
  });

  it('hands on what a step wrote again, and keeps a step whose text another writes again', () => {
    const step = { instruction: '.', maxOutputTokens: 1 };
    const edited = recipeSchema.parse({
      ...recipe,
      steps: [
        { ...step, id: 'draft' },
        { ...step, id: 'revised', revises: 'draft' },
        { ...step, id: 'final', revises: 'revised', when: { qualityBelow: { step: 'revised' } } },
        { ...step, id: 'tags', sectionsOf: { step: 'draft' } },
      ],
      output: { body: 'final', extras: ['tags'], schema: { type: 'object' } },
    });
    const dropped = withChange(edited, { kind: 'drop_step', step: 'revised' });
    expect(dropped.steps.find(({ id }) => id === 'final')).toMatchObject({
      revises: 'draft',
      when: { qualityBelow: { step: 'draft' } },
    });
    expect(withChange(edited, { kind: 'drop_step', step: 'draft' })).toBe(edited);
    expect(withChange(edited, { kind: 'drop_step', step: 'tags' }).output).toEqual({
      body: 'final',
      extras: [],
      schema: { type: 'object' },
    });
  });

  it('leaves the recipe as it is when its step is gone', () => {
    expect(withChange(recipe, { kind: 'drop_step', step: 'nothing' })).toBe(recipe);
    expect(withChange(recipe, { kind: 'use_model', model: 'small', step: 'nothing' })).toEqual(recipe);
  });

  it('leaves a recipe that can be made, whichever steps are dropped in whichever order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(recipe.steps.map(({ id }) => id)), (dropped) => {
        const left = dropped.reduce((made, step) => withChange(made, { kind: 'drop_step', step }), recipe);
        expect(recipeSchema.safeParse(left).success).toBe(true);
        expect(stepsInOrder(left).map(({ id }) => id)).toContain('draft');
      }),
    );
  });
});

describe('changes that could be tried side by side', () => {
  const drop = (step: string): RecipeChange => ({ kind: 'drop_step', step });
  const joined: RecipeChange = {
    kind: 'join_workflow',
    changes: [
      { kind: 'drop_step', step: 'outline' },
      { kind: 'set_candidates', candidates: 2 },
    ],
  };
  const model: RecipeChange = { kind: 'use_model', model: 'small' };

  it('move the same where one would undo or repeat the other', () => {
    expect(moveSameLever(model, { kind: 'use_model', model: 'large' })).toBe(true);
    expect(moveSameLever(model, { kind: 'route_models', routing: [] })).toBe(true);
    expect(moveSameLever(drop('outline'), drop('outline'))).toBe(true);
    expect(moveSameLever(joined, drop('outline'))).toBe(true);
    expect(moveSameLever({ kind: 'set_candidates', candidates: 1 }, joined)).toBe(true);
  });

  it('move different parts otherwise, on one lever too', () => {
    expect(moveSameLever(drop('outline'), drop('notes'))).toBe(false);
    expect(moveSameLever(joined, drop('notes'))).toBe(false);
    expect(moveSameLever(model, { kind: 'set_temperature', temperature: 0.3 })).toBe(false);
    expect(
      moveSameLever({ kind: 'set_examples', examples: [] }, { kind: 'replace_instructions', instructions: 'Write.' }),
    ).toBe(false);
    expect(moveSameLever({ kind: 'set_tone', tone: 'formal' }, { kind: 'set_words', words: 100 })).toBe(false);
  });

  it('give the same recipe in any order, where they move different parts', () => {
    const changes: RecipeChange[] = [
      drop('outline'),
      drop('notes'),
      model,
      { kind: 'set_temperature', temperature: 0.3 },
      { kind: 'set_candidates', candidates: 3 },
    ];
    const version = recipeVersion(changes.reduce(withChange, recipe));
    fc.assert(
      fc.property(fc.shuffledSubarray(changes, { minLength: changes.length }), (order) => {
        expect(recipeVersion(order.reduce(withChange, recipe))).toBe(version);
      }),
    );
  });
});

describe('the version of a recipe', () => {
  it('is that of its content, whoever wrote it and in whatever order', () => {
    const { model, ...rest } = recipe;
    expect(recipeVersion({ ...rest, model })).toBe(recipeVersion(recipe));
    expect(recipeVersion(recipe)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('changes with every change', () => {
    expect(recipeVersion(withChange(recipe, { kind: 'set_temperature', temperature: 0.1 }))).not.toBe(
      recipeVersion(recipe),
    );
  });
});

describe('the parts that a person changed', () => {
  it.each<RecipeChange>([
    { kind: 'replace_instructions', instructions: 'Be brief.' },
    { kind: 'set_examples', examples: [{ brief: 'b', text: 't' }] },
    { kind: 'run_in_parallel', parallel: true },
    { kind: 'set_candidates', candidates: 3 },
    { kind: 'use_model', model: 'small' },
    { kind: 'use_model', model: 'small', step: 'notes' },
    {
      kind: 'route_models',
      routing: [{ keyPoints: null, words: null, shares: [{ model: 'small', share: 1 }] }],
    },
    { kind: 'set_temperature', temperature: 0.3 },
    { kind: 'set_tone', tone: 'dry' },
    { kind: 'set_words', words: 90 },
    { kind: 'set_structure', structure: 'letter' },
    { kind: 'set_quality_threshold', threshold: 7 },
    { kind: 'set_cache', strategy: 'off', timeToLiveMs: 1000, similarity: 1 },
  ])('are those that the system would move by the same: $kind', (change) => {
    expect(changedParts(recipe, withChange(recipe, change))).toEqual(movedParts(change));
  });

  it('are a step, and those that built on it, where one was taken out', () => {
    const parts = changedParts(recipe, withChange(recipe, { kind: 'drop_step', step: 'notes' }));
    expect(parts).toEqual(['step draft', 'step notes']);
  });

  it('are what no change of the system moves, too, and none where nothing changed', () => {
    const steps = recipe.steps.map((step) => (step.id === 'draft' ? { ...step, timeoutMs: 500 } : step));
    const other = { ...recipe, steps, deadlineMs: 900, output: { body: 'draft' } };
    expect(changedParts(recipe, other)).toEqual(['deadline', 'output', 'step draft']);
    expect(changedParts(recipe, { ...recipe })).toEqual([]);
    expect(changedParts(recipe, { ...recipe, steps: recipe.steps.toReversed() })).toEqual(['order of steps']);
  });

  it('have names for people', () => {
    const parts = ['replace_instructions', 'run_in_parallel', 'set_quality_threshold', 'step draft', 'model'];
    expect(parts.map(partInWords)).toEqual(['instructions', 'parallel', 'quality threshold', 'step draft', 'model']);
  });
});
