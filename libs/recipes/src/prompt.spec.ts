import { readFileSync } from 'node:fs';
import { type Brief, recipeSchema } from '@contentflow/contracts';
import { describeBrief, promptFor } from './prompt.ts';

const recipe = recipeSchema.parse({
  contentType: 'blog_post',
  prompt: { instructions: 'Write well.', examples: [{ brief: 'Tea', text: 'Tea is warm.' }] },
  steps: [
    { id: 'outline', instruction: 'Outline it.', maxOutputTokens: 50 },
    { id: 'draft', instruction: 'Write it.', needs: ['outline'], maxOutputTokens: 100 },
  ],
  output: { body: 'draft' },
  model: 'large',
  style: { tone: 'warm', words: 300, structure: 'headings' },
});
const brief: Brief = { contentType: 'blog_post', topic: 'Coffee' };
const draft = recipe.steps[1] as (typeof recipe.steps)[number];

describe('what a model is told', () => {
  it('is instructions and examples as the system’s word, then brief, work so far and task', () => {
    const [system, user] = promptFor(recipe, draft, brief, { outline: '1. Beans', other: 'not needed' });
    expect(system).toEqual({ role: 'system', content: 'Write well.\n\n## Example\nBrief: Tea\nText: Tea is warm.' });
    expect(user?.role).toBe('user');
    const places = ['# Brief', '# Work so far\n## outline\n1. Beans', '# Task: draft\nWrite it.'].map((part) =>
      user?.content.indexOf(part),
    );
    expect(places).toEqual([...places].sort((a, b) => Number(a) - Number(b)));
    expect(places).not.toContain(-1);
    expect(user?.content).not.toContain('not needed');
  });

  it('shows examples to whoever writes the text, also again, and to nobody else', () => {
    const steps = [
      ...recipe.steps,
      { id: 'revise', instruction: 'Better it.', needs: [], revises: 'draft', maxOutputTokens: 100 },
    ];
    const revised = recipeSchema.parse({ ...recipe, steps, output: { body: 'revise' } });
    const shown = revised.steps.map(
      (step) => promptFor(revised, step, brief, {})[0]?.content.includes('Tea is warm.') ?? false,
    );
    expect(shown).toEqual([false, true, true]);
  });

  it('says nothing of work that has not been done', () => {
    const [outline] = recipe.steps;
    expect(promptFor(recipe, outline as typeof draft, brief, {})[1]?.content).not.toContain('Work so far');
  });
});

describe('how a brief is described', () => {
  it('follows the recipe’s style where the brief is silent', () => {
    expect(describeBrief(recipe, brief).split('\n')).toEqual([
      '# Brief',
      'Content type: blog post',
      'Topic: Coffee',
      'Tone: warm',
      'Length: about 300 words',
      'Structure: headings',
    ]);
  });

  it('follows the brief before the recipe’s style', () => {
    const described = describeBrief(recipe, { ...brief, tone: 'formal', length: 120 });
    expect(described).toContain('Tone: formal');
    expect(described).toContain('about 120 words');
    expect(described).not.toContain('warm');
  });

  it('names key points, keywords, audience and language', () => {
    const described = describeBrief(recipe, {
      ...brief,
      audience: 'cooks',
      keyPoints: ['hot', 'strong'],
      keywords: ['roast', 'bean'],
      language: 'pt-BR',
    });
    expect(described).toContain('Audience: cooks');
    expect(described).toContain('Key points: \n- hot\n- strong');
    expect(described).toContain('Keywords: roast, bean');
    expect(described).toContain('Language: pt-BR');
  });
});

describe('reference material', () => {
  const attacks = readFileSync(new URL('../fixtures/injections.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const ownPrompt = {
    ...recipe,
    prompt: { ...recipe.prompt, template: 'On {{topic}}, from this:\n{{reference}}\nNo more.' },
  };
  const messages = (reference: string): string =>
    [recipe, ownPrompt].map((each) => promptFor(each, draft, { ...brief, reference }, {})[1]?.content).join('\n---\n');
  const fence = /^<<<reference ([0-9a-f]{16})>>>\n([^]*?)\n<<<end of reference \1>>>$/gm;

  it('stands in its fence, and the task comes after it', () => {
    const content = messages('Coffee is a drink.');
    const fenced = [...content.matchAll(fence)];
    expect(fenced.map(([, , text]) => text)).toEqual(['Coffee is a drink.', 'Coffee is a drink.']);
    expect(content.lastIndexOf('# Task: draft')).toBeGreaterThan(content.lastIndexOf('<<<end of reference'));
  });

  it.each(attacks)('changes nothing outside its fence: %s', (attack) => {
    const outside = (content: string) => content.replaceAll(fence, '');
    const marker = /^<<<reference ([0-9a-f]{16})>>>$/m.exec(messages(attack))?.[1] ?? 'none';
    expect(outside(messages(attack))).toBe(outside(messages('Coffee is a drink.')));
    // Nor where its author knows the marker of another text.
    const informed = attack.replaceAll('MARKER', marker);
    expect(outside(messages(informed))).toBe(outside(messages('Coffee is a drink.')));
  });
});
