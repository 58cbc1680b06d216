import { brandSchema, type Recipe, recipeSchema } from '@contentflow/contracts';
import { OutputRefused } from './deliverable.ts';
import type { CallModel, StepRequest } from './step-call.ts';
import { type GenerationContext, runWorkflow } from './workflow-run.ts';

const recipeWith = (over: object = {}): Recipe =>
  recipeSchema.parse({
    contentType: 'email',
    prompt: { instructions: 'Write well.' },
    steps: [
      { id: 'outline', instruction: 'Outline.', maxOutputTokens: 50 },
      { id: 'draft', instruction: 'Write.', needs: ['outline'], maxOutputTokens: 100, model: 'strong' },
      { id: 'subject', instruction: 'Name.', needs: ['outline'], maxOutputTokens: 20 },
    ],
    output: { body: 'draft', title: 'subject' },
    model: 'large',
    ...over,
  });
const brief = { contentType: 'email', topic: 'Tea' };

/** Time passes only while every call waits for it. */
class Model {
  now = 0;
  readonly requests: StepRequest[] = [];
  private waiting: { until: number; wake: () => void }[] = [];

  constructor(
    private readonly reply: (request: StepRequest) => string | Error = ({ step, draft }) => `${step} ${draft}`,
    private readonly takesMs: (request: StepRequest) => number = () => 100,
  ) {}

  readonly call: CallModel = async (request) => {
    this.requests.push(request);
    await new Promise<void>((wake) => this.waiting.push({ until: this.now + this.takesMs(request), wake }));
    const text = this.reply(request);
    if (text instanceof Error) throw text;
    return { text, calls: [] };
  };

  async run(recipe: Recipe, judge: GenerationContext['judge'] = () => 5, more: Partial<GenerationContext> = {}) {
    let isDone = false;
    const made = runWorkflow({ recipe, brief, call: this.call, judge, ...more }).finally(() => (isDone = true));
    made.catch(() => undefined);
    for (;;) {
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      if (isDone) return { made: await made, tookMs: this.now };
      const next = Math.min(...this.waiting.map(({ until }) => until));
      this.now = next;
      const [due, rest] = [
        this.waiting.filter(({ until }) => until <= next),
        this.waiting.filter(({ until }) => until > next),
      ];
      this.waiting = rest;
      due.forEach(({ wake }) => wake());
    }
  }

  steps = (): string[] => this.requests.map(({ step }) => step);
  inFlight = (): number => this.waiting.length;
}

describe('running a workflow', () => {
  it('makes body and title, each step after what it needs and with its work at hand', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith());
    expect(made).toEqual({ content: { title: 'subject 0', body: 'draft 0' }, revised: false, belowThreshold: false });
    expect(model.steps()).toEqual(['outline', 'draft', 'subject']);
    expect(model.requests[1]?.messages.at(-1)?.content).toContain('## outline\noutline 0');
  });

  it('asks the step’s own model, else the recipe’s', async () => {
    const model = new Model();
    await model.run(recipeWith({ temperature: 0.3 }));
    expect(
      model.requests.map(({ model: name, maxOutputTokens, temperature }) => [name, maxOutputTokens, temperature]),
    ).toEqual([
      ['large', 50, 0.3],
      ['strong', 100, 0.3],
      ['large', 20, 0.3],
    ]);
  });

  it('takes one step at a time, or all that can at the same time', async () => {
    expect((await new Model().run(recipeWith())).tookMs).toBe(300);
    expect((await new Model().run(recipeWith({ parallel: true }))).tookMs).toBe(200);
    expect((await new Model().run(recipeWith({ candidates: 3 }))).tookMs).toBe(500);
    expect((await new Model().run(recipeWith({ parallel: true, candidates: 3 }))).tookMs).toBe(200);
  });

  it('makes the same whether steps overlap or not', async () => {
    const slowOutline = () => new Model(undefined, ({ step }) => (step === 'outline' ? 500 : 10));
    const [one, other] = [
      await slowOutline().run(recipeWith()),
      await slowOutline().run(recipeWith({ parallel: true })),
    ];
    expect(other.made).toEqual(one.made);
  });

  it('keeps the best of several drafts, the first of equals, and asks for the title once', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith({ candidates: 3 }), (body) => (body === 'draft 0' ? 3 : 7));
    expect(made.content.body).toBe('draft 1');
    expect(model.requests.map(({ step, draft }) => `${step} ${draft}`)).toEqual([
      'outline 0',
      'draft 0',
      'draft 1',
      'draft 2',
      'subject 0',
    ]);
  });

  it('tells which text was taken for its score, and among which, of drafts and of revisions', async () => {
    const told: unknown[] = [];
    const onChosen: GenerationContext['onChosen'] = (text, among, _brief, of) => told.push([text, among, of]);
    const scores: Record<string, number> = { 'draft 1': 4, 'revise 0': 6 };
    const recipe = recipeWith({ candidates: 2, qualityThreshold: 5 });
    await new Model().run(recipe, (body) => scores[body] ?? 3, { onChosen });
    expect(told).toEqual([
      ['draft 1', ['draft 0', 'draft 1'], 'drafts'],
      ['revise 0', ['draft 1', 'revise 0'], 'revisions'],
    ]);
  });

  it('tells of no choice where there is one text', async () => {
    const onChosen = jest.fn();
    await new Model().run(recipeWith(), undefined, { onChosen });
    expect(onChosen).not.toHaveBeenCalled();
  });

  it('leaves a title out that is empty', async () => {
    const { made } = await new Model(({ step }) => (step === 'subject' ? ' \n' : 'text')).run(recipeWith());
    expect(made.content).not.toHaveProperty('title');
  });
});

it('fails where the body says nothing, whatever the other steps wrote', async () => {
  const model = new Model(({ step }) => (step === 'draft' ? ' \n' : step));
  await expect(model.run(recipeWith())).rejects.toMatchObject({
    failure: 'invalid_output',
    message: expect.stringContaining('draft'),
  });
});

describe('below the quality threshold', () => {
  const scores: Record<string, number> = { 'draft 0': 4, 'revise 0': 8 };
  const judge = (body: string): number => scores[body] ?? 0;

  it('the body is revised once, by its own model and with its text at hand', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith({ qualityThreshold: 6 }), judge);
    expect(made).toMatchObject({ content: { body: 'revise 0' }, revised: true, belowThreshold: false });
    const revision = model.requests.at(-1);
    expect([revision?.step, revision?.model]).toEqual(['revise', 'strong']);
    expect(revision?.messages.at(-1)?.content).toContain('## draft\ndraft 0');
  });

  it('the better of the two is delivered, with a flag if it is still below', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith({ qualityThreshold: 9 }), (body) => (body === 'draft 0' ? 5 : 4));
    expect(made).toMatchObject({ content: { body: 'draft 0' }, revised: true, belowThreshold: true });
    expect(model.steps().filter((step) => step === 'revise')).toHaveLength(1);
  });

  it('nothing is revised that reaches it, or where there is none', async () => {
    for (const qualityThreshold of [0, 4]) {
      const model = new Model();
      const { made } = await model.run(recipeWith({ qualityThreshold }), judge);
      expect(made).toMatchObject({ revised: false, belowThreshold: false });
      expect(model.steps()).not.toContain('revise');
    }
  });
});

describe('when a step fails', () => {
  const failing = (at: string) =>
    new Model(
      ({ step }) => (step === at ? new Error(`${step} is out of order`) : 'text'),
      ({ step }) => (step === 'subject' ? 900 : 100),
    );

  it.each([false, true])('the workflow fails with its error (parallel: %s)', async (parallel) => {
    await expect(failing('outline').run(recipeWith({ parallel }))).rejects.toThrow('outline is out of order');
  });

  it('what needs it is not begun', async () => {
    const model = failing('outline');
    await expect(model.run(recipeWith({ parallel: true }))).rejects.toThrow();
    expect(model.steps()).toEqual(['outline']);
  });

  it('it ends only when every call in flight has ended, so that what they cost is known', async () => {
    const model = failing('draft');
    await expect(model.run(recipeWith({ parallel: true, candidates: 2 }))).rejects.toThrow('draft is out of order');
    expect(model.inFlight()).toBe(0);
    expect(model.now).toBe(1000);
  });
});

const steps = (...all: object[]) => ({
  steps: all.map((step) => ({ instruction: '.', maxOutputTokens: 9, ...step })),
});

describe('steps that are run under a condition', () => {
  const edited = recipeWith({
    ...steps(
      { id: 'draft', language: 'en' },
      { id: 'critique', needs: ['draft'], when: { qualityBelow: { step: 'draft' } } },
      { id: 'revised', revises: 'draft', needs: ['critique'], when: { qualityBelow: { step: 'draft' } } },
      { id: 'translated', revises: 'revised', when: { languageOtherThan: 'en' } },
    ),
    output: { body: 'translated' },
    qualityThreshold: 6,
  });
  const german = { ...brief, language: 'de' };

  it('where none is due, what was written first is delivered', async () => {
    const model = new Model();
    const happened: string[] = [];
    const onStep = (step: string, state: string): void => void happened.push(`${step} ${state}`);
    const { made } = await model.run(edited, () => 8, { onStep });
    expect(made).toEqual({ content: { body: 'draft 0' }, revised: false, belowThreshold: false });
    expect(model.steps()).toEqual(['draft']);
    expect(happened).toEqual([
      'draft started',
      'draft finished',
      'critique skipped',
      'revised skipped',
      'translated skipped',
    ]);
  });

  it('what is poor is criticised and revised, with the critique at hand, and not once more after that', async () => {
    const model = new Model();
    const { made } = await model.run(edited, (text) => (text === 'draft 0' ? 3 : 5));
    expect(model.steps()).toEqual(['draft', 'critique', 'revised']);
    expect(model.requests.at(-1)?.messages.at(-1)?.content).toContain('## critique\ncritique 0\n## draft\ndraft 0');
    expect(made).toEqual({ content: { body: 'revised 0' }, revised: true, belowThreshold: true });
  });

  it('a revision that is worse than what it revises does not stand', async () => {
    const { made } = await new Model().run(edited, (text) => (text === 'draft 0' ? 3 : 2));
    expect(made.content.body).toBe('draft 0');
  });

  it('each step is asked, and judged, in the language that it writes', async () => {
    const model = new Model();
    const judged: string[] = [];
    const judge: GenerationContext['judge'] = (text, { language }) => judged.push(`${text} ${language}`) && 8;
    const { made } = await model.run(edited, judge, { brief: german });
    expect(made.content.body).toBe('translated 0');
    const languages = model.requests.map(({ messages }) => /Language: (\w+)/.exec(messages.at(-1)?.content ?? '')?.[1]);
    expect(languages).toEqual(['en', 'de']);
    expect(judged).toEqual(['draft 0 en', 'draft 0 en', 'translated 0 de']);
  });
});

describe('a text that is written section by section', () => {
  const outlined = (over: object = {}) =>
    recipeWith({
      ...steps({ id: 'outline' }, { id: 'draft', sectionsOf: { step: 'outline', fromWords: 500 } }),
      output: { body: 'draft' },
      ...over,
    });
  const model = () =>
    new Model(({ step, section }) => (step === 'outline' ? '1. Why\n2. How\n3. Next' : `section ${section}\n`));
  const long = { brief: { ...brief, length: 900 } };

  it('has a call for each section, and is one text', async () => {
    const asked = model();
    const { made, tookMs } = await asked.run(outlined(), undefined, long);
    expect(made.content.body).toBe('section 0\n\nsection 1\n\nsection 2');
    expect(asked.requests[2]?.messages.at(-1)?.content).toMatch(/number 2 of 3, in about 300 words[^]*2\. How$/);
    expect(tookMs).toBe(400);
  });

  it('at the same time, where steps are', async () => {
    const { made, tookMs } = await model().run(outlined({ parallel: true }), undefined, long);
    expect(made.content.body).toBe('section 0\n\nsection 1\n\nsection 2');
    expect(tookMs).toBe(200);
  });

  it('several times, where there are several drafts', async () => {
    const asked = model();
    await asked.run(outlined({ candidates: 2 }), undefined, long);
    expect(asked.requests.map(({ draft, section }) => `${draft}/${section}`).slice(1)).toEqual([
      '0/0',
      '0/1',
      '0/2',
      '1/0',
      '1/1',
      '1/2',
    ]);
  });

  it('in one go, where it is short', async () => {
    const asked = model();
    await asked.run(outlined(), undefined, { brief: { ...brief, length: 499 } });
    expect(asked.steps()).toEqual(['outline', 'draft']);
  });
});

describe('what is delivered', () => {
  it('is a title without its wrapping, and what else the recipe names', async () => {
    const recipe = recipeWith({
      ...steps({ id: 'draft' }, { id: 'headline' }, { id: 'seo' }),
      output: { body: 'draft', title: 'headline', extras: ['seo'] },
    });
    for (const written of [
      '# Tea is warm',
      '"Tea is warm"',
      '**Tea is warm**\n\nI chose it because',
      ' Tea is warm ',
    ]) {
      const { made } = await new Model(({ step }) => (step === 'headline' ? written : `${step} \n`)).run(recipe);
      expect(made.content).toEqual({ title: 'Tea is warm', body: 'draft \n', extras: { seo: 'seo' } });
    }
  });

  it('asks each step with its own settings', async () => {
    const model = new Model();
    const own = { fallbacks: ['other'], timeoutMs: 500, temperature: 0 };
    await model.run(recipeWith({ ...steps({ id: 'draft', ...own }), output: { body: 'draft' } }));
    expect(model.requests[0]).toMatchObject(own);
  });
});

describe('an output that must be JSON of a schema', () => {
  const schema = { type: 'object', required: ['title'], properties: { title: { type: 'string' } } };
  const recipe = recipeWith({
    ...steps({ id: 'draft' }),
    output: { body: 'draft', schema },
    qualityThreshold: 9,
  });
  const answering = (...answers: string[]) => new Model(() => answers.shift() ?? 'nothing left to say');

  it('is asked for as such, and freed of its fence', async () => {
    const model = answering('Here you are:\n```json\n{"title": "Tea"}\n```');
    const { made } = await model.run(recipe);
    expect(made).toEqual({ content: { body: '{"title": "Tea"}' }, revised: false, belowThreshold: false });
    expect(model.requests[0]?.responseSchema).toEqual(schema);
    expect(model.requests[0]?.messages.at(-1)?.content).toContain(JSON.stringify(schema));
  });

  it.each([
    ['is no JSON', 'Tea', 'not JSON'],
    ['does not fit', '{"title": 7}', 'title'],
  ])('is asked for once more where it %s, told what is wrong', async (_, first, wrong) => {
    const model = answering(first, '{"title": "Tea"}');
    const { made } = await model.run(recipe);
    expect(made).toMatchObject({ content: { body: '{"title": "Tea"}' }, revised: true });
    const [, again] = model.requests;
    expect(again?.messages.at(-1)?.content).toContain(wrong);
    expect(again?.responseSchema).toEqual(schema);
  });

  it('fails with its class where it does not fit then either', async () => {
    const model = answering('Tea', '{"title": 7}', '{"title": "too late"}');
    await expect(model.run(recipe)).rejects.toMatchObject({ failure: 'invalid_output' });
    expect(model.requests).toHaveLength(2);
  });
});

describe('a brand’s rules', () => {
  const rules = { styleGuide: 'Be kind.', bannedTerms: ['cheap'] };
  const brand = brandSchema.parse(rules);
  const answering = (answers: Record<string, string>) => new Model(({ step }) => answers[step] ?? step);

  it('are told to every step, and cost nothing where they are kept', async () => {
    const model = answering({});
    const { made } = await model.run(recipeWith(), undefined, { brand });
    expect(model.requests.every(({ messages }) => messages[0]?.content.includes('Be kind.'))).toBe(true);
    expect(model.steps()).toEqual(['outline', 'draft', 'subject']);
    expect(made).not.toHaveProperty('brand');
  });

  it('are put right once, where a text or its title breaks them', async () => {
    const model = answering({ draft: 'A cheap tea.', subject: 'Cheap tea', revise: 'A fair tea.' });
    const { made } = await model.run(recipeWith(), undefined, { brand });
    expect(model.steps()).toEqual(['outline', 'draft', 'subject', 'revise', 'revise']);
    expect(model.requests.at(-1)?.messages.at(-1)?.content).toContain('"Cheap" must not be used');
    expect(made).toMatchObject({
      content: { title: 'A fair tea.', body: 'A fair tea.' },
      revised: true,
      brand: { found: [{ found: 'cheap' }, { found: 'Cheap' }], left: [] },
    });
  });

  it('are delivered broken, with a flag, where that was in vain', async () => {
    const model = answering({ draft: 'A cheap tea.', revise: 'Cheap, cheap tea.' });
    const { made } = await model.run(recipeWith(), undefined, { brand });
    expect(made).toMatchObject({
      content: { body: 'A cheap tea.' },
      brand: { left: [{ rule: 'banned', found: 'cheap' }] },
    });
  });

  it('or fail it, where the brand wants that', async () => {
    const strict = brandSchema.parse({ ...rules, onViolation: 'fail' });
    const failing = answering({ draft: 'A cheap tea.', revise: 'A cheap tea.' }).run(recipeWith(), undefined, {
      brand: strict,
    });
    await expect(failing).rejects.toThrow(OutputRefused);
    await expect(failing).rejects.toMatchObject({ failure: 'banned_terms', message: expect.stringContaining('cheap') });
  });
});
