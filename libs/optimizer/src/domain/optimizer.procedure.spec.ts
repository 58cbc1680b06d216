import {
  AutonomyPaused,
  AutonomyResumed,
  type Basis,
  defaultPolicy,
  ModelsOffered,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
  RecipeRegistered,
} from '@contentflow/contracts';
import {
  assign,
  decided,
  decisionEvents,
  holdbackRecipe,
  proposalsOf,
  type SystemState,
  makeDecisions,
} from '@contentflow/decisions';
import { canonicalJson, folded, type FoldedState, type NewEvent, emptyFold, seededRandom } from '@contentflow/kernel';
import {
  drawn,
  HOUR,
  measured,
  MINUTE,
  models,
  observed,
  recipe,
  systemAfter,
  type TestDecision,
} from '../testing/traffic.ts';
import { rebasesDue } from './quality/holdback.ts';
import type { Observations } from './observations.ts';
import { optimizerProcedure } from './optimizer.procedure.ts';

const withoutScreening: Policy = {
  ...defaultPolicy,
  learningBudget: { ...defaultPolicy.learningBudget, screeningShare: 0 },
};

/** A life in steps of ten minutes, in which the smaller model is as good and a quarter cheaper. */
class Life {
  system = systemAfter([
    decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
    decided(ModelsOffered, 'models', { models: models.slice(0, 2) }),
    // Nobody is there to try changes on held-out briefs: they go to traffic at once.
    decided(PolicyChanged, 'policy', { version: 'w', policy: withoutScreening, by: 'a person' }),
  ]);
  readonly reported: string[] = [];
  readonly bases: { readonly event: NewEvent; readonly policy: Policy }[] = [];
  private known: FoldedState<Observations> = emptyFold();
  private readonly random = seededRandom('life');
  private at = 0;
  private offset = 0;

  run(ms: number): this {
    for (const end = this.at + ms; this.at < end;) {
      this.at += 10 * MINUTE;
      for (let count = 0; count < 60; count++) this.generate();
      this.decide();
    }
    return this;
  }

  decide(): void {
    const decisions = makeDecisions(optimizerProcedure, this.known, this.system, {}, { at: this.at, code: 'test' });
    for (const event of decisions) {
      const { type, subject, data, time } = event;
      this.bases.push({ event, policy: this.system.policy });
      this.reported.push(type.split('.')[2] as string);
      this.take({ definition: { type }, subject, data: data as Record<string, unknown>, at: time });
    }
  }

  take(decision: TestDecision): this {
    this.system = systemAfter([{ at: this.at, ...decision }], this.system);
    return this;
  }

  count = (name: string): number => this.reported.filter((each) => each === name).length;
  state = (): SystemState => this.system;

  private generate(): void {
    const unit = `${this.random.next()}`;
    const { recipe: made, assignment } = assign(this.system, 'email', unit, this.at - 1);
    const cost = made.model === 'small' ? 0.0075 : 0.01;
    const generation = { unit, time: this.at - 1, assignment, ...drawn(this.random, { cost }) };
    this.known = folded(optimizerProcedure.fold, this.known, measured(generation, this.offset++));
  }
}

beforeAll(async () => optimizerProcedure.prepare?.());

describe('the optimizer’s cycle', () => {
  it('proposes, registers, starts, looks, applies and, as no reader speaks against it, rolls out to all, in this order', () => {
    const life = new Life().run(12 * HOUR);
    const cycle = [
      'hypothesis-proposed',
      'experiment-registered',
      'experiment-started',
      'experiment-looked',
      'experiment-concluded',
      'improvement-applied',
      'rollout-widened',
    ];
    const firsts = cycle.map((name) => life.reported.indexOf(name));
    expect(firsts).not.toContain(-1);
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    expect(life.state().improvements.map(({ change }) => change)).toContainEqual({
      kind: 'use_model',
      model: 'small',
      fallback: 'former_model',
    });
    expect(life.state().void).toEqual([]);
  });

  it('applies nothing while it is paused, and goes on where it was when it is resumed', () => {
    const life = new Life()
      .run(HOUR)
      .take(decided(AutonomyPaused, 'autonomy', { reason: 'a campaign', by: 'a person' }));
    const [proposed, registered] = [life.count('hypothesis-proposed'), life.count('experiment-registered')];
    life.run(11 * HOUR);
    expect(life.count('improvement-applied')).toBe(0);
    expect([life.count('hypothesis-proposed'), life.count('experiment-registered')]).toEqual([proposed, registered]);
    life.take(decided(AutonomyResumed, 'autonomy', { reason: 'it is over', by: 'a person' })).run(2 * HOUR);
    expect(life.count('improvement-applied')).toBeGreaterThan(0);
  });

  it('proposes but tries nothing where a person decides', () => {
    const life = new Life();
    const { policy } = life.state();
    const asking = {
      ...policy,
      autonomy: { prompt: 'propose', workflow: 'propose', model: 'propose', cache: 'propose' } as const,
    };
    life.take(decided(PolicyChanged, 'policy', { version: 'asking', policy: asking, by: 'a person' })).run(3 * HOUR);
    expect(life.count('hypothesis-proposed')).toBeGreaterThan(0);
    expect(life.count('experiment-registered')).toBe(0);
  });

  describe('where a person decides', () => {
    const asking = decided(OperatorIntervened, 'autonomy', {
      action: 'set_autonomy',
      target: 'levers',
      levels: { prompt: 'propose', workflow: 'propose', model: 'propose', cache: 'propose' },
      reason: 'we look at it first',
      by: 'ada',
    });
    const says = (action: 'approve' | 'refuse' | 'pin', target: string, more: object = {}) =>
      decided(OperatorIntervened, target, { action, target, reason: 'I say so', by: 'ada', ...more });
    const waiting = (life: Life) => proposalsOf(life.state()).filter(({ status }) => status === 'waiting');
    const modelProposal = (life: Life) => waiting(life).find(({ lever }) => lever === 'model')?.id ?? '';

    it('tries and applies what is approved, and nothing else', () => {
      const life = new Life().take(asking).run(2 * HOUR);
      const approved = modelProposal(life);
      life.take(says('approve', approved)).run(11 * HOUR);
      const { experiments, improvements } = life.state();
      expect(Object.values(experiments).map(({ origin }) => origin.id)).toEqual([approved]);
      expect(improvements).toMatchObject([{ change: { kind: 'use_model', model: 'small' } }]);
      expect(life.state().void).toEqual([]);
    });

    it('does not propose again what was refused while its context stays', () => {
      const life = new Life().take(asking).run(HOUR);
      const refused = modelProposal(life);
      life.take(says('refuse', refused)).run(3 * HOUR);
      expect(waiting(life).map(({ id }) => id)).not.toContain(refused);
      expect(life.state().hypotheses[refused]?.status).toBe('refused');
    });

    it('withdraws what nobody answers in time, so that the lever is free', () => {
      const life = new Life();
      const { policy } = life.state();
      const hasty = { ...policy, hypotheses: { ...policy.hypotheses, answerWithinMs: HOUR } };
      life.take(decided(PolicyChanged, 'policy', { version: 'hasty', policy: hasty, by: 'ada' })).take(asking);
      life.run(HOUR);
      const first = modelProposal(life);
      life.run(2 * HOUR);
      expect(life.count('proposal-expired')).toBeGreaterThan(0);
      expect(life.state().answers[first]).toMatchObject({ answer: 'expired' });
      expect(waiting(life).every(({ proposedAt }) => proposedAt >= HOUR)).toBe(true);
      expect(life.state().void).toEqual([]);
    });

    it('withdraws nothing that was approved, or that waits for no person', () => {
      const life = new Life();
      const { policy } = life.state();
      const hasty = { ...policy, hypotheses: { ...policy.hypotheses, answerWithinMs: 10 * MINUTE } };
      life.take(decided(PolicyChanged, 'policy', { version: 'hasty', policy: hasty, by: 'ada' }));
      expect(life.run(2 * HOUR).count('proposal-expired')).toBe(0);
    });

    it('leaves a pinned lever alone, in what it proposes and in what is in force', () => {
      const pin = says('pin', 'email/model', { contentType: 'email', lever: 'model' });
      const life = new Life().take(pin).run(6 * HOUR);
      expect(Object.values(life.state().hypotheses).filter(({ lever }) => lever === 'model')).toEqual([]);
    });
  });

  it('moves the holdback when no provider offers its model any more', () => {
    const life = new Life();
    const gone = decided(ModelsOffered, 'models', { models: models.slice(1, 2) });
    life.run(8 * HOUR);
    const held = holdbackRecipe(life.state(), 'email');
    life.take(gone).run(HOUR);
    expect(life.count('holdback-rebased')).toBe(1);
    const moved = holdbackRecipe(life.state(), 'email');
    expect([held.model, moved.model]).toEqual(['large', 'small']);
    const unit = Array.from({ length: 1000 }, (_, i) => `${i}`).find(
      (each) => assign(life.state(), 'email', each, 0).assignment.holdback,
    )!;
    expect(assign(life.state(), 'email', unit, 0).recipe).toEqual(moved);
  });

  it('moves the holdback when all of it fails for a day, and not in an outage of hours', () => {
    const applied = new Life().run(8 * HOUR).state();
    const failing = (hours: number, failed = true): string[] => {
      const events = Array.from({ length: 40 }, (_, i) =>
        measured({ unit: `${i}`, time: 9 * HOUR + (i * hours * HOUR) / 40, failed, assignment: { holdback: true } }),
      );
      const before = hours < 24 ? [measured({ unit: 'fine', time: 8 * HOUR, assignment: { holdback: true } })] : [];
      const at = (9 + hours) * HOUR;
      return rebasesDue([observed([...before, ...events])], applied, at).map(({ question }) => question);
    };
    expect(failing(5)).toEqual([]);
    expect(failing(24, false)).toEqual([]);
    expect(failing(24)).toHaveLength(1);
  });

  it('decides the same again from the evidence, the policy and the time that each decision recorded', () => {
    const life = new Life().run(8 * HOUR).take(decided(ModelsOffered, 'models', { models: models.slice(1, 2) }));
    life.run(HOUR);
    expect(life.count('holdback-rebased')).toBe(1);
    for (const { event, policy } of life.bases) {
      const { basis } = JSON.parse(JSON.stringify(event.data)) as { basis: Basis };
      expect(decisionEvents(optimizerProcedure, basis, policy).map(canonicalJson)).toContain(canonicalJson(event));
    }
  });

  it('is the same life again from the same facts', () => {
    const [first, second] = [new Life().run(3 * HOUR), new Life().run(3 * HOUR)];
    expect(canonicalJson(first.state())).toBe(canonicalJson(second.state()));
  });
});
