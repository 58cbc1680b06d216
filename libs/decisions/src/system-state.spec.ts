import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AnomalyDetected,
  AnomalyHandled,
  AnomalyResolved,
  AutonomyPaused,
  AutonomyResumed,
  DecisionSequenced,
  defaultPolicy,
  type EventDefinition,
  type ExperimentDesign,
  ExperimentConcluded,
  ExperimentLooked,
  ExperimentRegistered,
  ExperimentStarted,
  HoldbackRebased,
  HypothesisProposed,
  HypothesisRefuted,
  ImprovementApplied,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  type Lever,
  newEvent,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
  policyVersion,
  QualityThresholdRaised,
  type RecipeChange,
  RecipeRegistered,
  recipeSchema,
  ScalingDecided,
} from '@contentflow/contracts';
import { evolve } from '@contentflow/kernel';
import fc from 'fast-check';
import { withRegistration } from './registration.ts';
import {
  type Experiment,
  afterEntry,
  autonomyOf,
  autonomySetOn,
  holdbackRecipe,
  improvementsInForce,
  initialSystemState,
  levelOfNextExperiment,
  recipeInForce,
  type SystemState,
  systemState,
} from './system-state.ts';

const generation0 = recipeSchema.parse({
  contentType: 'email',
  prompt: { instructions: 'Write well.' },
  steps: [{ id: 'draft', instruction: 'Write.', maxOutputTokens: 100 }],
  output: { body: 'draft' },
  model: 'large',
});
const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };

/** The ledger, told decision by decision. */
class Ledger {
  state: SystemState = initialSystemState;

  constructor() {
    this.take(RecipeRegistered, { contentType: 'email', recipe: generation0, version: 'v', source: 'test' });
  }

  /** Takes a decision; says why it is void, if it is. */
  take(definition: EventDefinition, data: Record<string, unknown>, time = 0): string | undefined {
    const seq = this.state.position;
    const decision = {
      id: `d${seq}`,
      type: definition.type,
      source: 'test',
      subject: 's',
      time,
      data: { basis, ...data },
      correlationId: 'c',
    };
    this.state = afterEntry(this.state, { seq, previousHash: '', hash: '', hashVersion: 2 as const, decision });
    const last = this.state.void.at(-1);
    return last?.seq === seq ? last.reason : undefined;
  }

  propose = (hypothesisId: string, lever: Lever = 'model') =>
    this.take(HypothesisProposed, {
      hypothesisId,
      contentType: 'email',
      lever,
      kind: 'test',
      change,
      metric: 'cost',
      reason: '',
      context: 'c',
      expectedGain: 0.2,
    });
  register = (
    experimentId: string,
    over: { lever?: Lever; change?: RecipeChange; origin?: Experiment['origin'] } = {},
    registeredAs: { registration?: string } = {},
  ) => {
    const registered = withRegistration({
      experimentId,
      origin: { kind: 'hypothesis' as const, id: `of-${experimentId}` },
      contentType: 'email',
      lever: 'model' as const,
      change,
      metric: 'cost' as const,
      design: {} as ExperimentDesign,
      ...over,
    });
    return this.take(ExperimentRegistered, { ...registered, ...registeredAs });
  };
  start = (experimentId: string, at = 10) => this.take(ExperimentStarted, { experimentId }, at);
  look = (experimentId: string, look: number) =>
    this.take(ExperimentLooked, { experimentId, look, metrics: {}, sampleRatio: { p: 1, broken: false } });
  conclude = (experimentId: string, verdict = 'treatment', p = 0.001, at = 0) =>
    this.take(
      ExperimentConcluded,
      {
        experimentId,
        verdict,
        reason: verdict === 'void' ? 'sample_ratio' : 'success',
        metrics: {
          cost: {
            control: { n: 9, mean: 2 },
            treatment: { n: 9, mean: 1 },
            relative: { value: -0.5, lower: -1, upper: 0 },
            p,
          },
        },
        units: 18,
      },
      at,
    );
  apply = (improvementId: string, experimentId: string, over: { lever?: Lever; change?: RecipeChange } = {}, at = 0) =>
    this.take(
      ImprovementApplied,
      {
        improvementId,
        experimentId,
        contentType: 'email',
        lever: 'model',
        change,
        type: '',
        impact: {},
        summary: '',
        learnedFrom: 1,
        costToFind: 0,
        expiresAt: 100,
        ...over,
      },
      at,
    );
  rollBack = (improvementId: string) =>
    this.take(ImprovementRolledBack, { improvementId, reason: 'it hurts', by: 'person', impact: {} }, 50);

  /** From a hypothesis to the improvement it became. */
  improve(name: string, lever: Lever, change: RecipeChange, at = 0): this {
    this.register(`e-${name}`, { lever, change });
    this.start(`e-${name}`, at);
    this.conclude(`e-${name}`, 'treatment', 0.001, at + 600);
    this.apply(name, `e-${name}`, { lever, change }, at + 600);
    return this;
  }
}
const change: RecipeChange = { kind: 'use_model', model: 'small' };
const instructions = { kind: 'replace_instructions' as const, instructions: 'Write better.' };
const temperature = { kind: 'set_temperature' as const, temperature: 0.3 };

describe('decisions that are void', () => {
  it('a second experiment on a lever that another one holds', () => {
    const ledger = new Ledger();
    ledger.register('first');
    expect(ledger.register('second')).toBe('experiment first holds the lever');
    expect(ledger.register('other', { lever: 'prompt' })).toBeUndefined();
    expect(Object.keys(ledger.state.experiments)).toEqual(['first', 'other']);
  });

  it('a registration that is not the hash of what it registers: its verdict counts for nothing either', () => {
    const ledger = new Ledger();
    expect(ledger.register('e', {}, { registration: 'changed afterwards' })).toBe(
      'its registration is not the hash of its design',
    );
    expect(ledger.start('e')).toBe('a start needs a registration before it');
    expect(ledger.conclude('e')).toBe('a verdict needs a running experiment');
    expect(ledger.state.experiments).toEqual({});
  });

  it('a start without a registration, and a second start', () => {
    const ledger = new Ledger();
    expect(ledger.start('e')).toBe('a start needs a registration before it');
    ledger.register('e');
    expect(ledger.start('e')).toBeUndefined();
    expect(ledger.start('e')).toBe('a start needs a registration before it');
  });

  it('a look or a verdict on what does not run, and a second verdict', () => {
    const ledger = new Ledger();
    ledger.register('e');
    expect(ledger.look('e', 1)).toBe('a look needs a running experiment');
    expect(ledger.conclude('e')).toBe('a verdict needs a running experiment');
    ledger.start('e');
    ledger.conclude('e', 'control');
    expect(ledger.conclude('e', 'treatment')).toBe('a verdict needs a running experiment');
    expect(ledger.state.experiments['e']).toMatchObject({ status: 'concluded', verdict: 'control' });
  });

  it('an improvement that no experiment supports, or that is applied already', () => {
    const ledger = new Ledger();
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
    ledger.register('e');
    ledger.start('e');
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
    ledger.conclude('e', 'treatment');
    expect(ledger.apply('i', 'e')).toBeUndefined();
    expect(ledger.apply('i', 'e')).toBe('applied already');
    expect(ledger.state.improvements).toHaveLength(1);
  });

  it.each(['control', 'none', 'void'])('an improvement whose experiment ended in %s', (verdict) => {
    const ledger = new Ledger();
    ledger.register('e');
    ledger.start('e');
    ledger.conclude('e', verdict);
    expect(ledger.apply('i', 'e')).toBe('no experiment supports it');
  });

  it('a second rollback, and whatever else comes after the first', () => {
    const ledger = new Ledger().improve('i', 'model', change);
    expect(ledger.rollBack('i')).toBeUndefined();
    expect(ledger.rollBack('i')).toBe('the improvement is rolled_back');
    expect(ledger.take(ImprovementConfirmed, { improvementId: 'i', impact: {} })).toBe(
      'the improvement is rolled_back',
    );
    expect(ledger.take(ImprovementExpired, { improvementId: 'i' })).toBe('the improvement is rolled_back');
    expect(ledger.rollBack('nothing')).toBe('no such improvement');
  });

  it('a second generation 0, a hypothesis that is open, an anomaly that is open or was never seen', () => {
    const ledger = new Ledger();
    expect(ledger.take(RecipeRegistered, { contentType: 'email', recipe: { ...generation0, model: 'x' } })).toMatch(
      /registered already/,
    );
    ledger.propose('h');
    expect(ledger.propose('h')).toBe('the hypothesis is open already');
    const anomaly = { anomalyId: 'a', rule: 'high_cost', contentType: 'email', model: 'large' };
    ledger.take(AnomalyDetected, anomaly);
    expect(ledger.take(AnomalyDetected, { ...anomaly, anomalyId: 'b' })).toBe('the anomaly is open already');
    expect(ledger.take(AnomalyResolved, { anomalyId: 'b' })).toBe('no such open anomaly');
    expect(ledger.take(AnomalyResolved, { anomalyId: 'a' })).toBeUndefined();
    expect(ledger.state.openAnomalies).toEqual({});
  });

  it('change nothing but the list of the void, and the place in the ledger', () => {
    const ledger = new Ledger();
    const before = ledger.state;
    ledger.start('nothing');
    expect({ ...ledger.state, void: [], position: 0 }).toEqual({ ...before, void: [], position: 0 });
    expect(ledger.state.position).toBe(before.position + 1);
    expect(ledger.state.void).toEqual([
      { seq: 1, id: 'd1', type: ExperimentStarted.type, reason: 'a start needs a registration before it' },
    ]);
  });

  it('are listed, the last two hundred of them', () => {
    const ledger = new Ledger();
    for (let count = 0; count < 205; count++) ledger.start('nothing');
    expect(ledger.state.void).toHaveLength(200);
    expect(ledger.state.void[0]?.seq).toBe(6);
  });
});

describe('hypotheses and their experiments', () => {
  it('a hypothesis is tested, then supported or refuted', () => {
    const ledger = new Ledger();
    const origin = { kind: 'hypothesis' as const, id: 'h' };
    const status = () => ledger.state.hypotheses['h']?.status;
    ledger.propose('h');
    ledger.register('e', { origin });
    expect(status()).toBe('testing');
    ledger.start('e');
    ledger.conclude('e');
    ledger.apply('i', 'e');
    expect(status()).toBe('supported');
    ledger.take(HypothesisRefuted, { hypothesisId: 'h', experimentId: 'e', context: 'c', reason: '' });
    expect(status()).toBe('refuted');
  });

  it('a void experiment says nothing of its hypothesis: it waits for another', () => {
    const ledger = new Ledger();
    ledger.propose('h');
    ledger.register('e', { origin: { kind: 'hypothesis', id: 'h' } });
    ledger.start('e');
    ledger.conclude('e', 'void');
    expect(ledger.state.hypotheses['h']?.status).toBe('proposed');
    expect(ledger.state.experiments['e']?.status).toBe('void');
  });

  it('every test costs of the error control; a discovery earns, a void one does not', () => {
    const levelAfter = (...verdicts: string[]): number => {
      const ledger = new Ledger();
      verdicts.forEach((verdict, index) => {
        ledger.register(`e${index}`);
        ledger.start(`e${index}`);
        ledger.conclude(`e${index}`, verdict, verdict === 'treatment' ? 1e-9 : 0.3);
      });
      return levelOfNextExperiment(ledger.state);
    };
    expect(levelAfter('none')).toBeLessThan(levelAfter());
    expect(levelAfter('treatment')).toBeGreaterThan(levelAfter('void'));
    expect(levelAfter('treatment', 'treatment', 'treatment')).toBeLessThanOrEqual(0.05);
  });
});

describe('the recipe in force', () => {
  it('is generation 0 with every improvement in the order applied', () => {
    const ledger = new Ledger().improve('a', 'model', change).improve('b', 'model', { ...change, model: 'smallest' });
    expect(recipeInForce(ledger.state, 'email').model).toBe('smallest');
    expect(ledger.state.generation0['email']).toEqual(generation0);
  });

  it('loses what is rolled back from the middle of the stack, and keeps the rest', () => {
    const ledger = new Ledger()
      .improve('a', 'model', change)
      .improve('b', 'prompt', instructions)
      .improve('c', 'workflow', temperature);
    ledger.rollBack('b');
    expect(improvementsInForce(ledger.state, 'email').map(({ improvementId }) => improvementId)).toEqual(['a', 'c']);
    expect(recipeInForce(ledger.state, 'email')).toEqual({ ...generation0, model: 'small', temperature: 0.3 });
    expect(ledger.state.improvements[1]).toMatchObject({ status: 'rolled_back', endedAt: 50, endReason: 'it hurts' });
  });

  it('gets back what an improvement had covered when that one is rolled back', () => {
    const ledger = new Ledger().improve('a', 'model', change).improve('b', 'model', { ...change, model: 'smallest' });
    ledger.rollBack('b');
    expect(recipeInForce(ledger.state, 'email').model).toBe('small');
  });

  it('is generation 0 again, bit for bit, when everything is rolled back in any order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c'], { minLength: 3 }), (order) => {
        const ledger = new Ledger()
          .improve('a', 'model', change)
          .improve('b', 'prompt', instructions)
          .improve('c', 'workflow', temperature);
        order.forEach(ledger.rollBack);
        expect(recipeInForce(ledger.state, 'email')).toEqual(generation0);
      }),
    );
  });

  it('keeps an improvement that waits for its re-test, and a confirmed one gets a new date', () => {
    const ledger = new Ledger().improve('a', 'model', change);
    ledger.take(ImprovementExpired, { improvementId: 'a' });
    expect(recipeInForce(ledger.state, 'email').model).toBe('small');
    ledger.take(ImprovementConfirmed, { improvementId: 'a', impact: {} }, 1000);
    expect(ledger.state.improvements[0]).toMatchObject({
      status: 'confirmed',
      expiresAt: 1000 + defaultPolicy.watch.expiresAfterMs,
    });
  });

  it('has the quality threshold that was raised last', () => {
    const ledger = new Ledger();
    ledger.take(QualityThresholdRaised, { contentType: 'email', from: 0, to: 6.5 });
    ledger.take(QualityThresholdRaised, { contentType: 'email', from: 6.5, to: 7 });
    expect(recipeInForce(ledger.state, 'email').qualityThreshold).toBe(7);
  });

  it('is asked in vain for an unknown content type', () => {
    expect(() => recipeInForce(initialSystemState, 'poem')).toThrow('no recipe for content type "poem"');
  });
});

describe('what rests on an improvement that is rolled back', () => {
  /** Each found in an hour of its own, one after the other. */
  function stack(): Ledger {
    const ledger = new Ledger();
    const found: [string, Lever, RecipeChange][] = [
      ['a', 'model', change],
      ['b', 'prompt', instructions],
      ['c', 'workflow', temperature],
    ];
    found.forEach(([name, lever, of], hour) => ledger.improve(name, lever, of, hour * 1000));
    return ledger;
  }
  const doubts = (ledger: Ledger) => ledger.state.improvements.map(({ doubt }) => doubt?.id);

  it('is in doubt, whoever took that back; what came before it is not', () => {
    const ledger = stack();
    ledger.rollBack('b');
    expect(doubts(ledger)).toEqual([undefined, undefined, 'b']);
    expect(ledger.state.improvements[2]?.doubt).toEqual({ cause: 'rollback', id: 'b', action: 'retest_improvement' });
  });

  it('waits for its re-test under that name, until it is confirmed', () => {
    const ledger = stack();
    ledger.rollBack('b');
    ledger.take(ImprovementExpired, { improvementId: 'c', reason: 'rollback of improvement b' });
    expect(ledger.state.improvements[2]).toMatchObject({ status: 'expired', retestFor: 'rollback of improvement b' });
    expect(doubts(ledger)).toEqual([undefined, undefined, undefined]);
    ledger.take(ImprovementConfirmed, { improvementId: 'c', impact: {} }, 5000);
    expect(ledger.state.improvements[2]).not.toHaveProperty('retestFor');
  });

  it('stays with the rollback that an anomaly asked for', () => {
    const ledger = stack();
    ledger.take(AnomalyHandled, { anomalyId: 'x', action: 'roll_back_improvement', target: 'c' });
    ledger.rollBack('b');
    expect(ledger.state.improvements[2]?.doubt).toEqual({ cause: 'anomaly', id: 'x', action: 'roll_back_improvement' });
  });
});

describe('adjustments', () => {
  const adjustment = {
    adjustmentId: 'a',
    kind: 'modify_tone',
    contentType: 'email',
    lever: 'style',
    change: { kind: 'set_tone', tone: 'warm' },
    metric: 'satisfaction',
    current: 'formal',
    target: 'warm',
    support: { comments: 30, raters: 12 },
  };
  const estimate = { value: 0.1, lower: 0, upper: 0.2 };
  const permanent = {
    ...adjustment,
    experimentId: 'e',
    impact: { quality: estimate, engagement: estimate, satisfaction: estimate },
  };

  it('become improvements when their trial says so, and not before it', () => {
    const ledger = new Ledger();
    ledger.take(AdjustmentProposed, adjustment);
    expect(ledger.take(AdjustmentProposed, { ...adjustment, adjustmentId: 'b' })).toBe('adjustment a is open');
    expect(ledger.take(AdjustmentMadePermanent, permanent)).toBe('the adjustment is not on trial');
    ledger.register('e', { lever: 'style', origin: { kind: 'adjustment', id: 'a' } });
    expect(ledger.take(AdjustmentMadePermanent, permanent)).toBeUndefined();
    expect(ledger.state.improvements).toMatchObject([
      { improvementId: 'a', origin: 'adjustment', summary: 'formal → warm' },
    ]);
    expect(recipeInForce(ledger.state, 'email').style.tone).toBe('warm');
  });
});

it('moves a holdback to the recipe in force; a rollback after that changes what is in force alone', () => {
  const ledger = new Ledger();
  const swap = { kind: 'use_model', model: 'small' } as const;
  const improvement = {
    improvementId: 'i',
    contentType: 'email',
    lever: 'model',
    change: swap,
    status: 'applied',
  } as unknown as SystemState['improvements'][number];
  ledger.state = { ...ledger.state, improvements: [improvement] };
  ledger.take(HoldbackRebased, { contentType: 'email', from: 'a', to: 'b', reason: 'its model is gone' });
  expect(holdbackRecipe(ledger.state, 'email').model).toBe('small');
  ledger.take(ImprovementRolledBack, { improvementId: 'i', reason: '', by: 'person', impact: {} });
  expect(holdbackRecipe(ledger.state, 'email').model).toBe('small');
  expect(recipeInForce(ledger.state, 'email').model).toBe('large');
});

describe('autonomy', () => {
  const adopt = (ledger: Ledger, autonomy: Policy['autonomy']): void => {
    const policy = { ...defaultPolicy, autonomy };
    ledger.take(PolicyChanged, { policy, version: policyVersion(policy), by: 'a person' });
  };
  const set = (ledger: Ledger, levels: Policy['autonomy']) =>
    ledger.take(OperatorIntervened, { action: 'set_autonomy', target: 'levers', levels, reason: '', by: 'a person' });

  it('is full where nobody said otherwise', () => {
    expect(autonomySetOn(initialSystemState, 'prompt')).toBe('apply');
  });

  it('only observes while it is paused, and then is what it was', () => {
    const ledger = new Ledger();
    set(ledger, { model: 'propose' });
    ledger.take(AutonomyPaused, { reason: 'a campaign', by: 'a person' });
    expect(ledger.state.autonomy).toMatchObject({ state: 'paused', reason: 'a campaign' });
    expect([autonomySetOn(ledger.state, 'model'), autonomySetOn(ledger.state, 'scaling')]).toEqual([
      'observe',
      'observe',
    ]);
    ledger.take(AutonomyResumed, { reason: 'over', by: 'a person' });
    expect([autonomySetOn(ledger.state, 'model'), autonomySetOn(ledger.state, 'scaling')]).toEqual([
      'propose',
      'apply',
    ]);
  });

  it('follows a person before the policy, lever by lever', () => {
    const ledger = new Ledger();
    adopt(ledger, { prompt: 'observe', model: 'observe' });
    set(ledger, { model: 'apply' });
    expect([autonomySetOn(ledger.state, 'prompt'), autonomySetOn(ledger.state, 'model')]).toEqual(['observe', 'apply']);
  });

  it('follows the newest policy where no person spoke', () => {
    const ledger = new Ledger();
    adopt(ledger, { prompt: 'observe' });
    adopt(ledger, { prompt: 'apply' });
    expect(autonomySetOn(ledger.state, 'prompt')).toBe('apply');
    adopt(ledger, {});
    expect(autonomySetOn(ledger.state, 'prompt')).toBe('apply');
  });

  it('proposes at most within a freeze window; what was set lower stays lower', () => {
    const ledger = new Ledger();
    const policy = { ...defaultPolicy, freezeWindows: [{ from: '09:00', until: '17:00' }] };
    ledger.take(PolicyChanged, { policy, version: policyVersion(policy), by: 'a person' });
    set(ledger, { model: 'observe' });
    const hour = 60 * 60_000;
    expect(autonomyOf(ledger.state, 'prompt', 12 * hour)).toBe('propose');
    expect(autonomyOf(ledger.state, 'model', 12 * hour)).toBe('observe');
    expect(autonomyOf(ledger.state, 'prompt', 18 * hour)).toBe('apply');
  });
});

it('adopts a policy: decisions and the error control follow it from there on', () => {
  const ledger = new Ledger();
  expect(ledger.state).toMatchObject({ isPolicyAdopted: false, policyVersion: policyVersion(defaultPolicy) });
  const stricter = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, falseDiscoveryLevel: 0.01 } };
  const before = levelOfNextExperiment(ledger.state);
  ledger.take(PolicyChanged, { policy: stricter, version: 'strict', by: 'a person' });
  expect(ledger.state).toMatchObject({ isPolicyAdopted: true, policyVersion: 'strict', policy: stricter });
  expect(levelOfNextExperiment(ledger.state)).toBeLessThan(before);
});

it.each([0, 1])('survives a policy whose level of false discoveries is %d', (falseDiscoveryLevel) => {
  const ledger = new Ledger();
  const extreme = { ...defaultPolicy, experiments: { ...defaultPolicy.experiments, falseDiscoveryLevel } };
  ledger.take(PolicyChanged, { policy: extreme, version: 'extreme', by: 'a person' });
  ledger.register('e');
  expect(levelOfNextExperiment(ledger.state)).toBeGreaterThan(0);
  expect(levelOfNextExperiment(ledger.state)).toBeLessThanOrEqual(0.05);
});

it('reads the ledger through its one event, and passes by decisions it does not know', () => {
  const decision = {
    id: 'd',
    type: ScalingDecided.type,
    source: 's',
    subject: 's',
    time: 0,
    data: { from: 1, to: 3 },
    correlationId: 'c',
  };
  const entry = { seq: 0, previousHash: '', hash: '', hashVersion: 2 as const, decision };
  const sequenced = newEvent(DecisionSequenced, { subject: 's', time: 0, cause: { id: 'x' }, data: entry });
  const after = evolve(systemState, systemState.initial(), { ...sequenced, partition: 0, offset: 0 });
  expect(after).toMatchObject({ instances: 3, position: 1 });
  expect(afterEntry(after, { ...entry, seq: 1, decision: { ...decision, type: 'unknown' } })).toEqual({
    ...after,
    position: 2,
  });
});
