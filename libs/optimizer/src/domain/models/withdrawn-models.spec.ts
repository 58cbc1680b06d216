import {
  AutonomyPaused,
  HypothesisProposed,
  ModelsOffered,
  type RecipeChange,
  RecipeRegistered,
} from '@contentflow/contracts';
import {
  assign,
  decided,
  holdbackRecipe,
  initialSystemState,
  recipeInForce,
  type SystemState,
  makeDecisions,
} from '@contentflow/decisions';
import { emptyFold } from '@contentflow/kernel';
import { modelsOfRecipe } from '@contentflow/recipes';
import { HOUR, recipe, systemAfter, type TestDecision } from '../../testing/traffic.ts';
import { optimizerProcedure } from '../optimizer.procedure.ts';

const priced = (name: string, price: number) => ({
  provider: 'p',
  name,
  usdPerMillionInput: price,
  usdPerMillionOutput: price,
});
const [large, middle, small] = [priced('large', 10), priced('middle', 9), priced('small', 1)];
const offering = (...models: (typeof large)[]): TestDecision => decided(ModelsOffered, 'models', { models });

/** Begun with these models, then told and decided step by step. */
class Installation {
  system: SystemState = systemAfter([
    decided(RecipeRegistered, 'email', { contentType: 'email', recipe, version: 'v', source: 'test' }),
    offering(large, middle, small),
  ]);
  readonly reported: string[] = [];
  private at = HOUR;

  take(...decisions: TestDecision[]): this {
    this.system = systemAfter(
      decisions.map((each) => ({ at: this.at, ...each })),
      this.system,
    );
    return this;
  }
  decide(): this {
    this.at += 60_000;
    const decisions = makeDecisions(optimizerProcedure, emptyFold(), this.system, {}, { at: this.at, code: 'test' });
    for (const { type, subject, data } of decisions) {
      this.reported.push(type.split('.')[2] as string);
      this.take({ definition: { type }, subject, data: data as Record<string, unknown> });
    }
    return this;
  }
  model = (): string => recipeInForce(this.system, 'email').model;
  held = (): string => holdbackRecipe(this.system, 'email').model;
  /** Of every brief, whatever arm it falls to. */
  called = (): Set<string> =>
    new Set(
      Array.from({ length: 400 }, (_, unit) => assign(this.system, 'email', `${unit}`, this.at).recipe).flatMap(
        modelsOfRecipe,
      ),
    );
}

beforeAll(async () => optimizerProcedure.prepare?.());

describe('a model that is offered no more', () => {
  it('is replaced by the nearest in price, and the holdback moves, in one decision', () => {
    const moved = new Installation().take(offering(small, middle)).decide();
    expect(moved.reported).toEqual(['model-replaced', 'holdback-rebased']);
    expect([moved.model(), moved.held()]).toEqual(['middle', 'middle']);
    expect(moved.called()).toEqual(new Set(['middle']));
    expect(moved.system.void).toEqual([]);
    expect(moved.decide().reported).toHaveLength(2);
  });

  it('waits for no tick: it is asked for as soon as the ledger has the offer, and no more once it is decided', () => {
    const asked = ({ system }: Installation): string | undefined => optimizerProcedure.urgent?.(system);
    expect(asked(new Installation())).toBe('');
    const gone = new Installation().take(offering(small, middle));
    expect(asked(gone)).not.toBe('');
    expect(asked(gone.decide())).toBe('');
    expect(asked(gone.take(offering(small)))).not.toBe('');
    expect(asked(gone.decide())).toBe('');
  });

  it('is replaced while autonomy is paused, too: every brief would fail', () => {
    const paused = decided(AutonomyPaused, 'autonomy', { reason: 'a campaign', by: 'a person' });
    expect(new Installation().take(paused, offering(small)).decide().called()).toEqual(new Set(['small']));
  });

  it('is replaced again when the one that stands in goes', () => {
    const moved = new Installation().take(offering(middle)).decide().take(offering(small)).decide();
    expect([moved.model(), moved.held()]).toEqual(['small', 'small']);
    expect(moved.system.replacedModels).toEqual({ large: 'small', middle: 'small' });
  });

  it('is itself again when it is offered again; what the holdback moved to stays', () => {
    const back = new Installation().take(offering(small)).decide().take(offering(large, small)).decide();
    expect([back.model(), back.held()]).toEqual(['large', 'small']);
    const gone = back.take(offering(small)).decide();
    expect(gone.model()).toBe('small');
    expect(gone.system.void).toEqual([]);
  });

  it('is replaced in what is in force and in the shares of an allocation', () => {
    const routing = [
      {
        keyPoints: null,
        words: null,
        shares: [
          { model: 'middle', share: 0.5 },
          { model: 'small', share: 0.5 },
        ],
      },
    ];
    for (const change of [
      { kind: 'use_model', model: 'middle' },
      { kind: 'route_models', routing },
    ] satisfies RecipeChange[]) {
      const begun = new Installation();
      begun.system = { ...begun.system, improvements: [improvement(change)] };
      expect(begun.called()).toContain('middle');
      const moved = begun.take(offering(large, small)).decide();
      expect(moved.reported).toEqual(['model-replaced']);
      expect(moved.called()).not.toContain('middle');
    }
  });

  it('is tried no more: its experiments are void, its hypotheses refuted', () => {
    const begun = new Installation().take(proposing('middle')).decide().decide().decide();
    expect(begun.reported).toContain('experiment-started');
    begun.reported.length = 0;
    const ended = begun.take(proposing('small'), offering(large)).decide();
    expect(ended.reported).toEqual(['experiment-concluded', 'hypothesis-refuted', 'hypothesis-refuted']);
    expect(Object.values(ended.system.experiments)).toMatchObject([{ status: 'void', reason: 'superseded' }]);
    expect(Object.values(ended.system.hypotheses).map(({ status }) => status)).toEqual(['refuted', 'refuted']);
    expect(ended.system.void).toEqual([]);
  });

  it('is tried no more while autonomy is paused, and not begun to be tried: what would compare it ends at once', () => {
    const paused = decided(AutonomyPaused, 'autonomy', { reason: 'a campaign', by: 'a person' });
    for (const minutes of [1, 2]) {
      const begun = new Installation().take(proposing('middle'));
      for (let i = 0; i < minutes; i++) begun.decide();
      begun.reported.length = 0;
      const ended = begun.take(paused, proposing('small'), offering(large)).decide();
      expect(ended.reported).toEqual(['experiment-concluded', 'hypothesis-refuted', 'hypothesis-refuted']);
      expect(Object.values(ended.system.experiments)).toMatchObject([{ status: 'void', reason: 'superseded' }]);
      expect(ended.decide().reported).toHaveLength(3);
      expect(ended.system.void).toEqual([]);
    }
  });

  it('does not begin to be tried in the minute in which it goes', () => {
    const registered = new Installation().take(proposing('middle')).decide();
    registered.reported.length = 0;
    registered.take(offering(large, small)).decide();
    expect(registered.reported).toEqual(['experiment-concluded', 'hypothesis-refuted']);
    expect(registered.system.void).toEqual([]);
  });

  it('moves the holdback away from it while autonomy is paused', () => {
    const paused = decided(AutonomyPaused, 'autonomy', { reason: 'a campaign', by: 'a person' });
    const back = new Installation().take(offering(small)).decide().take(offering(large, small)).decide();
    expect(back.held()).toBe('small');
    back.take(paused, offering(large)).decide();
    expect(back.held()).toBe('large');
  });

  it.each([
    ['a price changed', offering(priced('large', 99), middle, small)],
    ['a provider answers for any name', offering(priced('*', 1))],
    ['others came', offering(large, middle, small, priced('new', 3))],
  ])('is none where %s', (_, offer) => {
    const same = new Installation().take(offer).decide();
    expect(same.reported).toEqual([]);
    expect(same.model()).toBe('large');
  });

  it('is none where a recipe names a model by its provider', () => {
    const begun = new Installation();
    const named = { ...recipe, model: 'p/large' };
    begun.system = systemAfter(
      [
        decided(RecipeRegistered, 'email', { contentType: 'email', recipe: named, version: 'v', source: 'test' }),
        offering(large),
      ],
      initialSystemState,
    );
    expect(begun.decide().reported).toEqual([]);
  });

  const proposing = (model: string): TestDecision =>
    decided(HypothesisProposed, 'email', {
      hypothesisId: `to-${model}`,
      kind: 'model_selection',
      contentType: 'email',
      lever: 'model',
      change: { kind: 'use_model', model },
      metric: 'cost',
      reason: '',
      context: model,
      expectedGain: 0.3,
    });
  const improvement = (change: RecipeChange): SystemState['improvements'][number] => ({
    improvementId: 'i',
    experimentId: 'e',
    contentType: 'email',
    lever: 'model',
    change,
    type: '',
    impact: {},
    summary: '',
    learnedFrom: 1,
    costToFind: 0,
    guardrails: {},
    isPartial: false,
    expiresAt: 99 * HOUR,
    status: 'confirmed',
    origin: 'hypothesis',
    appliedAt: 0,
  });
});
