import {
  type Assignment,
  ContentGenerated,
  type EventData,
  eventName,
  ExperimentConcluded,
  ExperimentRegistered,
  ExperimentStarted,
  GenerationMeasured,
  newEvent,
  RecipeRegistered,
  recipeSchema,
  Topic,
  withRegistration,
} from '@contentflow/contracts';
import {
  type DecisionProcedure,
  firstDifference,
  initialSystemState,
  systemState,
  type SystemState,
  makeDecisions,
} from '@contentflow/decisions';
import { evolve, folded, MINUTE_MS, emptyFold, seededRandom } from '@contentflow/kernel';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { FeedbackLearnerModule, FeedbackService, procedures } from './index.ts';

const recipe = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write it.' },
  steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 500 }],
  output: { body: 'draft' },
  model: 'm',
  style: { tone: 'formal' },
});
const assignment: Assignment = {
  recipe: 'r0',
  holdback: false,
  exposures: [],
  withheld: [],
  improvements: [],
  ledgerPosition: 1,
};

describe('the feedback learner, over the embedded log', () => {
  // What waits for a moment only, waits for the log.
  const clock = new SteppedClock(1000);
  const random = seededRandom(7);
  let service: TestedService;
  let contents = 0;

  beforeAll(async () => {
    service = await startTestedService({ services: [FeedbackLearnerModule.of()], clock });
    const data = { contentType: 'email', recipe, version: 'r0', source: 'test' };
    await append(newEvent(RecipeRegistered, { subject: 'email', time: clock.now(), cause: { id: 'recipe' }, data }));
  });
  afterAll(() => service.close());

  const append: TestedService['happened'] = (...events) => service.happened(...events);

  async function minutesPass(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE_MS);
      if (minute % 5 === 0) await service.settled();
    }
    await service.settled();
  }

  const generated = (contentId: string, exposures: Assignment['exposures'] = []) =>
    newEvent(ContentGenerated, {
      subject: contentId,
      time: clock.now(),
      cause: { id: contentId },
      data: {
        contentId,
        brief: { contentType: 'email', topic: 'A topic' },
        unit: `unit-${contentId}`,
        assignment: { ...assignment, exposures },
        worker: 'w',
        acceptedAt: clock.now(),
        calls: [],
        usage: { tokensIn: 1, tokensOut: 1, calls: 1, cost: 1, timeMs: 1, waitMs: 0, cache: 'off' },
        simulated: true,
        content: { body: 'Dear reader, '.repeat(50) },
        revised: false,
        belowThreshold: false,
      },
    });

  async function newContents(count: number, exposures: Assignment['exposures'] = []): Promise<string[]> {
    const ids = Array.from({ length: count }, () => `c-${++contents}`);
    await append(...ids.map((id) => generated(id, exposures)));
    return ids;
  }

  const post = (url: string, body: object, headers: Record<string, string> = {}) =>
    service.answer('POST', url, body, headers);
  const get = <Body>(url: string): Promise<Body> => service.get<Body>(url);
  type Items = { items: Record<string, unknown>[] };

  it('takes feedback on what was made, understands it, and refuses the rest by name', async () => {
    const [id] = await newContents(1);
    const taken = await post(`/v1/content/${id}/feedback`, {
      rating: 2,
      comment: 'Too formal.',
      rater: 'ann@example.org',
    });
    expect(taken.status).toBe(201);
    expect(taken.body).toMatchObject({
      contentId: id,
      rating: 2,
      aspects: [{ aspect: 'tone', polarity: 'negative' }],
    });

    expect((await post('/v1/content/none/feedback', { rating: 2 })).status).toBe(404);
    const wrong = await post(`/v1/content/${id}/feedback`, { rating: 9, stars: 2 });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toContain('rating');
    expect((await post(`/v1/content/${id}/engagement`, { kind: 'click' })).status).toBe(201);
    expect((await post(`/v1/content/${id}/engagement`, { kind: 'stare' })).status).toBe(400);
  });

  it('never writes down who a rater is', async () => {
    const events = await service.events(Topic.feedback);
    expect(JSON.stringify(events)).not.toContain('ann@example.org');
  });

  it('takes the same request once', async () => {
    const [id] = await newContents(1);
    const before = (await service.events(Topic.feedback)).length;
    const headers = { 'idempotency-key': 'once' };
    const answers = [
      await post(`/v1/content/${id}/feedback`, { rating: 4 }, headers),
      await post(`/v1/content/${id}/feedback`, { rating: 4 }, headers),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await service.events(Topic.feedback)).toHaveLength(before + 1);
  });

  it('hears the last word of a rater on a content', async () => {
    const [id] = await newContents(1);
    for (const rating of [1, 5, 5, 2]) await post(`/v1/content/${id}/feedback`, { rating, rater: 'changes-a-mind' });
    const given = (await service.events(Topic.feedback))
      .slice(-4)
      .map(({ data }) => (data as { replaces?: number }).replaces);
    expect(given).toEqual([undefined, 1, 5, 5]);
  });

  it('is not moved by a few who shout', async () => {
    const ids = await newContents(60);
    for (const [index, id] of ids.entries())
      await feedback().receive(id, { rating: 1, comment: 'Make it more playful.', rater: `shouter-${index % 3}` });
    await minutesPass(11);
    expect((await get<Items>('/v1/adjustments')).items).toEqual([]);
  });

  it('proposes what many different readers ask for', async () => {
    const ids = await newContents(40);
    for (const [index, id] of ids.entries())
      await feedback().receive(id, {
        rating: 2,
        comment: 'Make it friendlier, please.',
        rater: `reader-${index % 20}`,
      });
    await minutesPass(11);
    const { items } = await get<Items>('/v1/adjustments');
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      kind: 'modify_tone',
      current: 'formal',
      target: 'friendly',
      status: 'proposed',
      // One more found it too formal before: the same direction.
      support: { raters: 21, comments: 41 },
      simulated: true,
    });
  });

  it('keeps what served readers better, once its trial has ended', async () => {
    const { items } = await get<Items>('/v1/adjustments');
    const adjustment = items[0] as unknown as EventData<typeof ExperimentRegistered> & { id: string };
    await registerTrial(adjustment);
    expect((await get<Items>('/v1/adjustments')).items[0]).toMatchObject({ status: 'on_trial', experimentId: 'trial' });

    for (const variant of ['control', 'treatment'] as const) {
      const isBetter = variant === 'treatment';
      const exposures = [{ experiment: 'trial', variant, epoch: 0 }];
      const ids = await newContents(120, exposures);
      await append(...ids.map((id) => measured(id, exposures, (isBetter ? 7.6 : 7.2) + random.normal() * 0.5)));
      for (const [index, id] of ids.entries()) {
        await feedback().engage(id, { kind: 'impression' });
        if (random.next() < (isBetter ? 0.4 : 0.25)) await feedback().engage(id, { kind: 'click' });
        const rating = Math.max(1, Math.min(5, Math.round((isBetter ? 4.2 : 3.2) + random.normal() * 0.7)));
        if (index % 2 === 0) await feedback().receive(id, { rating, rater: `${variant}-${index}` });
      }
    }
    await conclude();
    await minutesPass(20);
    expect((await get<Items>('/v1/adjustments')).items[0]).toMatchObject({ status: 'on_trial' });
    await minutesPass(25);
    expect((await get<Items>('/v1/adjustments')).items[0]).toMatchObject({
      status: 'permanent',
      impact: { satisfaction: { value: expect.any(Number) } },
    });
  });

  it('shows what it has learned', async () => {
    const learning = await get<{
      ratings: number;
      curve: unknown[];
      contentTypes: { patterns: { suggestions: object } }[];
    }>('/v1/learning');
    expect(learning.ratings).toBeGreaterThan(150);
    expect(learning.curve.length).toBeGreaterThan(2);
    expect(learning.contentTypes[0]?.patterns.suggestions).toHaveProperty(['tone: friendly']);
  });

  it('took every decision so that another can take it again from the log', async () => {
    const decisions = (await service.events(Topic.decisions)).filter(({ source }) => source === 'feedback-learner');
    expect(decisions.map(({ type }) => eventName(type))).toEqual(['AdjustmentProposed', 'AdjustmentMadePermanent']);
    for (const decision of decisions) {
      const { basis } = decision.data as EventData<typeof ExperimentRegistered>;
      const procedure = procedures.find(({ name }) => name === basis.procedure) as DecisionProcedure;
      let state = emptyFold<unknown>();
      for (const topic of procedure.fold.topics)
        for (const event of await service.events(topic))
          if (event.offset < (basis.positions[`${topic}/${event.partition}`] ?? 0))
            state = folded(procedure.fold, state, event);
      let system: SystemState = initialSystemState;
      for (const entry of await service.events(Topic.ledger))
        if (entry.offset < (basis.positions[`${Topic.ledger}/0`] ?? 0)) system = evolve(systemState, system, entry);
      const again = makeDecisions(procedure, state, system, {}, { at: basis.at, code: 'test' });
      const data = again.find(({ id }) => id === decision.id)?.data as typeof decision.data;
      expect(firstDifference(basis.evidence, (data as { basis: typeof basis }).basis.evidence)).toBeUndefined();
    }
  });

  const feedback = (): FeedbackService => service.app.get(FeedbackService);

  const basis = { procedure: 'test', question: 'q', at: START_MS, evidence: {}, policy: '', code: '', positions: {} };

  async function registerTrial({
    id,
    contentType,
    lever,
    change,
    metric,
  }: EventData<typeof ExperimentRegistered> & { id: string }) {
    const time = clock.now();
    const design = {
      alpha: 0.05,
      minimumImprovement: 0.1,
      unitsPerArm: 100,
      horizonMs: 60 * MINUTE_MS,
      minimumRunMs: 0,
      longestMs: 60 * MINUTE_MS,
      lookEveryMs: MINUTE_MS,
      fewestUnits: 50,
      ramp: [0.5],
      rampStepMs: MINUTE_MS,
      stopping: 'test',
      guardrails: { quality: 0.3, success: 0.02, cost: 0.1, time: 0.1, satisfaction: 0.15 },
    };
    const origin = { kind: 'adjustment' as const, id };
    const about = { experimentId: 'trial', origin, contentType, lever, change, metric, design };
    const experiment = { ...withRegistration(about), basis };
    await append(
      newEvent(ExperimentRegistered, { subject: 'trial', time, cause: { id: 'registered' }, data: experiment }),
    );
    await append(
      newEvent(ExperimentStarted, {
        subject: 'trial',
        time,
        cause: { id: 'started' },
        data: { experimentId: 'trial', basis },
      }),
    );
  }

  const measured = (contentId: string, exposures: Assignment['exposures'], quality: number) =>
    newEvent(GenerationMeasured, {
      subject: contentId,
      time: clock.now(),
      cause: { id: `measured-${contentId}` },
      data: {
        contentId,
        contentType: 'email',
        unit: `unit-${contentId}`,
        assignment: { ...assignment, exposures },
        model: 'm',
        provider: 'p',
        outcome: 'ok',
        acceptedAt: clock.now(),
        metrics: {
          timeMs: 1,
          waitMs: 0,
          tokens: 2,
          tokensIn: 1,
          tokensOut: 1,
          calls: 1,
          cost: 1,
          quality,
          engagement: null,
        },
        measures: null,
        cacheHit: false,
        retries: 0,
        covariates: { words: 100, keyPoints: 0, material: 40, language: 'en' },
        judge: 'test',
        simulated: true,
      },
    });

  async function conclude(): Promise<void> {
    const data = {
      experimentId: 'trial',
      verdict: 'treatment' as const,
      reason: 'success' as const,
      metrics: {},
      units: 240,
      basis,
    };
    await append(
      newEvent(ExperimentConcluded, { subject: 'trial', time: clock.now(), cause: { id: 'concluded' }, data }),
    );
  }
});
