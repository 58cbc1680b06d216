import { recipeSchema } from '@contentflow/contracts';
import { initialSystemState, type SystemState } from '@contentflow/decisions';
import { notesOnModels } from './model-notes.ts';

const recipeOf = (contentType: string, model: string) =>
  recipeSchema.parse({
    contentType,
    prompt: { instructions: 'Write.' },
    steps: [{ id: 'body', instruction: 'Write.', maxOutputTokens: 100 }],
    output: { body: 'body' },
    model,
  });
const begun: SystemState = {
  ...initialSystemState,
  generation0: { email: recipeOf('email', 'm1'), headline: recipeOf('headline', 'm1') },
};
const offered = (...names: string[]) => names.map((name) => ({ name, provider: 'p' }));

describe('what is said of models at a start', () => {
  it('is nothing where all is as it was', () => {
    expect(notesOnModels(begun, { offered: offered('m1', 'm2') })).toEqual([]);
    expect(notesOnModels(initialSystemState, { offered: [] })).toEqual([]);
    expect(notesOnModels(begun, { offered: offered('*') })).toEqual([]);
  });

  it('is that every brief fails, where what was begun has no provider any more', () => {
    expect(notesOnModels(begun, { offered: [] })).toEqual([
      expect.stringMatching(/^no provider is configured any more: every brief of email, headline fails/),
    ]);
  });

  it('names the model that is gone, whose it was, and what stands in for it', () => {
    expect(notesOnModels(begun, { offered: offered('m2') })).toEqual([
      expect.stringMatching(/"m1" any more: email, headline moves to another/),
    ]);
    const replaced = { ...begun, replacedModels: { m1: 'm2' } };
    expect(notesOnModels(replaced, { offered: offered('m2') })).toEqual([expect.stringContaining('is made by "m2"')]);
  });
});
