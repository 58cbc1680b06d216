import { HypothesisProposed, newEvent, RecipeRegistered, recipeSchema } from '@contentflow/contracts';
import { LedgerModule } from '@contentflow/ledger';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { run as intervene } from './intervene.ts';
import { run as proposals } from './proposals.ts';

describe('a person’s answers, on the command line', () => {
  let service: TestedService;
  let url: string;
  const said: string[] = [];
  const options = () => ({ url, by: 'ada', status: 'waiting', reason: 'I have read it' });

  beforeAll(async () => {
    service = await startTestedService({ services: [LedgerModule], clock: new SteppedClock(), hasLedger: true });
    await service.app.listen(0, '127.0.0.1');
    url = await service.app.getUrl();
    await service.happened(registered, proposed('first'), proposed('second'));
    await service.answer('PUT', '/v1/autonomy', { levers: { model: 'propose' }, reason: 'we look first' });
  });
  beforeEach(() => {
    said.length = 0;
    jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => service.close());

  it('are listed, given once or twice alike, and kept with the name of who gave them', async () => {
    await proposals(options());
    expect(said.join('\n')).toMatch(/first {2}waiting, until \S+ {2}email, model \(hypothesis\): it is cheaper/);
    await proposals(options(), 'approve', 'first');
    await proposals(options(), 'approve', 'first');
    await proposals(options(), 'refuse', 'second');
    expect(said.slice(-3)).toEqual(['first: approved', 'first: approved', 'second: refused']);
    said.length = 0;
    await proposals(options());
    expect(said).toEqual(['nothing']);
    await proposals({ ...options(), status: 'all', json: true });
    expect(JSON.parse(said.at(-1) ?? '')).toMatchObject([
      { id: 'first', answer: { by: 'ada' } },
      { id: 'second', answer: { by: 'ada' } },
    ]);
  });

  it('pin and let go, and set a threshold', async () => {
    await intervene(options(), 'pin', 'email/prompt');
    expect(await service.get('/v1/pins')).toMatchObject({
      items: [{ contentType: 'email', lever: 'prompt', by: 'ada' }],
    });
    await intervene(options(), 'unpin', 'email/prompt');
    await intervene({ ...options(), threshold: 6.5 }, 'threshold', 'email');
    expect(said).toEqual(['pin email/prompt: done', 'unpin email/prompt: done', 'threshold email: done']);
  });

  it.each([
    ['an unknown proposal', () => proposals(options(), 'approve', 'nobody'), /no proposal with id "nobody"/],
    ['no proposal', () => proposals(options(), 'approve'), /which proposal/],
    ['no reason', () => proposals({ ...options(), reason: '' }, 'approve', 'first'), /--reason/],
    ['an unknown action', () => proposals(options(), 'accept', 'first'), /list, approve, refuse/],
    ['a pin of nothing', () => intervene(options(), 'pin', 'email'), /email\/model/],
    ['a threshold of nothing', () => intervene(options(), 'threshold', 'email'), /--threshold/],
    ['an unknown experiment', () => intervene(options(), 'stop', 'nobody'), /no experiment/],
    ['an unknown improvement', () => intervene(options(), 'restore', 'nobody'), /no improvement/],
    ['nobody there', () => proposals({ ...options(), url: 'http://127.0.0.1:9' }), /nothing answers.*--url/],
  ])('name %s', async (_, answering, problem) => {
    await expect(answering()).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(problem) });
  });
});

const registered = newEvent(RecipeRegistered, {
  subject: 'email',
  data: {
    contentType: 'email',
    recipe: recipeSchema.parse({
      contentType: 'email',
      prompt: { instructions: 'Write.' },
      steps: [{ id: 'body', instruction: 'Write.', maxOutputTokens: 100 }],
      output: { body: 'body' },
      model: 'large',
    }),
    version: 'v',
    source: 'test',
  },
  time: 0,
  cause: { id: 'email' },
});
const proposed = (hypothesisId: string) =>
  newEvent(HypothesisProposed, {
    subject: 'email',
    data: {
      hypothesisId,
      kind: 'model_selection',
      contentType: 'email',
      lever: 'model',
      change: { kind: 'use_model', model: 'small' },
      metric: 'cost',
      reason: 'it is cheaper',
      context: 'c',
      expectedGain: 0.3,
      basis: { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} },
    },
    time: 0,
    cause: { id: hypothesisId },
  });
