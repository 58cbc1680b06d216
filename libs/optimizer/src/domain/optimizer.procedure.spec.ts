import {
  AutonomyPaused,
  AutonomyResumed,
  ModelsOffered,
  PolicyChanged,
  RecipeRegistered,
} from '@contentflow/contracts';
import { assign, decided, type SystemState, takeDecisions } from '@contentflow/decisions';
import { canonicalJson, folded, type FoldedState, nothingFolded, seededRandom } from '@contentflow/kernel';
import { drawn, HOUR, measured, MINUTE, models, recipe, systemAfter, type Taken } from '../testing/traffic.ts';
import type { Observations } from './observations.ts';
import { optimizerProcedure } from './optimizer.procedure.ts';

/** A life in steps of ten minutes, in which the smaller model is as good and a quarter cheaper. */
class Life {
  system = systemAfter([
    decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
    decided(ModelsOffered, 'models', { models: models.slice(0, 2) }),
  ]);
  readonly told: string[] = [];
  private known: FoldedState<Observations> = nothingFolded();
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
    const decisions = takeDecisions(optimizerProcedure, this.known, this.system, {}, { at: this.at, code: 'test' });
    for (const { type, subject, data, time } of decisions) {
      this.told.push(type.split('.')[2] as string);
      this.take({ definition: { type }, subject, data: data as Record<string, unknown>, at: time });
    }
  }

  take(decision: Taken): this {
    this.system = systemAfter([{ at: this.at, ...decision }], this.system);
    return this;
  }

  count = (name: string): number => this.told.filter((each) => each === name).length;
  state = (): SystemState => this.system;

  private generate(): void {
    const unit = `${this.random.next()}`;
    const { recipe: made, assignment } = assign(this.system, 'email', unit, this.at - 1);
    const cost = made.model === 'small' ? 0.0075 : 0.01;
    const generation = { unit, time: this.at - 1, assignment, ...drawn(this.random, { cost }) };
    this.known = folded(optimizerProcedure.fold, this.known, measured(generation, this.offset++));
  }
}

describe('the optimizer’s cycle', () => {
  it('proposes, registers, starts, looks, applies and confirms, in this order', () => {
    const life = new Life().run(12 * HOUR);
    const cycle = [
      'hypothesis-proposed',
      'experiment-registered',
      'experiment-started',
      'experiment-looked',
      'experiment-concluded',
      'improvement-applied',
      'improvement-confirmed',
    ];
    const firsts = cycle.map((name) => life.told.indexOf(name));
    expect(firsts).not.toContain(-1);
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
    expect(life.state().improvements.map(({ change }) => change)).toContainEqual({ kind: 'use_model', model: 'small' });
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

  it('is the same life again from the same facts', () => {
    const [first, second] = [new Life().run(3 * HOUR), new Life().run(3 * HOUR)];
    expect(canonicalJson(first.state())).toBe(canonicalJson(second.state()));
  });
});
