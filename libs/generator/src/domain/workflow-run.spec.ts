import { type Recipe, recipeSchema } from '@contentflow/contracts';
import { type CallModel, runWorkflow, type StepRequest } from './workflow-run.ts';

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

  async run(recipe: Recipe, judge: (body: string) => number = () => 5) {
    let isDone = false;
    const made = runWorkflow(recipe, brief, this.call, judge).finally(() => (isDone = true));
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
    expect(made).toEqual({ title: 'subject 0', body: 'draft 0', revised: false, belowThreshold: false });
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
    expect(made.body).toBe('draft 1');
    expect(model.requests.map(({ step, draft }) => `${step} ${draft}`)).toEqual([
      'outline 0',
      'draft 0',
      'draft 1',
      'draft 2',
      'subject 0',
    ]);
  });

  it('leaves a title out that is empty', async () => {
    const { made } = await new Model(({ step }) => (step === 'subject' ? ' \n' : 'text')).run(recipeWith());
    expect(made).not.toHaveProperty('title');
  });
});

describe('below the quality threshold', () => {
  const scores: Record<string, number> = { 'draft 0': 4, 'revise 0': 8 };
  const judge = (body: string): number => scores[body] ?? 0;

  it('the body is revised once, by its own model and with its text at hand', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith({ qualityThreshold: 6 }), judge);
    expect(made).toMatchObject({ body: 'revise 0', revised: true, belowThreshold: false });
    const revision = model.requests.at(-1);
    expect([revision?.step, revision?.model]).toEqual(['revise', 'strong']);
    expect(revision?.messages.at(-1)?.content).toContain('## draft\ndraft 0');
  });

  it('the better of the two is delivered, with a flag if it is still below', async () => {
    const model = new Model();
    const { made } = await model.run(recipeWith({ qualityThreshold: 9 }), (body) => (body === 'draft 0' ? 5 : 4));
    expect(made).toMatchObject({ body: 'draft 0', revised: true, belowThreshold: true });
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
