import { parseConfiguration } from '@contentflow/nest-platform';
import { readFileSync } from 'node:fs';
import { generatorOptions } from './generator-options.ts';

const step = { instruction: 'Write.', maxOutputTokens: 9 };
const own = {
  contentType: 'email',
  prompt: { instructions: 'Ours.', template: 'On {{topic}}' },
  steps: [{ ...step, id: 'draft' }],
  output: { body: 'draft' },
  model: 'large',
};
const options = (recipe: object) =>
  generatorOptions(
    parseConfiguration(
      {
        providers: [{ name: 'p', kind: 'ollama', models: ['small', 'large'] }],
        recipes: [{ ...own, ...recipe }],
        brand: { styleGuide: 'Kind.' },
      },
      'the test',
    ),
  );

describe('what a generator works by', () => {
  it('is one’s own recipes, the shipped ones for the rest, and the brand', () => {
    const { recipes, brand } = options({});
    expect(recipes.filter(({ contentType }) => contentType === 'email')).toMatchObject([own]);
    expect(recipes.find(({ contentType }) => contentType === 'blog_post')?.model).toBe('small');
    expect(brand).toMatchObject({ styleGuide: 'Kind.', bannedTerms: [] });
  });

  it.each([
    [
      'steps that need each other',
      {
        steps: [
          { ...step, id: 'draft', needs: ['title'] },
          { ...step, id: 'title', revises: 'draft' },
        ],
      },
      /recipes\[0\]\.steps.*draft, title/,
    ],
    ['a placeholder nobody fills', { prompt: { instructions: '', template: '{{price}}' } }, /template.*\{\{price\}\}/],
    [
      'a schema that cannot be checked by',
      { output: { body: 'draft', schema: { type: 'object', if: {} } } },
      /recipes\[0\]\.output\.schema/,
    ],
  ])('is refused at start with %s', (_, recipe, problem) => {
    expect(() => options(recipe)).toThrow(problem);
  });
});

describe('the examples of the documentation', () => {
  const documented = ['recipes.md', 'content.md'].flatMap((file) => {
    const text = readFileSync(new URL(`../../../docs/${file}`, import.meta.url), 'utf8');
    return [...text.matchAll(/```json\n([^]*?)```/g)].map(
      ([, json]) => [file, JSON.parse(json as string) as object] as const,
    );
  });

  it('are there', () => expect(documented.length).toBeGreaterThan(3));

  it.each(documented)('of %s can be worked by', (_, example) => {
    const configuration = 'contentType' in example ? { recipes: [example] } : example;
    const environment = { OPENAI_API_KEY: 'none', WEBHOOK_SECRET: 'whsec_none' };
    expect(() => generatorOptions(parseConfiguration(configuration, 'the page', environment))).not.toThrow();
  });
});
