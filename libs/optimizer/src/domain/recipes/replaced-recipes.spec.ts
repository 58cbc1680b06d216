import {
  AdjustmentProposed,
  AutonomyPaused,
  HypothesisProposed,
  ModelsOffered,
  OperatorIntervened,
  type Recipe,
  type RecipeChange,
  RecipeConfigured,
  RecipeRegistered,
} from '@contentflow/contracts';
import {
  assign,
  decided,
  decisionEvents,
  type Experiment,
  firstDifference,
  holdbackRecipe,
  type Improvement,
  makeDecisions,
  recipeInForce,
  recipesToReplace,
  type SystemState,
} from '@contentflow/decisions';
import { emptyFold, type NewEvent } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import {
  basis,
  HOUR,
  measured,
  models,
  observed,
  recipe,
  systemAfter,
  type TestDecision,
} from '../../testing/traffic.ts';
import { watchesDue } from '../experiments/watch.ts';
import { optimizerProcedure } from '../optimizer.procedure.ts';

const written = (over: Partial<Recipe>): Recipe => ({ ...recipe, ...over });
const reworded = written({ prompt: { instructions: 'Write as a gardener would.', examples: [] } });
const registered = decided(RecipeRegistered, 'email', {
  contentType: 'email',
  recipe,
  version: recipeVersion(recipe),
  source: 'test',
});
const says = (said: Recipe): TestDecision =>
  decided(RecipeConfigured, 'email', {
    contentType: 'email',
    recipe: said,
    version: recipeVersion(said),
    source: 'the configuration file',
  });
const toSmall: RecipeChange = { kind: 'use_model', model: 'small' };
const shorter: RecipeChange = { kind: 'replace_instructions', instructions: 'Write.' };
const withoutOutline: RecipeChange = { kind: 'drop_step', step: 'outline' };

const improvement = (improvementId: string, change: RecipeChange, over: Partial<Improvement> = {}): Improvement => ({
  improvementId,
  experimentId: `of-${improvementId}`,
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
  ...over,
});
const proposing = (hypothesisId: string, change: RecipeChange): TestDecision =>
  decided(HypothesisProposed, 'email', {
    hypothesisId,
    kind: 'test',
    contentType: 'email',
    lever: 'model',
    change,
    metric: 'cost',
    reason: '',
    context: hypothesisId,
    expectedGain: 0.3,
  });

/** Begun with the recipe, then told and decided minute by minute. */
class Installation {
  system: SystemState = systemAfter([registered, decided(ModelsOffered, 'models', { models })]);
  reported: string[] = [];
  made: NewEvent[] = [];
  at = HOUR;

  with(...improvements: Improvement[]): this {
    this.system = { ...this.system, improvements };
    return this;
  }
  take(...decisions: TestDecision[]): this {
    this.system = systemAfter(
      decisions.map((each) => ({ at: this.at, ...each })),
      this.system,
    );
    return this;
  }
  decide(): this {
    this.at += 60_000;
    this.made = makeDecisions(optimizerProcedure, emptyFold(), this.system, {}, { at: this.at, code: 'test' });
    this.reported = this.made.map(({ type }) => type.split('.')[2] as string);
    for (const { type, subject, data } of this.made)
      this.take({ definition: { type }, subject, data: data as Record<string, unknown> });
    return this;
  }
  inForce = (): Recipe => recipeInForce(this.system, 'email');
  statuses = (): Record<string, string> =>
    Object.fromEntries(this.system.improvements.map(({ improvementId, status }) => [improvementId, status]));
  experiment = (): Experiment => Object.values(this.system.experiments).at(-1) as Experiment;
  hypothesis = (id: string): string | undefined => this.system.hypotheses[id]?.status;
}

beforeAll(async () => optimizerProcedure.prepare?.());

describe('a recipe that the configuration changed', () => {
  it('is what every unit is made by from then on, the holdback too', () => {
    const changed = new Installation().take(says(reworded));
    expect(changed.inForce()).toEqual(recipe);
    changed.decide();
    expect(changed.reported).toEqual(['recipe-replaced']);
    const units = Array.from({ length: 400 }, (_, unit) => assign(changed.system, 'email', `${unit}`, changed.at));
    expect(new Set(units.map(({ recipe: by }) => by))).toEqual(new Set([reworded]));
    expect(units.some(({ assignment }) => assignment.holdback)).toBe(true);
    expect(changed.made[0]?.data).toMatchObject({
      from: recipeVersion(recipe),
      to: recipeVersion(reworded),
      parts: ['replace_instructions'],
      reason: 'the configuration changed instructions',
    });
  });

  it('is adopted once, and again what it was before when that is said again', () => {
    const changed = new Installation().take(says(reworded)).decide().decide();
    expect(changed.reported).toEqual([]);
    const back = changed.take(says(recipe)).decide();
    expect(back.reported).toEqual(['recipe-replaced']);
    expect(back.inForce()).toEqual(recipe);
    const again = back.take(says(reworded)).decide();
    expect([again.inForce(), again.system.void]).toEqual([reworded, []]);
  });

  it('is no decision where it was changed back before one was taken', () => {
    expect(new Installation().take(says(reworded), says(recipe)).decide().reported).toEqual([]);
  });

  it('is adopted while autonomy is paused: it is a person’s own word', () => {
    const paused = decided(AutonomyPaused, 'autonomy', { reason: 'a campaign', by: 'a person' });
    expect(new Installation().take(paused, says(reworded)).decide().inForce()).toEqual(reworded);
  });

  it('waits for nobody: it is asked for as soon as the ledger has it', () => {
    const { system } = new Installation();
    expect(optimizerProcedure.urgent?.(system)).toBe('');
    const told = new Installation().take(says(reworded));
    expect(optimizerProcedure.urgent?.(told.system)).not.toBe('');
    expect(optimizerProcedure.urgent?.(told.decide().system)).toBe('');
  });

  it.each([
    ['no recipe at all', { contentType: 'email', recipe: { model: 'x' } }, /no recipe/],
    [
      'one of another content type',
      { contentType: 'email', recipe: written({ contentType: 'post' }) },
      /is none of email/,
    ],
    ['one of a content type that was never registered', { contentType: 'post', recipe }, /no generation 0 of post/],
  ])('is not %s', (_, data, why) => {
    const said = decided(RecipeConfigured, 'email', { version: 'v', source: 'test', ...data });
    const told = new Installation().take(said);
    expect(told.system.void.map(({ reason }) => reason)).toEqual([expect.stringMatching(why)]);
    expect(recipesToReplace(told.system)).toEqual([]);
  });

  it('moves a holdback that had moved because generation 0 could not run', () => {
    const gone = new Installation().take(decided(ModelsOffered, 'models', { models: models.slice(1) })).decide();
    expect(holdbackRecipe(gone.system, 'email').model).toBe('largest');
    const now = written({ model: 'small' });
    gone.take(says(now)).decide();
    expect(holdbackRecipe(gone.system, 'email')).toEqual(now);
  });

  it('names a model that is offered in the same start that lost the one before', () => {
    const now = written({ model: 'small' });
    const both = new Installation().take(decided(ModelsOffered, 'models', { models: models.slice(1) }), says(now));
    expect(both.decide().reported).toEqual(['model-replaced', 'holdback-rebased', 'recipe-replaced']);
    expect([both.inForce().model, holdbackRecipe(both.system, 'email').model]).toEqual(['small', 'small']);
    expect(both.decide().system.void).toEqual([]);
  });
});

describe('what stands on the recipe before', () => {
  it('stays in force where the person left its part alone, and is tested again', () => {
    const changed = new Installation().with(improvement('model', toSmall)).take(says(reworded)).decide();
    expect(changed.reported).toEqual(['recipe-replaced', 'improvement-expired']);
    expect(changed.statuses()).toEqual({ model: 'expired' });
    expect(changed.inForce()).toEqual({ ...reworded, model: 'small' });
    expect(holdbackRecipe(changed.system, 'email')).toEqual(reworded);
    const [retest] = Object.values(changed.decide().system.experiments);
    expect(retest).toMatchObject({ origin: { kind: 'retest', id: 'model' } });
    expect(changed.made[0]?.data).toMatchObject({ basis: { evidence: { base: recipeVersion(reworded) } } });
  });

  it('ends where the person changed its part: their word holds', () => {
    const changed = new Installation()
      .with(improvement('short', shorter), improvement('model', toSmall))
      .take(says(reworded))
      .decide();
    expect(changed.reported).toEqual(['improvement-rolled-back', 'recipe-replaced', 'improvement-expired']);
    expect(changed.statuses()).toEqual({ short: 'rolled_back', model: 'expired' });
    expect(changed.system.improvements[0]?.endReason).toBe('the configuration changed instructions itself');
    expect(changed.inForce()).toEqual({ ...reworded, model: 'small' });
    expect(changed.system.void).toEqual([]);
  });

  it('ends where it would change nothing any more', () => {
    const onlyBody = written({ steps: [{ ...recipe.steps[1]!, needs: [] }], output: { body: 'draft' } });
    const parallel: RecipeChange = { kind: 'run_in_parallel', parallel: true };
    const changed = new Installation()
      .with(improvement('a', parallel), improvement('b', withoutOutline), improvement('c', parallel))
      .take(says(onlyBody))
      .decide();
    expect(changed.statuses()).toEqual({ a: 'expired', b: 'rolled_back', c: 'rolled_back' });
    expect(changed.inForce()).toEqual({ ...onlyBody, parallel: true });
  });

  it('is left as it is where a person pinned its lever, and waits on where it waits already', () => {
    const pin = decided(OperatorIntervened, 'email/model', {
      action: 'pin',
      target: 'email/model',
      contentType: 'email',
      lever: 'model',
      by: 'a person',
      reason: 'it is good',
    });
    const changed = new Installation()
      .with(
        improvement('pinned', toSmall),
        improvement('waiting', { kind: 'set_words', words: 90 }, { status: 'expired', lever: 'style' }),
      )
      .take(pin, says(reworded))
      .decide();
    expect(changed.reported).toEqual(['recipe-replaced']);
    expect(changed.statuses()).toEqual({ pinned: 'confirmed', waiting: 'expired' });
  });

  it('is watched by what came since alone', () => {
    const before = improvement('model', toSmall, { appliedAt: HOUR });
    const pinned = new Installation().with(before).take(says(reworded)).decide();
    const system = {
      ...pinned.system,
      improvements: [{ ...before, status: 'applied' as const }],
    };
    const made = [2, 30, 70, 130].map((minutes) =>
      measured({ unit: `${minutes}`, time: HOUR + minutes * 60_000, assignment: { improvements: ['model'] } }, minutes),
    );
    const [watch] = watchesDue([observed(made)], system, 4 * HOUR);
    expect(watch?.evidence.base).toBe(recipeVersion(reworded));
    expect(watch?.evidence.found).toEqual([]);
    const units = (watch?.evidence.since ?? []).reduce((sum, { treatment }) => sum + treatment.cost.n, 0);
    expect(units).toBe(3);
    const [without] = watchesDue([observed(made)], { ...system, replacedRecipes: {} }, 4 * HOUR);
    expect((without?.evidence.since ?? []).reduce((sum, { treatment }) => sum + treatment.cost.n, 0)).toBe(4);
  });

  it('takes the threshold that a person wrote over the one that results raised', () => {
    const raised = new Installation();
    raised.system = { ...raised.system, qualityThresholds: { email: { threshold: 8, since: 0 } } };
    expect(raised.take(says(reworded)).decide().inForce().qualityThreshold).toBe(8);
    expect(
      raised
        .take(says(written({ qualityThreshold: 5 })))
        .decide()
        .inForce().qualityThreshold,
    ).toBe(5);
  });
});

describe('a trial on the recipe before', () => {
  const onTrial = (change: RecipeChange): Installation =>
    new Installation().take(proposing('h', change)).decide().decide();

  it('ends void, and what it tried is tried on the new recipe', () => {
    const running = onTrial(toSmall);
    expect(running.experiment().status).toBe('running');
    const changed = running.take(says(reworded)).decide();
    expect(changed.reported).toEqual(['experiment-concluded', 'recipe-replaced']);
    expect(changed.experiment()).toMatchObject({ status: 'void', reason: 'recipe_replaced' });
    expect(changed.hypothesis('h')).toBe('proposed');
    const again = changed.decide();
    expect(again.hypothesis('h')).toBe('testing');
    expect(Object.values(again.system.experiments).map(({ status }) => status)).toEqual(['void', 'registered']);
    expect(again.system.void).toEqual([]);
  });

  it('ends void before its first exposure as well', () => {
    const waiting = new Installation().take(proposing('h', toSmall)).decide();
    expect(waiting.experiment().status).toBe('registered');
    expect(waiting.take(says(reworded)).decide().experiment()).toMatchObject({ status: 'void' });
    expect(waiting.system.void).toEqual([]);
  });

  it('is not had again where the person changed what it tried', () => {
    const changed = onTrial(shorter).take(says(reworded)).decide();
    expect(changed.reported).toEqual(['experiment-concluded', 'recipe-replaced', 'proposal-expired']);
    expect(changed.hypothesis('h')).toBe('refused');
    expect(changed.decide().reported).toEqual([]);
    expect(changed.system.void).toEqual([]);
  });

  it('leaves what readers wish for standing, but for what the person has set', () => {
    const wished = (adjustmentId: string, change: RecipeChange): TestDecision =>
      decided(AdjustmentProposed, adjustmentId, {
        adjustmentId,
        kind: 'change_tone',
        contentType: 'email',
        lever: adjustmentId === 'tone' ? 'style' : 'quality',
        change,
        metric: 'satisfaction',
        current: '',
        target: '',
        support: { comments: 9, raters: 9 },
      } as Parameters<typeof decided>[2]);
    const begun = new Installation()
      .take(wished('tone', { kind: 'set_tone', tone: 'friendly' }))
      .decide()
      .decide();
    expect(begun.system.adjustments['tone']?.status).toBe('on_trial');
    expect(begun.take(says(reworded)).decide().system.adjustments['tone']?.status).toBe('proposed');
    expect(begun.decide().system.adjustments['tone']?.status).toBe('on_trial');
    const set = begun.take(says(written({ style: { tone: 'dry' } }))).decide();
    expect(set.system.adjustments['tone']?.status).toBe('refused');
    expect(set.system.void).toEqual([]);
  });

  it('leaves those of other content types alone', () => {
    const post = { ...recipe, contentType: 'post' };
    const running = onTrial(toSmall).take(
      decided(RecipeRegistered, 'post', { contentType: 'post', recipe: post, version: 'v', source: 'test' }),
      decided(RecipeConfigured, 'post', {
        contentType: 'post',
        recipe: { ...post, temperature: 0.1 },
        version: 'w',
        source: 'test',
      }),
    );
    expect(running.decide().reported).toEqual(['recipe-replaced']);
    expect(running.experiment().status).toBe('running');
  });
});

it('is decided the same when an audit does it again', () => {
  const changed = new Installation()
    .with(improvement('short', shorter), improvement('model', toSmall))
    .take(proposing('h', { kind: 'set_temperature', temperature: 0.2 }))
    .decide()
    .take(says(reworded));
  const { policy } = changed.system;
  const { made } = changed.decide();
  const { basis: recorded } = made[0]?.data as { basis: typeof basis };
  const again = decisionEvents(optimizerProcedure, recorded, policy);
  expect(firstDifference(again, made)).toBeUndefined();
});
