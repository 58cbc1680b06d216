import {
  defaultPolicy,
  ExperimentConcluded,
  ExperimentRegistered,
  ExperimentStarted,
  HypothesisProposed,
  ImprovementApplied,
  type Lever,
  newEvent,
  type Policy,
  PolicyChanged,
  PromptCandidateDrafted,
  PromptCandidateScreened,
  PromptCandidatesRequested,
  type RecipeChange,
  RecipeRegistered,
  Topic,
  withRegistration,
} from '@contentflow/contracts';
import {
  type Account,
  assign,
  type Decided,
  decided,
  type Experiment,
  type PredictionOutcome,
  type Improvement,
  initialSystemState,
  type SystemState,
  systemState,
} from '@contentflow/decisions';
import { evolve, type NewEvent, type Random, seededRandom } from '@contentflow/kernel';
import { START_MS, startTestedService, SteppedClock, type TestedService } from '@contentflow/nest-platform/testing';
import { designOf } from './domain/experiments/registration.ts';
import { noStatistics } from './domain/arm-statistics.ts';
import { OptimizerModule } from './index.ts';
import { basis, drawn, HOUR, measured, MINUTE, recipe } from './testing/traffic.ts';

/** It finds nothing by itself: what is in the portfolio, the test says. */
const policy: Policy = {
  ...defaultPolicy,
  experiments: { ...defaultPolicy.experiments, ramp: [0.5] },
  hypotheses: { ...defaultPolicy.hypotheses, minGenerations: 1e9 },
};
const smaller: RecipeChange = { kind: 'use_model', model: 'small' };
const direct: RecipeChange = { kind: 'drop_step', step: 'outline' };

describe('the portfolio, in the running optimizer', () => {
  let clock: SteppedClock;
  let random: Random;
  let service: TestedService;
  let made = 0;
  let together = 0.25;

  beforeEach(async () => {
    clock = new SteppedClock();
    random = seededRandom('portfolio');
    together = 0.25;
    service = await startTestedService({ services: [OptimizerModule.of()], clock });
    await decide(
      decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
      decided(PolicyChanged, 'policy', { policy, version: 'test', by: 'test' }),
    );
  });
  afterEach(() => service.close());

  const decide = (...decisions: Decided[]): Promise<void> =>
    service.happened(
      ...decisions.map(({ definition, subject, data }) =>
        newEvent(definition, { subject, data: { basis, ...data }, time: clock.now(), cause: { id: `${made++}` } }),
      ),
    );

  /** An experiment of an hour that ends in an improvement, as the ledger tells it. */
  async function found(id: string, lever: Lever, change: RecipeChange): Promise<void> {
    const about = { experimentId: `found-${id}`, contentType: 'email', lever, change };
    const candidate = { ...about, origin: { kind: 'hypothesis' as const, id: `h-${id}` }, metric: 'cost' as const };
    const traffic = {
      kind: 'register' as const,
      traffic: noStatistics,
      overMs: HOUR,
      level: 0.05,
      round: 0,
      spentToday: 0,
      predictionOutcomes: [],
      spans: [],
    };
    const design = designOf({ ...traffic, candidate: { ...candidate, context: '', isOfReaders: false } }, policy);
    await decide(
      decided(ExperimentRegistered, about.experimentId, withRegistration({ ...candidate, design })),
      decided(ExperimentStarted, about.experimentId, { experimentId: about.experimentId }),
    );
    await minutes(8);
    const relative = { value: -0.7, lower: -0.8, upper: -0.6 };
    const cost = { control: { n: 500, mean: 0.01 }, treatment: { n: 500, mean: 0.003 }, relative, p: 0 };
    const verdict = { verdict: 'treatment', reason: 'success', metrics: { cost }, units: 1000 } as const;
    const applied = { type: `${lever}_optimization`, impact: {}, summary: '', learnedFrom: 1000, costToFind: 0 };
    await decide(
      decided(ExperimentConcluded, about.experimentId, { experimentId: about.experimentId, ...verdict }),
      decided(ImprovementApplied, id, { improvementId: id, ...about, ...applied, expiresAt: START_MS + 1e9 }),
    );
  }

  /** Traffic: by the smaller model a content costs half, without its outline as well; by both what the test says. */
  async function minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute++) {
      clock.advance(MINUTE);
      await service.settled();
      const ledger = await service.events(Topic.ledger);
      const system = ledger.reduce((state, event) => evolve(systemState, state, event), initialSystemState);
      await service.happened(...Array.from({ length: 12 }, () => generation(system)));
    }
  }
  function generation(system: SystemState): NewEvent {
    const unit = `${random.next()}`;
    const { recipe: by, assignment } = assign(system, 'email', unit, clock.now());
    const [isSmall, isDirect] = [by.model === 'small', by.steps.length < recipe.steps.length];
    const cost = 0.01 * (isSmall && isDirect ? together : isSmall || isDirect ? 0.5 : 1);
    const {
      partition: _,
      offset: __,
      ...event
    } = measured({ unit, time: clock.now(), assignment, ...drawn(random, { cost }) }, made++);
    return event;
  }

  const improvements = async () =>
    Object.fromEntries(
      (
        await service.get<{ items: (Improvement & { account: Account; prediction: PredictionOutcome | null })[] }>(
          '/v1/improvements',
        )
      ).items.map((each) => [each.improvementId, each]),
    );

  it('tests again what was found on top of an improvement that is rolled back, and tells what it brings without it', async () => {
    await found('first', 'model', smaller);
    await minutes(5);
    await found('second', 'workflow', direct);
    expect((await improvements())['second']?.account).toMatchObject({ effectFrom: 'found-second', effectRaw: 0.7 });

    await service.answer('POST', '/v1/improvements/first/rollback', { reason: 'to see' });
    await minutes(2);
    expect((await improvements())['second']).toMatchObject({
      status: 'expired',
      retestFor: 'rollback of improvement first',
    });

    await minutes(90);
    const { second } = await improvements();
    const { items } = await service.get<{ items: Experiment[] }>('/v1/experiments');
    const retest = items.find(({ origin }) => origin.kind === 'retest' && origin.id === 'second');
    expect(retest).toMatchObject({ status: 'concluded', verdict: 'treatment' });
    expect(second).toMatchObject({
      status: 'applied',
      isPartial: false,
      account: { effectFrom: retest?.experimentId },
    });
    expect(second?.account.effectRaw).toBeGreaterThan(0.45);
    expect(second?.account.effectRaw).toBeLessThan(0.55);
  });

  it('tests the second of two winners again on top of the first where they do not go together', async () => {
    together = 0.5;
    // Units without the first, of which a partial roll-out has more, would gain by the second.
    const toAll = { ...policy, watch: { ...policy.watch, partialRolloutShare: 0 } };
    await decide(decided(PolicyChanged, 'policy', { policy: toAll, version: 'to all', by: 'test' }));
    const hypotheses = { model: smaller, workflow: direct } as const;
    for (const lever of ['model', 'workflow'] as const) {
      const about = { contentType: 'email', lever, change: hypotheses[lever], metric: 'cost' as const };
      const proposed = { kind: 'test', reason: '', context: lever, expectedGain: 0.3 };
      await decide(decided(HypothesisProposed, 'email', { hypothesisId: lever, ...about, ...proposed }));
    }
    await minutes(240);
    const { items } = await service.get<{ items: Experiment[] }>('/v1/experiments');
    const [first, ...others] = Object.values(await improvements());
    expect(others).toEqual([]);
    expect(first?.status).not.toBe('rolled_back');
    const ofSecond = items.filter(({ lever }) => lever !== first?.lever).reverse();
    expect(ofSecond).toMatchObject([
      { status: 'void', reason: 'interaction', interactions: [{ stands: 'in_force', metric: 'cost' }, {}] },
      { status: 'concluded', verdict: expect.stringMatching(/none|control/) },
    ]);
  });

  it('begins wider on a lever whose improvements bring what was predicted of them', async () => {
    await found('first', 'model', smaller);
    const begun = { ...policy, experiments: defaultPolicy.experiments };
    await decide(decided(PolicyChanged, 'policy', { policy: begun, version: 'begun', by: 'test' }));
    await minutes(90);
    const { prediction } = (await improvements())['first']!;
    expect(prediction?.predicted.effect).toBeGreaterThan(0.55);
    expect(prediction?.observed.effect).toBeCloseTo(0.5, 1);

    const about = { contentType: 'email', metric: 'cost' as const, kind: 'test', reason: '' };
    const changes = { model: { kind: 'set_temperature', temperature: 0.2 }, workflow: direct } as const;
    for (const lever of ['model', 'workflow'] as const) {
      const proposed = { hypothesisId: lever, lever, change: changes[lever], context: lever, expectedGain: 0.3 };
      await decide(decided(HypothesisProposed, 'email', { ...about, ...proposed }));
    }
    await minutes(3);
    const { items } = await service.get<{ items: Experiment[] }>('/v1/experiments?status=running');
    const rampOf = (lever: Lever) => items.find((each) => each.lever === lever)?.design.ramp;
    expect(rampOf('workflow')).toEqual([0.05, 0.25, 0.5]);
    expect(rampOf('model')?.[0]).toBeGreaterThan(0.06);
  });

  it('books what drafting and trying a prompt offline cost to the prompt that came of it', async () => {
    const candidate = {
      candidateId: 'c',
      requestId: 'order',
      contentType: 'email',
      origin: 'rules',
      parent: 'p',
    } as const;
    const order = { requestId: 'order', contentType: 'email', recipe, parent: 'p', drafts: [], edits: [], lessons: [] };
    await decide(decided(PromptCandidatesRequested, 'email', { ...order, heldOut: [] }));
    const change: RecipeChange = { kind: 'replace_instructions', instructions: 'Write.' };
    const about = { subject: 'email', time: clock.now(), cause: { id: 'order' } };
    const [drafted, screened] = [
      { ...candidate, change, refused: null, cost: 0.25, simulated: true },
      { ...candidate, change, prompt: 'q', pairs: [], cost: 1.5, simulated: true },
    ];
    await service.happened(
      newEvent(PromptCandidateDrafted, { ...about, data: drafted }),
      newEvent(PromptCandidateScreened, { ...about, data: screened }),
    );
    await found('shorter', 'prompt', change);
    await found('smaller', 'model', smaller);
    const { shorter, smaller: other } = await improvements();
    expect([shorter?.account.screening, other?.account.screening]).toEqual([1.75, 0]);
  });
});
