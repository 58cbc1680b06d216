import { type Brief, type Condition, type Recipe, recipeSchema, type Step } from '@contentflow/contracts';
import { bodySteps, droppableSteps, hasIndependentSteps, isDue, sectionsIn, stepsInOrder } from './workflow.ts';

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

/** A workflow that writes, criticises, revises what is poor, and translates what is to be in another language. */
const edited = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: '.' },
  steps: [
    { id: 'translated', revises: 'revised', when: { languageOtherThan: 'en' } },
    { id: 'revised', revises: 'draft', needs: ['critique'], when: { qualityBelow: { step: 'draft' } } },
    { id: 'critique', needs: ['draft'], when: { qualityBelow: { step: 'draft' } } },
    { id: 'draft', language: 'en' },
    { id: 'tags', needs: ['draft'] },
  ].map((step) => ({ instruction: '.', maxOutputTokens: 1, ...step })),
  output: { body: 'translated', extras: ['tags'] },
  qualityThreshold: 7,
  model: 'm',
});

describe('a workflow that writes its text again', () => {
  it('has each step after what it depends on, in whichever way', () => {
    expect(stepsInOrder(edited).map(({ id }) => id)).toEqual(['draft', 'critique', 'revised', 'translated', 'tags']);
  });

  it('writes the body in all of them', () => {
    expect([...bodySteps(edited)]).toEqual(['translated', 'revised', 'draft']);
  });

  it('can do without none of them, nor of what is delivered beside it', () => {
    expect(droppableSteps(edited)).toEqual([]);
  });

  it.each([
    ['a step', { steps: [{ ...edited.steps[3], revises: 'nothing' }] }, 'steps.0.revises'],
    ['sections', { steps: [{ ...edited.steps[3], sectionsOf: { step: 'nothing' } }] }, 'steps.0.sectionsOf.step'],
    ['an extra', { output: { body: 'draft', extras: ['nothing'] } }, 'output.extras.0'],
    ['a body that may be left out', { output: { body: 'critique' } }, 'steps.2.when'],
  ])('is refused where %s cannot be', (_, change, at) => {
    const { error } = recipeSchema.safeParse({ ...edited, ...change });
    expect(error?.issues.map(({ path }) => path.join('.'))).toContain(at);
  });
});

describe('a step is due', () => {
  const due = (when: Condition | undefined, brief: Partial<Brief> = {}, score = 5): boolean =>
    isDue({ ...(edited.steps[3] as Step), when }, edited, { contentType: 'email', topic: 'x', ...brief }, () => score);

  it('always, where it has no condition', () => expect(due(undefined)).toBe(true));

  it('where the brief says what it needs', () => {
    expect(due({ briefHas: ['reference'] })).toBe(false);
    expect(due({ briefHas: ['reference'] }, { reference: '' })).toBe(false);
    expect(due({ briefHas: ['keyPoints'] }, { keyPoints: [] })).toBe(false);
    expect(due({ briefHas: ['reference', 'tone'] }, { reference: 'r' })).toBe(false);
    expect(due({ briefHas: ['reference'] }, { reference: 'r' })).toBe(true);
  });

  it('where another language is asked for, whatever the region', () => {
    const other = { languageOtherThan: 'en' };
    expect([due(other), due(other, { language: 'en-GB' }), due(other, { language: 'EN' })]).toEqual([
      false,
      false,
      false,
    ]);
    expect(due(other, { language: 'de-AT' })).toBe(true);
  });

  it('where what was written is too poor, by its own measure or the recipe’s threshold', () => {
    const below = (score?: number) => ({ qualityBelow: { step: 'draft', score } });
    expect([due(below(), {}, 6.9), due(below(), {}, 7)]).toEqual([true, false]);
    expect([due(below(4), {}, 3.9), due(below(4), {}, 5)]).toEqual([true, false]);
  });

  it('only where all of it holds', () => {
    const both: Condition = { briefHas: ['tone'], languageOtherThan: 'en' };
    expect([due(both, { tone: 'dry' }), due(both, { tone: 'dry', language: 'fr' })]).toEqual([false, true]);
  });
});

describe('the sections of an outline', () => {
  it('are its numbered lines, with what stands below them, and not what stands before', () => {
    expect(sectionsIn('Message: tea is warm.\n1. Why\n   - a\n2. How\n   1. b\n3) Next')).toEqual([
      '1. Why\n   - a',
      '2. How\n   1. b',
      '3) Next',
    ]);
  });

  it('are its headings, below a single title', () => {
    expect(sectionsIn('# Tea\n## Why\n- a\n- b\n## How\n- c')).toEqual(['## Why\n- a\n- b', '## How\n- c']);
    expect(sectionsIn('**Why**\ntext\n**How**\ntext')).toHaveLength(2);
  });

  it('are its bullets, else its paragraphs, else all of it', () => {
    expect(sectionsIn('- a\n  - a1\n- b')).toEqual(['- a\n  - a1', '- b']);
    expect(sectionsIn('One.\n\nTwo.')).toEqual(['One.', 'Two.']);
    expect(sectionsIn('Only one thing.')).toEqual(['Only one thing.']);
  });

  it('are bounded, and lose nothing', () => {
    const sections = sectionsIn(Array.from({ length: 40 }, (_, index) => `${index + 1}. part ${index + 1}`).join('\n'));
    expect(sections).toHaveLength(12);
    expect(sections.at(-1)).toContain('part 40');
  });
});
