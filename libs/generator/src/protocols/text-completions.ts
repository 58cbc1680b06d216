import { upToCharacters } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { finishReasonOf, type UnsupportedField } from '@contentflow/language-models';
import { z } from 'zod';
import type { Used } from '../completions/completion-answer.ts';
import { finishOf, usageOf } from '../completions/completion-answer.ts';
import { type ChatChunk, ChoicePieces, textIn } from './chat.ts';
import { type InChat, withoutUnset } from './responses-request.ts';
import type { EmitEvent, Translated } from './translation.ts';

/**
 * OpenAI's completions of a text, as they were before chats.
 * Source: https://platform.openai.com/docs/api-reference/completions/create
 */
export const textCompletionSchema = z.looseObject({
  model: z.string().min(1),
  prompt: z.union([z.string(), z.array(z.string()), z.array(z.number()), z.array(z.array(z.number()))]).nullish(),
  max_tokens: z.number().nullish(),
  n: z.number().nullish(),
  best_of: z.number().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  seed: z.number().nullish(),
  user: upToCharacters(512).nullish(),
});
export type TextCompletion = z.output<typeof textCompletionSchema>;

export const TEXT_FIELDS: ReadonlyMap<string, string> = new Map([['messages', 'prompt']]);

/** Tokens that this protocol means where nobody says. */
const DEFAULT_TOKENS = 16;
/** What else of it is said alike in a chat. */
const ALIKE = [
  'n',
  'stop',
  'temperature',
  'top_p',
  'seed',
  'user',
  'presence_penalty',
  'frequency_penalty',
  'logit_bias',
];

export function textInChat(request: TextCompletion): InChat {
  const { model, prompt, stream, max_tokens: most } = request;
  const unsupported = beyondChat(request);
  const prompts = typeof prompt === 'string' ? [prompt] : (prompt ?? []).filter((each) => typeof each === 'string');
  const body = {
    model,
    messages: [{ role: 'user' as const, content: prompts.join('\n') }],
    // Each of several prompts has as much room.
    max_tokens: (most ?? DEFAULT_TOKENS) * Math.max(1, promptCount(request), request.best_of ?? 1),
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
    ...Object.fromEntries(ALIKE.map((name) => [name, ownValue(request, name)])),
  };
  return { body: withoutUnset(body), ...(unsupported && { unsupported }) };
}

const promptCount = ({ prompt }: TextCompletion): number =>
  Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;

/** A chat answers one prompt, and says nothing of how likely its words were in this protocol's form. */
function beyondChat(request: TextCompletion): UnsupportedField | undefined {
  const { prompt } = request;
  if (Array.isArray(prompt) && (prompt.length !== 1 || typeof prompt[0] !== 'string'))
    return { param: 'prompt', what: prompt.length > 1 ? 'several prompts at once, or tokens' : 'tokens' };
  const field = ['echo', 'logprobs', 'suffix'].find(
    (name) => ![undefined, null, false, ''].includes(ownValue(request, name) as null),
  );
  if (field !== undefined) return { param: field, what: field };
  return (request.best_of ?? 1) > 1 ? { param: 'best_of', what: 'best_of' } : undefined;
}

export interface TextHead {
  readonly id: string;
  readonly created: number;
  readonly request: TextCompletion;
}

/** A chat completion as one of text, and its chunks likewise. */
export class TextAnswer implements Translated {
  private readonly texts = new Map<unknown, { text: string; finish: string | null }>();
  private readonly choices = new ChoicePieces();
  private used: Used | undefined;

  constructor(
    private readonly head: TextHead,
    private readonly tell: EmitEvent,
  ) {}

  chunk(chunk: ChatChunk): void {
    for (const { index = 0, delta, finish_reason: finish = null } of this.choices.of(chunk)) {
      const one = this.texts.get(index) ?? { text: '', finish: null };
      this.texts.set(index, one);
      const text = textIn(delta?.content);
      one.text += text;
      one.finish = finish ?? one.finish;
      if (text || finish) this.tell(this.document([choice(index, text, finish)]));
    }
  }

  whole(used: Used): object {
    this.used = used;
    const choices = Array.from(this.texts, ([index, { text, finish }]) => choice(index, text, finish ?? 'stop'));
    return this.document(choices, usageOf(used));
  }

  end(): void {
    const { stream_options: options } = this.head.request;
    if (options?.include_usage && this.used) this.tell(this.document([], usageOf(this.used)));
  }

  private document(choices: readonly object[], usage?: object): object {
    const { id, created, request } = this.head;
    return { id, object: 'text_completion', created, model: request.model, choices, ...(usage && { usage }) };
  }
}

const choice = (index: unknown, text: string, finish: string | null) => ({
  text,
  index,
  logprobs: null,
  finish_reason: finish && finishOf(finishReasonOf(finish)),
});
