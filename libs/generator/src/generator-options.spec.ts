import { parseConfiguration } from '@contentflow/nest-platform';
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
