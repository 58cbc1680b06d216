import { boundedJson, upToCharacters } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type { UnsupportedField } from '@contentflow/language-models';
import { z } from 'zod';
import {
  type ChatBody,
  type ChatMessage,
  type ChatPart,
  type ChatToolCall,
  NO_PARAMETERS,
  toolMessage,
} from './chat.ts';

const jsonSchema = boundedJson({ depth: 32, keys: 10_000, text: 20_000, size: 262_144 });
const item = z.looseObject({ type: z.string().nullish(), id: z.string().nullish(), role: z.string().nullish() });
const tool = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  parameters: jsonSchema.nullish(),
  strict: z.boolean().nullish(),
});

/**
 * OpenAI's responses, as far as the gateway reads them; all else is the model server's to judge.
 * Source: https://platform.openai.com/docs/api-reference/responses/create
 */
export const responsesSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(item)]).nullish(),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  previous_response_id: z.string().nullish(),
  max_output_tokens: z.number().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  user: upToCharacters(512).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ type: z.string() })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z
    .looseObject({
      format: z.looseObject({ type: z.string().nullish(), schema: jsonSchema.nullish() }).nullish(),
      verbosity: z.string().nullish(),
    })
    .nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish() }).nullish(),
  include: z.array(z.string()).nullish(),
  top_logprobs: z.number().nullish(),
  background: z.boolean().nullish(),
});
export type ResponsesRequest = z.output<typeof responsesSchema>;
export type InputItem = Readonly<Record<string, unknown>>;

export const itemsOf = ({ input }: ResponsesRequest): readonly InputItem[] =>
  typeof input === 'string' ? [{ type: 'message', role: 'user', content: input }] : (input ?? []);

/** Its fields, by the names that a chat completion has for them. */
export const RESPONSES_FIELDS: ReadonlyMap<string, string> = new Map([
  ['messages', 'input'],
  ['response_format', 'text.format'],
  ['max_tokens', 'max_output_tokens'],
  ['max_completion_tokens', 'max_output_tokens'],
  ['logprobs', 'include'],
  ['reasoning_effort', 'reasoning.effort'],
]);

/** A request as a chat completion, and what of it none can say. */
export interface InChat {
  readonly body: ChatBody;
  readonly unsupported?: UnsupportedField;
}

/** @param items  the conversation, what went before it included */
export function responseInChat(request: ResponsesRequest, items: readonly InputItem[]): InChat {
  const said = messagesOf(items);
  const unsupported = beyondChat(request) ?? said.unsupported;
  const {
    model,
    instructions,
    stream,
    tools,
    tool_choice: choice,
    text,
    include,
    top_logprobs: alternatives,
  } = request;
  const functions = allowed(tools ?? [], choice).filter(isTold);
  const wantsLogprobs = include?.includes('message.output_text.logprobs');
  const body = {
    model,
    // What only a server with the endpoint can be told is no empty conversation.
    messages: [
      ...(unsupported && said.messages.length === 0 ? [{ role: 'user' as const, content: '' }] : []),
      ...(instructions ? [{ role: 'system' as const, content: instructions }] : []),
      ...said.messages,
    ],
    ...(stream && { stream: true, stream_options: { include_usage: true } }),
    max_tokens: request.max_output_tokens,
    temperature: request.temperature,
    top_p: request.top_p,
    user: request.user,
    tools: functions.length > 0 ? functions.map(asTool) : undefined,
    tool_choice: functions.length > 0 ? asChoice(choice) : undefined,
    parallel_tool_calls: functions.length > 0 ? request.parallel_tool_calls : undefined,
    response_format: formatOf(text?.format),
    verbosity: text?.verbosity,
    reasoning_effort: request.reasoning?.effort,
    logprobs: wantsLogprobs ? true : undefined,
    top_logprobs: wantsLogprobs ? alternatives : undefined,
  };
  return { body: withoutUnset(body), ...(unsupported && { unsupported }) };
}

export const withoutUnset = <Body extends object>(body: Body): Body =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null)) as Body;

function beyondChat({ tools, ...request }: ResponsesRequest): UnsupportedField | undefined {
  const other = tools?.find((tool) => !isTold(tool));
  if (other) return { param: 'tools', what: `tools of the type ${other.type}` };
  if (request.background) return { param: 'background', what: 'responses in the background' };
  const unknown = ['conversation', 'prompt'].find((field) => ownValue(request, field) != null);
  return unknown === undefined ? undefined : { param: unknown, what: `a ${unknown} that it does not keep` };
}

type Tools = NonNullable<ResponsesRequest['tools']>;
type Choice = ResponsesRequest['tool_choice'];

/** A choice may narrow the tools. */
function allowed(tools: Tools, choice: Choice): Tools {
  if (typeof choice !== 'object' || choice?.type !== 'allowed_tools' || !Array.isArray(choice['tools'])) return tools;
  const names = new Set((choice['tools'] as { name?: unknown }[]).map(({ name }) => name));
  return tools.filter(({ name }) => names.has(name));
}

const isTold = ({ type }: Tools[number]): boolean => type === 'function' || type === 'custom';

/** The names of tools that are called with a text, which a chat knows as functions of one. */
export const customTools = ({ tools }: ResponsesRequest): ReadonlySet<string> =>
  new Set((tools ?? []).flatMap(({ type, name }) => (type === 'custom' && name ? [name] : [])));

const TEXT_ALONE = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};

function asTool(tool: Tools[number]) {
  const { type, name, description, parameters, strict } = tool;
  if (type !== 'custom')
    return {
      type: 'function',
      function: withoutUnset({ name, description, parameters: parameters ?? NO_PARAMETERS, strict }),
    };
  const purpose = [description, grammarOf(tool['format'])].filter(Boolean).join('\n\n');
  return { type: 'function', function: { name, ...(purpose && { description: purpose }), parameters: TEXT_ALONE } };
}

/** A grammar is told in words: no chat can be held to it. */
function grammarOf(format: unknown): string | undefined {
  const { type, syntax, definition } = (format ?? {}) as Readonly<Record<string, unknown>>;
  if (type !== 'grammar') return undefined;
  return `\`input\` fits this grammar (${textOf(syntax)}):\n${textOf(definition)}`;
}

function asChoice(choice: Choice): unknown {
  if (typeof choice !== 'object' || choice === null) return choice;
  if (choice.type === 'allowed_tools') return choice['mode'] ?? 'auto';
  return { type: 'function', function: { name: choice['name'] } };
}

function formatOf(format: NonNullable<ResponsesRequest['text']>['format']): unknown {
  if (!format || (format.type ?? 'text') === 'text') return undefined;
  if (format.type !== 'json_schema') return format;
  const { type: _type, name = 'answer', schema, strict, description } = format;
  return { type: 'json_schema', json_schema: withoutUnset({ name, schema, strict, description }) };
}

interface Said {
  readonly messages: readonly ChatMessage[];
  readonly unsupported?: UnsupportedField;
}

/** Calls stand within the message that made them, and so do the thoughts before it, where they are told in words. */
function messagesOf(items: readonly InputItem[]): Said {
  const messages: ChatMessage[] = [];
  let unsupported: UnsupportedField | undefined;
  let thoughts = '';
  const pictures: ChatPart[] = [];
  const show = (): void => {
    if (pictures.length > 0) messages.push({ role: 'user', content: pictures.splice(0) });
  };
  const cannot = (index: number, what: string): void => void (unsupported ??= { param: `input[${index}]`, what });
  const answered = (each: InputItem, index: number): void => {
    const { content, other } = contentOf(each['output']);
    if (other) cannot(index, `input of the type ${other}`);
    const parts = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : (content ?? []);
    const { message, shown } = toolMessage(textOf(each['call_id']), parts);
    addOutput(messages, message);
    pictures.push(...shown);
  };
  for (const [index, each] of items.entries()) {
    const type = each['type'] ?? 'message';
    if (!OUTPUTS.has(type)) show();
    if (type === 'message') {
      const { content, other } = contentOf(each['content']);
      if (other) cannot(index, `input of the type ${other}`);
      messages.push({ role: roleOf(each['role']), content });
    } else if (type === 'function_call') addCall(messages, each, each['arguments']);
    else if (type === 'custom_tool_call') addCall(messages, each, { input: textOf(each['input']) });
    else if (OUTPUTS.has(type)) answered(each, index);
    else if (type === 'reasoning') thoughts += thoughtsOf(each);
    else if (type === 'item_reference') cannot(index, 'an item that it does not keep');
    else cannot(index, `input of the type ${textOf(type)}`);
    if (type !== 'reasoning') thoughts = withThoughts(messages, thoughts);
  }
  show();
  return { messages, ...(unsupported && { unsupported }) };
}

const OUTPUTS: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);

/** Chats want what a tool answered right behind its call, whatever was said in between. */
function addOutput(messages: ChatMessage[], output: ChatMessage): void {
  const called = messages.findLastIndex((each) => each.tool_calls?.some(({ id }) => id === output.tool_call_id));
  let place = called === -1 ? messages.length : called + 1;
  while (called !== -1 && messages[place]?.role === 'tool') place++;
  messages.splice(place, 0, output);
}

/** As they were thought, or else in short. */
function thoughtsOf({ content, summary }: InputItem): string {
  const text = (parts: unknown): string =>
    Array.isArray(parts) ? (parts as InputItem[]).map((part) => textOf(part['text'])).join('') : '';
  return text(content) || text(summary);
}

/** What is still to be told with a message of the assistant. */
function withThoughts(messages: ChatMessage[], thoughts: string): string {
  const last = messages.at(-1);
  if (thoughts === '' || last?.role !== 'assistant') return thoughts;
  messages[messages.length - 1] = { ...last, reasoning_content: (last.reasoning_content ?? '') + thoughts };
  return '';
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function roleOf(role: unknown): ChatMessage['role'] {
  if (role === 'assistant') return 'assistant';
  return role === 'system' || role === 'developer' ? 'system' : 'user';
}

function addCall(messages: ChatMessage[], item: InputItem, given: unknown): void {
  const { call_id: id, name, extra_content: mark } = item;
  const call: ChatToolCall = {
    ...(mark !== undefined && { extra_content: mark }),
    id: textOf(id),
    type: 'function',
    function: { name: textOf(name), arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}) },
  };
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return void messages.push({ role: 'assistant', content: null, tool_calls: [call] });
  messages[messages.length - 1] = { ...last, tool_calls: [...(last.tool_calls ?? []), call] };
}

type Content = ChatMessage['content'];

/** Text alone is said as a text: not every server takes parts. */
function contentOf(content: unknown): { readonly content: Content; readonly other?: string } {
  if (!Array.isArray(content)) return { content: textOf(content) };
  const parts: ChatPart[] = [];
  let other: string | undefined;
  for (const part of content as Readonly<Record<string, unknown>>[]) {
    const chat = typeof part === 'string' ? ({ type: 'text', text: part } as const) : partOf(part);
    if (chat) parts.push(chat);
    else other ??= textOf(part['type']) || 'unknown';
  }
  const isText = parts.every((part) => part.type === 'text');
  return { content: isText ? parts.map(({ text }) => text).join('') : parts, ...(other !== undefined && { other }) };
}

function partOf(part: Readonly<Record<string, unknown>>): ChatPart | undefined {
  const { type, text, refusal, image_url: url, detail, file_id: id, ...rest } = part;
  if (type === 'input_text' || type === 'output_text' || type === 'text') return { type: 'text', text: textOf(text) };
  if (type === 'refusal') return { type: 'text', text: textOf(refusal) };
  if (type === 'input_image' && typeof url === 'string')
    return { type: 'image_url', image_url: { url, ...(typeof detail === 'string' && { detail }) } };
  if (type === 'input_file' && (typeof rest['file_data'] === 'string' || typeof id === 'string'))
    return {
      type: 'file',
      file: withoutUnset({ file_data: rest['file_data'], filename: rest['filename'], file_id: id }),
    };
  return undefined;
}
