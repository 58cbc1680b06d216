import {
  type ExperimentDesign,
  ExperimentRegistered,
  HypothesisProposed,
  newEvent,
  OperatorIntervened,
  RecipeRegistered,
  recipeSchema,
  withRegistration,
} from '@contentflow/contracts';
import { startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { LedgerModule } from './index.ts';

const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };
const change = { kind: 'use_model', model: 'small' } as const;
const design: ExperimentDesign = {
  alpha: 0.05,
  minimumImprovement: 0.1,
  unitsPerArm: 1,
  horizonMs: 1,
  minimumRunMs: 0,
  longestMs: 1,
  lookEveryMs: 1,
  fewestUnits: 2,
  ramp: [0.05],
  rampStepMs: 1,
  stopping: '',
  guardrails: { quality: 0, success: 0, cost: 0, time: 0, satisfaction: 0 },
};

describe('a person’s answers, over the API', () => {
  const clock = new SteppedClock();
  let service: TestedService;
  const word = { reason: 'I have read it' };
  const post = (path: string, body: object = word, headers = {}) => service.answer('POST', path, body, headers);
  const put = (path: string, body: object) => service.answer('PUT', path, body);
  const words = async () => {
    const events = await service.events<{ action: string }>('contentflow.decisions');
    return events.filter(({ type }) => type === OperatorIntervened.type).map(({ data }) => data.action);
  };

  beforeEach(async () => {
    service = await startTestedService({ services: [LedgerModule], clock, hasLedger: true });
    await service.happened(registered(), proposed('h'));
    await put('/v1/autonomy', { levers: { model: 'propose' }, reason: 'we look first' });
  });
  afterEach(() => service.close());

  it.each([
    ["UTF-8''%C5%81ukasz%20%E5%BC%A0", 'Łukasz 张'],
    ["utf-8''ada", 'ada'],
    ["UTF-8''%", "UTF-8''%"],
    ["UTF-8''%00", "UTF-8''%00"],
    ["UTF-8''%20", "UTF-8''%20"],
    ['100% ada', '100% ada'],
  ])('knows who speaks in letters that no header carries: %s', async (said, by) => {
    expect(await post('/v1/proposals/h/approve', word, { 'x-operator': said })).toMatchObject({
      status: 200,
      body: { answer: { by } },
    });
  });

  it('lists what waits, approves it once however often it is said, and then refuses no more', async () => {
    expect(await service.get('/v1/proposals?status=waiting')).toMatchObject({ items: [{ id: 'h', lever: 'model' }] });
    const approved = { status: 200, body: { id: 'h', status: 'approved', answer: { by: 'ada', reason: word.reason } } };
    expect(await post('/v1/proposals/h/approve', word, { 'x-operator': 'ada' })).toMatchObject(approved);
    expect(await post('/v1/proposals/h/approve', word, { 'x-operator': 'bob' })).toMatchObject(approved);
    expect(await words()).toEqual(['set_autonomy', 'approve']);
    expect(await service.get('/v1/proposals?status=waiting')).toMatchObject({ items: [] });
  });

  it('refuses one, and does not approve it after that', async () => {
    expect(await post('/v1/proposals/h/refuse')).toMatchObject({ status: 200, body: { status: 'refused' } });
    expect(await post('/v1/proposals/h/refuse')).toMatchObject({ status: 200 });
    expect(await post('/v1/proposals/h/approve')).toMatchObject({ status: 409 });
    expect(await words()).toEqual(['set_autonomy', 'refuse']);
  });

  it('stops an experiment, which frees its proposal’s lever', async () => {
    await service.happened(onTrial('h'));
    expect(await post('/v1/proposals/h/refuse')).toMatchObject({ status: 409 });
    expect(await put('/v1/pins/email/model', { pinned: true, ...word })).toMatchObject({ status: 409 });
    expect(await post('/v1/experiments/e/stop')).toMatchObject({ status: 200, body: { id: 'e', status: 'void' } });
    expect(await post('/v1/experiments/e/stop')).toMatchObject({ status: 200 });
    expect(await put('/v1/pins/email/model', { pinned: true, ...word })).toMatchObject({
      body: { items: [{ contentType: 'email', lever: 'model', reason: word.reason }] },
    });
    expect(await put('/v1/pins/email/model', { pinned: false, ...word })).toMatchObject({ body: { items: [] } });
    expect(await words()).toEqual(['set_autonomy', 'stop_experiment', 'pin', 'unpin']);
  });

  it('sets a threshold', async () => {
    expect(await put('/v1/quality-thresholds/email', { threshold: 7, ...word })).toMatchObject({
      status: 200,
      body: { contentType: 'email', threshold: 7 },
    });
  });

  it.each([
    ['POST', '/v1/proposals/nobody/approve', word, 404],
    ['POST', '/v1/proposals/__proto__/refuse', word, 404],
    ['POST', '/v1/experiments/nobody/stop', word, 404],
    ['POST', '/v1/improvements/nobody/restore', word, 404],
    ['PUT', '/v1/pins/email/luck', { pinned: true, ...word }, 404],
    ['PUT', '/v1/pins/novel/model', { pinned: true, ...word }, 404],
    ['PUT', '/v1/pins/email/model', { pinned: 'yes', ...word }, 400],
    ['PUT', '/v1/quality-thresholds/novel', { threshold: 7, ...word }, 404],
    ['PUT', '/v1/quality-thresholds/email', { threshold: 17, ...word }, 400],
    ['POST', '/v1/proposals/h/approve', {}, 400],
    ['POST', '/v1/proposals/h/refuse', { reason: ' ' }, 400],
    ['POST', '/v1/proposals/h/refuse', { ...word, reasn: 'x' }, 400],
  ] as const)('answers %s %s %j with %i', async (method, path, body, status) => {
    expect((await service.answer(method, path, body)).status).toBe(status);
    expect(await words()).toEqual(['set_autonomy']);
  });

  const recipe = recipeSchema.parse({
    contentType: 'email',
    prompt: { instructions: 'Write.' },
    steps: [{ id: 'body', instruction: 'Write.', maxOutputTokens: 100 }],
    output: { body: 'body' },
    model: 'large',
  });
  const registered = () =>
    newEvent(RecipeRegistered, {
      subject: 'email',
      data: { contentType: 'email', recipe, version: 'v', source: 'test' },
      time: clock.now(),
      cause: { id: 'email' },
    });
  const about = { contentType: 'email', lever: 'model', change, metric: 'cost' } as const;
  const proposed = (hypothesisId: string) =>
    newEvent(HypothesisProposed, {
      subject: 'email',
      data: {
        hypothesisId,
        kind: 'model_selection',
        ...about,
        reason: 'it is cheaper',
        context: 'c',
        expectedGain: 0.3,
        basis,
      },
      time: clock.now(),
      cause: { id: hypothesisId },
    });
  const onTrial = (id: string) =>
    newEvent(ExperimentRegistered, {
      subject: 'e',
      data: { experimentId: 'e', ...withRegistration({ origin: { kind: 'hypothesis', id }, ...about, design }), basis },
      time: clock.now(),
      cause: { id: 'e' },
    });
});
