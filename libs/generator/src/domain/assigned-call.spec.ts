import { type RecipeChange, usePolicySchema } from '@contentflow/contracts';
import { recipeOfUse, withChange } from '@contentflow/recipes';
import type { CompletionRequest } from '../completions/completion-request.ts';
import { assignedCall, isFreeToChange, PromptOrder } from './assigned-call.ts';

const generation0 = recipeOfUse('support', usePolicySchema.parse({ model: 'large' }))!;
const messages = [{ role: 'user', content: 'How do I clean it?' }];
const chat = (more: object = {}): CompletionRequest => {
  const body = { model: 'large', messages, vendor: 1, ...more };
  return { completion: body, body };
};
const changed = (request: CompletionRequest, ...changes: RecipeChange[]) =>
  assignedCall(request, changes.reduce(withChange, generation0), generation0, new PromptOrder());

describe('a call by the recipe of its unit', () => {
  it('stays as its caller wrote it where that says nothing else than generation 0', () => {
    const request = chat({ temperature: 0.3 });
    expect(changed(request)).toBe(request);
  });

  it('is told of another model in every form of it, and of whom that stands in for', () => {
    const native = { endpoint: 'messages' as const, body: { model: 'large', max_tokens: 5, system: 'Be kind.' } };
    const made = changed({ ...chat(), native }, { kind: 'use_model', model: 'small' });
    expect(made).toMatchObject({
      completion: { model: 'small', vendor: 1 },
      body: { model: 'small', vendor: 1 },
      native: { body: { model: 'small', max_tokens: 5, system: 'Be kind.' } },
      standsInFor: 'large',
    });
  });

  it('is told of another temperature, whatever it asked for, and of the same model', () => {
    const made = changed(chat({ temperature: 0.9 }), { kind: 'set_temperature', temperature: 0.2 });
    expect(made).toMatchObject({ completion: { temperature: 0.2 }, body: { temperature: 0.2, model: 'large' } });
    expect(made.standsInFor).toBeUndefined();
  });

  it.each<[string, CompletionRequest['native'], boolean]>([
    ['a chat completion', undefined, true],
    ['Anthropic’s message', { endpoint: 'messages', body: {} }, true],
    ['vectors', { endpoint: 'embeddings', body: {} }, false],
    ['a response that its server keeps', { endpoint: 'responses', body: {} }, false],
    ['a response that nobody keeps', { endpoint: 'responses', body: { store: false } }, true],
    [
      'a response that goes on from one that is kept',
      { endpoint: 'responses', body: { store: false, previous_response_id: 'resp_1' } },
      false,
    ],
  ])('may be another model’s or not: %s', (_what, native, isFree) => {
    expect(isFreeToChange({ native } as CompletionRequest)).toBe(isFree);
  });
});

describe('instructions that come back before those that change', () => {
  const now = (minute: number) => ({ role: 'system', content: `It is 10:${minute}.` });
  const rules = { role: 'system', content: 'You answer customers of a shop for bottles.' };
  const tone = { role: 'developer', content: 'Be brief and kind.' };
  const said = (minute: number) => [now(minute), rules, tone, ...messages, { role: 'system', content: 'Now.' }];
  const stable: RecipeChange = { kind: 'set_prompt_order', order: 'stable_first' };
  const recipe = withChange(generation0, stable);

  it('move to the front once they came twice, in the order in which they first came; the conversation stays', () => {
    const order = new PromptOrder();
    const madeAt = (minute: number) => {
      order.note(said(minute));
      return assignedCall(chat({ messages: said(minute) }), recipe, generation0, order);
    };
    expect(madeAt(10).body).toMatchObject({ messages: said(10) });
    const expected = [rules, tone, now(11), ...messages, { role: 'system', content: 'Now.' }];
    const made = madeAt(11);
    expect(made.body).toMatchObject({ messages: expected, vendor: 1 });
    expect(made.completion.messages).toEqual(expected);
  });

  it('stay where they are in protocols that have one text of instructions', () => {
    const order = new PromptOrder();
    for (let minute = 10; minute < 13; minute++) order.note(said(minute));
    const native = { endpoint: 'messages' as const, body: { model: 'large', system: 'x' } };
    const request = { ...chat({ messages: said(13) }), native };
    expect(assignedCall(request, recipe, generation0, order)).toBe(request);
  });

  it('are remembered within bounds, also where all of them change', () => {
    const order = new PromptOrder();
    for (let call = 0; call < 5000; call++) order.note([{ role: 'system', content: `Customer ${call}.` }, rules]);
    expect(order.stableFirst([now(1), rules])).toEqual([1, 0]);
    expect(order.size).toBeLessThan(500);
  });
});
