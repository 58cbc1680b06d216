import {
  defaultPolicy,
  HoldbackRebased,
  ImprovementConfirmed,
  ImprovementExpired,
  ImprovementRolledBack,
  QualityThresholdRaised,
  RecipeRegistered,
} from '@contentflow/contracts';
import fc from 'fast-check';
import { initialSystemState, type SystemState } from '../system-state.ts';
import { improvementsInForce } from './improvements.ts';
import { holdbackRecipe, recipeInForce } from './recipes.ts';
import { Ledger, generation0, change, instructions, temperature } from '../testing/ledger.ts';

const smallest = { kind: 'use_model' as const, model: 'smallest' };

describe('the registered recipes', () => {
  it('do not take a second generation 0', () => {
    const again = { ...generation0, model: 'x' };
    expect(new Ledger().take(RecipeRegistered, { contentType: 'email', recipe: again })).toMatch(/registered already/);
  });

  it.each([
    ['nothing', undefined, /no recipe/],
    ['null', null, /no recipe/],
    ['a word', 'recipe', /no recipe/],
    ['an empty object', {}, /no recipe/],
    ['one without steps', { ...generation0, contentType: 'post', steps: [] }, /no recipe: steps/],
    ['one whose body no step writes', { ...generation0, contentType: 'post', output: { body: 'x' } }, /names no step/],
    ['a recipe of another content type', generation0, /a recipe of email is none of post/],
  ])('do not take %s for one', (_what, recipe, reason) => {
    const ledger = new Ledger();
    expect(ledger.take(RecipeRegistered, { contentType: 'post', recipe })).toMatch(reason);
    expect(Object.keys(ledger.state.generation0)).toEqual(['email']);
  });

  it('have the defaults of what they leave out', () => {
    const ledger = new Ledger();
    const { parallel: _, cache: __, ...bare } = { ...generation0, contentType: 'post' };
    expect(ledger.take(RecipeRegistered, { contentType: 'post', recipe: bare })).toBeUndefined();
    expect(recipeInForce(ledger.state, 'post')).toEqual({ ...generation0, contentType: 'post' });
  });
});

describe('the recipe in force', () => {
  it('is generation 0 with every improvement in the order applied', () => {
    const ledger = new Ledger().improve('a', 'model', change).improve('b', 'model', smallest);
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
    const ledger = new Ledger().improve('a', 'model', change).improve('b', 'model', smallest);
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
    ledger.take(ImprovementConfirmed, { improvementId: 'a', impact: {}, guardrails: {} }, 1000);
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
