import { boundedJson, upToCharacters } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { estimatedTokens, estimatedTokensIn, type UnsupportedField } from '@contentflow/language-models';
import { z } from 'zod';
import {
  type ChatBody,
  type ChatMessage,
  type ChatPart,
  type ChatToolCall,
  NO_PARAMETERS,
  toolMessage,
} from './chat.ts';
import { type InChat, withoutUnset } from './responses-request.ts';

const jsonSchema = boundedJson({ depth: 32, keys: 10_000, text: 20_000, size: 262_144 });
const block = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(block)]);

/**
 * Anthropic's messages, as far as the gateway reads them.
 * Source: https://docs.anthropic.com/en/api/messages
 */
export const messagesSchema = z.looseObject({
  model: z.string().min(1),
  max_tokens: z.number().int().positive(),
  messages: z.array(z.looseObject({ role: z.string(), content })).min(1),
  system: content.nullish(),
  stream: z.boolean().nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  tools: z
    .array(
      z.looseObject({
        type: z.string().nullish(),
        name: z.string(),
        description: z.string().nullish(),
        input_schema: jsonSchema.nullish(),
      }),
    )
    .nullish(),
  tool_choice: z.looseObject({ type: z.string() }).nullish(),
  metadata: z.looseObject({ user_id: upToCharacters(512).nullish() }).nullish(),
});
export type MessagesRequest = z.output<typeof messagesSchema>;

/** The same to be counted: nothing is made, and so nothing limited. */
export const countedMessagesSchema = messagesSchema.extend({ max_tokens: messagesSchema.shape.max_tokens.nullish() });
export type CountedMessages = z.output<typeof countedMessagesSchema>;

/** What Anthropic counts for an image at most. Source: https://docs.anthropic.com/en/docs/build-with-claude/vision */
const TOKENS_PER_IMAGE = 1600;

/** About how many tokens go in, tools included. */
export const estimatedTokensOf = (request: CountedMessages): number =>
  estimatedTokensOfChat(messageInChat({ ...request, max_tokens: 1 }).body);

export function estimatedTokensOfChat({ messages, tools }: ChatBody): number {
  const parts = messages.flatMap(({ content }): (string | ChatPart)[] =>
    typeof content === 'string' ? [content] : [...(content ?? [])],
  );
  const texts = parts.map((part) => (typeof part === 'string' ? part : part.type === 'text' ? part.text : ''));
  const calls = messages.flatMap(({ tool_calls: each }) => each ?? []);
  const images = parts.filter((part) => typeof part !== 'string' && part.type === 'image_url').length;
  const others = [calls, tools ?? []]
    .filter((list) => (list as unknown[]).length > 0)
    .map((list) => JSON.stringify(list));
  return (
    estimatedTokensIn(messages.map(() => ({ role: 'user', content: '' }))) +
    [...texts, ...others].reduce((sum, text) => sum + estimatedTokens(text), 0) +
    images * TOKENS_PER_IMAGE
  );
}
type Block = z.output<typeof block>;

export const MESSAGES_FIELDS: ReadonlyMap<string, string> = new Map([
  ['stop', 'stop_sequences'],
  ['user', 'metadata.user_id'],
  ['response_format', 'output_config'],
]);

export function messageInChat(request: MessagesRequest): InChat {
  const { model, system, stream, tools, tool_choice: choice } = request;
  const messages = request.messages.map(({ role, content: said }) => turnOf(role, blocksOf(said)));
  const other = tools?.find(({ type }) => type != null && type !== 'custom');
  const ofAnthropic = RUN_BY_ANTHROPIC.find((name) => isSaid(ownValue(request, name)));
  const unsupported: UnsupportedField | undefined = other
    ? { param: 'tools', what: `tools of the type ${String(other.type)}` }
    : ofAnthropic
      ? { param: ofAnthropic, what: ofAnthropic }
      : messages
          .flatMap(({ unknown }) => unknown ?? [])
          .map((what) => ({ param: 'messages', what: `input of the type ${what}` }))[0];
  const hasTools = tools !== undefined && tools !== null && tools.length > 0;
  const body = {
    model,
    messages: [
      ...(system ? [{ role: 'system' as const, content: textOf(blocksOf(system)) }] : []),
      ...messages.flatMap((turn) => turn.messages),
    ],
    max_tokens: request.max_tokens,
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
    stop: request.stop_sequences?.length ? request.stop_sequences : undefined,
    temperature: request.temperature,
    top_p: request.top_p,
    user: request.metadata?.user_id,
    tools: hasTools ? tools.map(asTool) : undefined,
    tool_choice: hasTools ? asChoice(choice) : undefined,
    parallel_tool_calls: hasTools && choice?.['disable_parallel_tool_use'] === true ? false : undefined,
    response_format: formatOf(request['output_config'] ?? request['output_format']),
  };
  return { body: withoutUnset(body), ...(unsupported && { unsupported }) };
}

/** Tools that it calls, and files that it works on, by itself: no other server would. */
const RUN_BY_ANTHROPIC = ['mcp_servers', 'container'];
const isSaid = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

type Tools = NonNullable<MessagesRequest['tools']>;

const asTool = ({ name, description, input_schema: parameters }: Tools[number]) => ({
  type: 'function',
  function: withoutUnset({ name, description, parameters: parameters ?? NO_PARAMETERS }),
});

function asChoice(choice: MessagesRequest['tool_choice']): unknown {
  if (choice?.type === 'any') return 'required';
  if (choice?.type === 'tool') return { type: 'function', function: { name: choice['name'] } };
  return choice?.type === 'none' ? 'none' : undefined;
}

function formatOf(output: unknown): unknown {
  const outputConfig = output as { format?: unknown } | null | undefined;
  const format = (outputConfig?.format ?? outputConfig) as { type?: unknown; schema?: unknown } | null | undefined;
  if (format?.type !== 'json_schema') return undefined;
  return { type: 'json_schema', json_schema: { name: 'answer', schema: format.schema, strict: true } };
}

interface Turn {
  readonly messages: readonly ChatMessage[];
  readonly unknown?: readonly string[];
}

const blocksOf = (said: string | readonly Block[]): readonly Block[] =>
  typeof said === 'string' ? [{ type: 'text', text: said }] : said;

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const textOf = (blocks: readonly Block[]): string =>
  blocks.map((each) => stringOf(each['text'])).join(blocks.length > 1 ? '\n\n' : '');

/** Results of tools are messages of their own, before what the user says beside them. Thoughts that are sealed are left out: only who thought them can read on. */
function turnOf(role: string, blocks: readonly Block[]): Turn {
  const results = blocks.filter(({ type }) => type === 'tool_result').map(resultOf);
  const parts: ChatPart[] = results.flatMap(({ shown }) => shown);
  const calls: ChatToolCall[] = [];
  const unknown: string[] = [];
  for (const each of blocks) {
    const part = partOf(each);
    if (part) parts.push(part);
    else if (each.type === 'tool_use') calls.push(callOf(each));
    else if (!IGNORED_BLOCKS.includes(each.type)) unknown.push(each.type);
  }
  const isText = parts.every((part) => part.type === 'text');
  const said = isText ? parts.map((part) => (part as { text: string }).text).join('') : parts;
  const thoughts = blocks.map((each) => (each.type === 'thinking' ? stringOf(each['thinking']) : '')).join('');
  const hasOwnContent = parts.length > 0 || calls.length > 0 || results.length === 0;
  const own: ChatMessage = {
    role: role === 'assistant' ? 'assistant' : role === 'system' ? 'system' : 'user',
    content: calls.length > 0 && said.length === 0 ? null : said,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const unknownInResults = results.flatMap((result) => result.unknown);
  return {
    messages: [...results.map(({ message }) => message), ...(hasOwnContent ? [own] : [])],
    unknown: [...unknown, ...unknownInResults],
  };
}

const IGNORED_BLOCKS = ['thinking', 'redacted_thinking', 'tool_result'];

function partOf(each: Block): ChatPart | undefined {
  if (each.type === 'text') return { type: 'text', text: stringOf(each['text']) };
  const source = (each['source'] ?? {}) as Readonly<Record<string, unknown>>;
  if (each.type === 'image' && source['type'] === 'url')
    return { type: 'image_url', image_url: { url: stringOf(source['url']) } };
  if (each.type === 'image' && source['type'] === 'base64')
    return {
      type: 'image_url',
      image_url: { url: `data:${stringOf(source['media_type'])};base64,${stringOf(source['data'])}` },
    };
  if (each.type === 'document' && source['type'] === 'text') return { type: 'text', text: stringOf(source['data']) };
  return undefined;
}

const callOf = ({ id, name, input }: Block): ChatToolCall => ({
  id: stringOf(id),
  type: 'function',
  function: { name: stringOf(name), arguments: JSON.stringify(input ?? {}) },
});

/** That it failed is said in words: a chat has no field for it. */
function resultOf(each: Block): ReturnType<typeof toolMessage> & { readonly unknown: readonly string[] } {
  const blocks = blocksOf((each['content'] ?? '') as string | Block[]);
  const parts = blocks.flatMap((one) => partOf(one) ?? []);
  const failed: ChatPart[] = each['is_error'] === true ? [{ type: 'text', text: 'Error: ' }] : [];
  return {
    ...toolMessage(stringOf(each['tool_use_id']), [...failed, ...parts]),
    unknown: blocks.filter((one) => !partOf(one)).map(({ type }) => type),
  };
}
