import { type Recipe, recipeChangeSchema, recipeSchema } from '@contentflow/contracts';
import { cacheAlternatives, type Proposal, proposableChanges, proposableStyles } from './proposals.ts';
import { recipeVersion, withChange } from './recipe-change.ts';

const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: {
    instructions:
      'Please write in a very friendly voice. Choose warm words. Choose lively words. Choose pleasant words. Never lie.',
  },
  steps: [
    { id: 'outline', instruction: '.', maxOutputTokens: 1 },
    { id: 'draft', instruction: '.', needs: ['outline'], maxOutputTokens: 1 },
    { id: 'subject', instruction: '.', needs: ['outline'], maxOutputTokens: 1 },
    { id: 'tags', instruction: '.', needs: ['draft'], maxOutputTokens: 1 },
  ],
  output: { body: 'draft', title: 'subject' },
  model: 'large',
  temperature: 0.7,
  cache: { strategy: 'exact' },
  style: { tone: 'formal', words: 100 },
});
const models = [
  { name: 'large', usdPerMillionInput: 10, usdPerMillionOutput: 30 },
  { name: 'small', usdPerMillionInput: 1, usdPerMillionOutput: 3 },
  { name: 'largest', usdPerMillionInput: 20, usdPerMillionOutput: 60 },
];
const of = (all: readonly Proposal[], kind: string): Proposal[] => all.filter((each) => each.kind === kind);
const changes = proposableChanges(recipe, models);

describe('what can be proposed for a recipe', () => {
  it('is shorter instructions, by at least a twentieth each, for fewer tokens', () => {
    const compressions = of(changes, 'prompt_compression');
    expect(compressions.length).toBeGreaterThan(0);
    for (const { change, metric, lever } of compressions) {
      const made = withChange(recipe, change).prompt.instructions;
      expect([metric, lever]).toEqual(['tokens', 'prompt']);
      expect(made.length).toBeLessThan(0.95 * recipe.prompt.instructions.length);
      expect(made).toContain('Never lie.');
    }
  });

  it('is parallel steps where steps wait for nothing but their turn', () => {
    expect(of(changes, 'parallel_processing')).toMatchObject([{ metric: 'time', lever: 'workflow' }]);
    expect(of(proposableChanges({ ...recipe, parallel: true }, models), 'parallel_processing')).toEqual([]);
    const chain = { ...recipe, steps: recipe.steps.slice(0, 2), output: { body: 'draft' } };
    expect(of(proposableChanges(chain, models), 'parallel_processing')).toEqual([]);
    expect(of(proposableChanges({ ...chain, candidates: 2 }, models), 'parallel_processing')).toHaveLength(1);
  });

  it('is one step fewer, but never the body or the title', () => {
    expect(of(changes, 'step_removal').map(({ change }) => change)).toEqual([
      { kind: 'drop_step', step: 'tags' },
      { kind: 'drop_step', step: 'outline' },
    ]);
  });

  it('is another model: a cheaper one for cost, a dearer one for steady quality or for quality', () => {
    const other = (model: string) => expect.objectContaining({ kind: 'use_model', model }) as unknown;
    expect(of(changes, 'model_selection').map(({ change, metric }) => [change, metric])).toEqual([
      [other('small'), 'cost'],
      [other('largest'), 'qualitySpread'],
      [other('largest'), 'quality'],
    ]);
  });

  it('leaves what another model fails to make to the one before it, but for calls that are passed on', () => {
    const fallbacks = (each: Recipe) =>
      of(proposableChanges(each, models), 'model_selection').map(({ change }) =>
        withChange(each, change).steps.map((step) => step.fallbacks),
      );
    const toLarge = recipe.steps.map(() => ['large']);
    expect(fallbacks(recipe)).toEqual([toLarge, toLarge, toLarge]);
    expect(new Set(fallbacks({ ...recipe, passedOn: true }).flat(2))).toEqual(new Set([undefined]));
  });

  it('is one more draft, up to five, or any number fewer', () => {
    const counts = (candidates: number, kind: string) =>
      of(proposableChanges({ ...recipe, candidates }, models), kind).map(({ change, metric }) => [change, metric]);
    const drafts = (candidates: number) => ({ kind: 'set_candidates', candidates });
    expect(counts(1, 'more_candidates')).toEqual([[drafts(2), 'quality']]);
    expect(counts(2, 'more_candidates')).toEqual([[drafts(3), 'quality']]);
    expect(counts(5, 'more_candidates')).toEqual([]);
    expect(counts(3, 'fewer_candidates')).toEqual([
      [drafts(1), 'cost'],
      [drafts(2), 'cost'],
    ]);
  });

  it('is the next cache strategy, a longer life of what is cached, a wider key, or a looser similarity', () => {
    const day = 24 * 60 * 60_000;
    const next = (cache: Partial<Recipe['cache']>) =>
      cacheAlternatives({ ...recipe, cache: { ...recipe.cache, timeToLiveMs: day, ...cache } });
    const similarity = 0.95;
    expect(next({ strategy: 'off' })).toEqual([{ strategy: 'semantic', timeToLiveMs: day, similarity }]);
    expect(next({ strategy: 'exact', key: 'normalised' })).toEqual([
      { strategy: 'semantic', timeToLiveMs: day, similarity, key: 'normalised' },
      { strategy: 'exact', timeToLiveMs: 7 * day, similarity, key: 'normalised' },
      { strategy: 'exact', timeToLiveMs: day, similarity, key: 'sets' },
      { strategy: 'exact', timeToLiveMs: day, similarity, key: 'words' },
    ]);
    const looser = next({ strategy: 'semantic', timeToLiveMs: 7 * day, similarity: 0.7, key: 'words' });
    expect(looser.map((cache) => cache.similarity)).toEqual([0.6, 0.5]);
  });

  it('shows what more repeats bring in the hit rate, where a unit counts once, and answers to other units in the cost', () => {
    const metrics = of(changes, 'cache_strategy').map(({ change, metric }) => [
      'strategy' in change && change.strategy,
      metric,
    ]);
    expect(metrics).toEqual([
      ['semantic', 'cost'],
      ['exact', 'cacheHits'],
      ['exact', 'cacheHits'],
      ['exact', 'cost'],
      ['exact', 'cost'],
    ]);
  });

  it('is another temperature', () => {
    expect(of(changes, 'temperature').map(({ change }) => change)).toEqual([
      { kind: 'set_temperature', temperature: 0.3 },
      { kind: 'set_temperature', temperature: 1 },
    ]);
  });

  it('really changes the recipe into one that can be made', () => {
    for (const { change } of [...changes, ...proposableStyles(recipe)]) {
      const made = withChange(recipe, recipeChangeSchema.parse(change));
      expect(recipeVersion(made)).not.toBe(recipeVersion(recipe));
      expect(recipeSchema.safeParse(made).error).toBeUndefined();
    }
  });
});

describe('what readers can bring about', () => {
  const styles = proposableStyles(recipe);

  it('is another tone, structure or length, for their satisfaction', () => {
    expect(new Set(styles.map(({ kind }) => kind))).toEqual(
      new Set(['modify_tone', 'reinforce_structure', 'modify_length']),
    );
    expect(styles.every(({ metric, lever }) => metric === 'satisfaction' && lever === 'style')).toBe(true);
    expect(styles.map(({ change }) => change)).not.toContainEqual({ kind: 'set_tone', tone: 'formal' });
    expect(of(styles, 'modify_length').map(({ change }) => 'words' in change && change.words)).toEqual([
      60, 80, 125, 150,
    ]);
  });

  it('is no length where the recipe has none', () => {
    expect(of(proposableStyles({ ...recipe, style: {} }), 'modify_length')).toEqual([]);
  });

  it('is another length also where the recipe is very short', () => {
    const oneWord = proposableStyles({ ...recipe, style: { words: 1 } });
    for (const { change } of of(oneWord, 'modify_length')) expect(change).not.toEqual({ kind: 'set_words', words: 1 });
  });
});
