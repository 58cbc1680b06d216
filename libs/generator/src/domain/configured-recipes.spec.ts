import { newEvent, recipeSchema, RecipeConfigured, RecipeRegistered, RecipeReplaced } from '@contentflow/contracts';
import { afterEntry, initialSystemState, type SystemState } from '@contentflow/decisions';
import { recipeVersion } from '@contentflow/recipes';
import {
  areRecipesAdopted,
  newlyConfigured,
  notesOnRecipes,
  type RecipesOfFile,
  sourceOf,
} from './configured-recipes.ts';

const recipeOf = (contentType: string, model: string, instructions = 'Write.') =>
  recipeSchema.parse({
    contentType,
    prompt: { instructions },
    steps: [{ id: 'body', instruction: 'Write.', maxOutputTokens: 100 }],
    output: { body: 'body' },
    model,
  });
type Written = ReturnType<typeof recipeOf>;
const email = recipeOf('email', 'm1', 'Ours.');
const [shippedEmail, headline] = [recipeOf('email', 'm1'), recipeOf('headline', 'm1')];

/** Started with this file and that, one after the other; each time the optimizer adopts what is new. */
class Installation {
  state: SystemState = initialSystemState;

  start(file: RecipesOfFile, source = (recipe: Written) => sourceOf(file, recipe)): string[] {
    const said = newlyConfigured(this.state, file);
    for (const recipe of [...file.own, ...file.shipped]) {
      const about = { contentType: recipe.contentType, recipe, version: recipeVersion(recipe), source: source(recipe) };
      if (!this.state.generation0[recipe.contentType]) this.take(RecipeRegistered, about);
      else if (said.includes(recipe)) this.take(RecipeConfigured, about);
    }
    return said.map(({ contentType, model }) => `${contentType} by ${model}`);
  }
  adopt(contentType: string): this {
    const to = recipeVersion(this.state.configuredRecipes[contentType]!.recipe);
    const basis = { procedure: '', question: '', at: 0, evidence: null, policy: '', code: '', positions: {} };
    this.take(RecipeReplaced, {
      contentType,
      from: '',
      to,
      parts: ['model'],
      carried: [],
      ended: [],
      reason: '',
      basis,
    });
    return this;
  }
  private take(definition: Parameters<typeof newEvent>[0], data: object): void {
    const seq = this.state.position;
    const { cause: _, ...event } = {
      ...newEvent(definition, { subject: 's', time: seq, cause: { id: `${seq}` }, data } as never),
      cause: 0,
    };
    this.state = afterEntry(this.state, {
      seq,
      previousHash: '',
      hash: '',
      hashVersion: 2,
      decision: { ...event, correlationId: 'c' } as never,
    });
    expect(this.state.void).toEqual([]);
  }
}

describe('what a configuration says anew of recipes', () => {
  const begun = (file: RecipesOfFile = { own: [email], shipped: [headline] }): Installation => {
    const installation = new Installation();
    expect(installation.start(file)).toEqual([]);
    return installation;
  };

  it('is nothing at a restart with the same file, whether it was adopted or not', () => {
    const file = { own: [recipeOf('email', 'm2')], shipped: [headline] };
    const again = begun();
    expect(again.start({ own: [email], shipped: [headline] })).toEqual([]);
    expect(again.start(file)).toEqual(['email by m2']);
    expect(again.start(file)).toEqual([]);
    expect(areRecipesAdopted(again.state, file)).toBe(false);
    expect(again.adopt('email').start(file)).toEqual([]);
    expect(areRecipesAdopted(again.state, file)).toBe(true);
  });

  it('is what was said before the last time, when it is said again', () => {
    const changed = begun();
    changed.start({ own: [recipeOf('email', 'm2')], shipped: [headline] });
    expect(changed.start({ own: [email], shipped: [headline] })).toEqual(['email by m1']);
    expect(changed.state.configuredRecipes['email']?.times).toBe(2);
  });

  it('is the shipped recipe where the file’s own is taken out, and the file’s where it is put in', () => {
    const taken = begun();
    expect(taken.start({ own: [], shipped: [shippedEmail, headline] })).toEqual(['email by m1']);
    expect(taken.start({ own: [], shipped: [shippedEmail, headline] })).toEqual([]);
    expect(taken.start({ own: [email], shipped: [headline] })).toEqual(['email by m1']);
  });

  it('is nothing of a content type that the file names no more, nor of the recipes of another release', () => {
    const removed = begun({ own: [recipeOf('label', 'm1')], shipped: [headline] });
    const release = { own: [], shipped: [recipeOf('headline', 'm1', 'Reworded by a release.')] };
    expect(removed.start(release)).toEqual([]);
    expect(notesOnRecipes(removed.state, release)).toEqual([expect.stringMatching(/no recipe for label any more/)]);
  });

  it('is another model where the file names it, and none where it was the first of a list', () => {
    const other = [recipeOf('headline', 'm2')];
    expect(begun().start({ own: [email], shipped: other })).toEqual([]);
    const moved = begun();
    expect(moved.start({ own: [email], shipped: other, model: 'm2' })).toEqual(['headline by m2']);
    expect(moved.start({ own: [email], shipped: other, model: 'm2' })).toEqual([]);
    expect(moved.start({ own: [email], shipped: [headline] })).toEqual([]);
  });

  it('takes nothing that an earlier release registered for a recipe of the file’s own', () => {
    const old = new Installation();
    old.start({ own: [], shipped: [shippedEmail] }, () => 'configuration');
    const newer = { own: [], shipped: [recipeOf('email', 'm1', 'Reworded by a release.')] };
    expect(old.start(newer)).toEqual([]);
  });

  it('is told to whoever starts or looks: to be adopted, and adopted when', () => {
    const file = { own: [recipeOf('email', 'm2')], shipped: [headline] };
    const changed = begun();
    expect(notesOnRecipes(changed.state, { own: [email], shipped: [headline] })).toEqual([]);
    const pending = [expect.stringMatching(/another recipe for email than before/)];
    expect(notesOnRecipes(changed.state, file)).toEqual(pending);
    changed.start(file);
    expect(notesOnRecipes(changed.state, file)).toEqual(pending);
    expect(notesOnRecipes(changed.adopt('email').state, file)).toEqual([
      expect.stringMatching(/recipe of email was adopted at 1970-.*: it changed model/),
    ]);
  });
});
