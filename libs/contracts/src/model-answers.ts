import { z } from 'zod';
import type { Answer } from './answers.ts';

/** What is answered in the protocols of OpenAI and Anthropic, as far as every server says it. */
export const completionAnswer = z.looseObject({
  id: z.string(),
  object: z.literal('chat.completion'),
  model: z.string(),
  choices: z.array(z.looseObject({ index: z.number().int(), message: z.looseObject({ role: z.string() }) })),
  usage: z.looseObject({ prompt_tokens: z.number(), completion_tokens: z.number(), total_tokens: z.number() }),
});
export const responseAnswer = z.looseObject({
  id: z.string(),
  object: z.literal('response'),
  model: z.string(),
  status: z.string(),
  output: z.array(z.looseObject({ type: z.string() })),
});
export const textCompletionAnswer = z.looseObject({
  id: z.string(),
  object: z.literal('text_completion'),
  choices: z.array(z.looseObject({ index: z.number().int(), text: z.string() })),
});
export const embeddingsAnswer = z.looseObject({
  object: z.literal('list'),
  data: z.array(z.looseObject({ index: z.number().int(), embedding: z.union([z.array(z.number()), z.string()]) })),
});
export const messageAnswer = z.looseObject({
  id: z.string(),
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(z.looseObject({ type: z.string() })),
});
export const countedTokensAnswer = z.object({ input_tokens: z.number().int(), estimated: z.literal(true) });
export const countedInputAnswer = z.object({
  object: z.literal('response.input_tokens'),
  input_tokens: z.number().int(),
  estimated: z.literal(true),
});
export const compactionAnswer = z.looseObject({ output: z.array(z.looseObject({ type: z.string() })) });
export const modelAnswer = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.number().int(),
    owned_by: z.string(),
    type: z.literal('model'),
    display_name: z.string(),
    created_at: z.string(),
  })
  .meta({ id: 'Model', description: 'In OpenAI’s form and in Anthropic’s; when it was made is not known, and 0' });
export type ListedModel = Answer<typeof modelAnswer>;
export const modelsAnswer = z.object({
  object: z.literal('list'),
  data: z.array(modelAnswer),
  has_more: z.literal(false),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
});
export type ListedModels = Answer<typeof modelsAnswer>;
export type CountedTokens = Answer<typeof countedTokensAnswer>;
export type CountedInput = Answer<typeof countedInputAnswer>;
