import { type Brief, type CacheKey, cacheKeySchema, recipeSchema } from '@contentflow/contracts';
import { relevantFields, keyedBrief } from './cache-key.ts';
import { promptFor } from './prompt.ts';

const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write.' },
  steps: [{ id: 'draft', instruction: 'Write it.', maxOutputTokens: 9 }],
  output: { body: 'draft' },
  model: 'm',
});
const brief: Brief = {
  contentType: 'email',
  topic: 'Green tea, for beginners',
  keyPoints: ['It is warm', 'It is cheap'],
  keywords: ['tea', 'leaves'],
};
const keyOf = (asked: Brief, key: CacheKey, by = recipe) =>
  promptFor(by, by.steps[0] as (typeof by.steps)[0], keyedBrief(asked, key), {});
const sharedUnder = (change: Partial<Brief>): CacheKey[] =>
  cacheKeySchema.options.filter(
    (key) => JSON.stringify(keyOf({ ...brief, ...change }, key)) === JSON.stringify(keyOf(brief, key)),
  );

describe('the key of a brief in the cache', () => {
  it.each<[string, Partial<Brief>, CacheKey[]]>([
    [
      'case, white space and trailing punctuation',
      { topic: ' green tea,  for beginners!' },
      ['normalised', 'sets', 'words'],
    ],
    ['what no prompt shows', { metadata: { campaign: 7 } }, ['normalised', 'sets', 'words']],
    [
      'the order of a list, and what it says twice',
      { keyPoints: ['It is cheap', 'It is warm', 'it is cheap.'] },
      ['sets', 'words'],
    ],
    ['the order and punctuation of the topic', { topic: 'for beginners: green tea' }, ['words']],
    ['a key point', { keyPoints: ['It is warm'] }, []],
    ['a word of the topic', { topic: 'Green tea, for experts' }, []],
    ['a sign that changes a word', { topic: 'Green tea+, for beginners' }, []],
    ['a length', { length: 100 }, []],
  ])('is shared whatever %s, where it is wide enough', (_what, change, keys) => {
    expect(sharedUnder(change)).toEqual(keys);
  });

  it('holds metadata where a prompt shows it', () => {
    const showing = { ...recipe, prompt: { ...recipe.prompt, template: '{{topic}} {{metadata.sku}}' } };
    const keys = ['7', '8'].map((sku) => JSON.stringify(keyOf({ ...brief, metadata: { sku } }, 'words', showing)));
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('is made of what a prompt shows, and of what steps and models are chosen by', () => {
    expect(relevantFields(recipe).has('metadata')).toBe(false);
    const [draft] = recipe.steps as [(typeof recipe.steps)[0]];
    const template = '{{topic}} {{metadata.sku}}';
    const templated = { ...recipe, prompt: { ...recipe.prompt, template }, steps: [{ ...draft, when: { briefHas: ['audience' as const], languageOtherThan: 'en' } }] }; // prettier-ignore
    expect([...relevantFields(templated)]).toEqual(['instructions', 'topic', 'metadata', 'audience', 'language']);
  });
});
