import { boundedJson, upToCharacters } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type {
  KeyBudget,
  GatewayRequest,
  ModelMessage,
  ModelPart,
  NativeRequest,
  UnsupportedField,
  VerbatimCompletion,
} from '@contentflow/language-models';
import { z } from 'zod';
import { NO_PARAMETERS } from '../protocols/chat.ts';

/** A JSON Schema of the caller's, which is handed on. */
const jsonSchema = boundedJson({ depth: 32, keys: 10_000, text: 20_000, size: 262_144 });
/** Where the protocol lets a field be absent, some client or other sends null. */
const toolCall = z.looseObject({
  id: z.string().nullish(),
  function: z.looseObject({ name: z.string().nullish(), arguments: z.unknown() }).nullish(),
});
const part = z.looseObject({ type: z.string().nullish(), text: z.string().nullish() });
const message = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(z.union([z.string(), part]))]).nullish(),
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().nullish(),
});
const tool = z.looseObject({
  type: z.string().nullish(),
  function: z
    .looseObject({ name: z.string(), description: z.string().nullish(), parameters: jsonSchema.nullish() })
    .nullish(),
});

/**
 * OpenAI's chat completions, as far as the gateway reads them; all else is the model server's to judge, also values that only some servers
 * know, as `max_tokens: -1`.
 */
export const completionSchema = z.looseObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().nullish(),
  max_completion_tokens: z.number().nullish(),
  n: z.number().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  seed: z.number().nullish(),
  /** Whose budget it is. */
  user: upToCharacters(512).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  response_format: z
    .looseObject({
      type: z.string().nullish(),
      json_schema: z.looseObject({ schema: jsonSchema.nullish() }).nullish(),
    })
    .nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([z.string(), z.looseObject({ function: z.looseObject({ name: z.string() }).nullish() })])
    .nullish(),
});
export type Completion = z.output<typeof completionSchema>;
export type Message = z.output<typeof message>;

/** A completion as it is read here, and in its caller's own words. */
export interface CompletionRequest {
  readonly completion: Completion;
  readonly body: object;
  readonly native?: NativeRequest;
  /** What its user is called where that is written down. */
  readonly caller?: string | undefined;
  /** Of the key that was shown, where it has one. */
  readonly keyBudget?: KeyBudget | undefined;
  readonly keyId?: string | undefined;
  /** The model that was asked for, where another is called in its place. */
  readonly standsInFor?: string | undefined;
}

/** Whom a streamed answer is told to, as it comes. */
export type Listener = Required<Pick<GatewayRequest, 'onText' | 'whenRead'>> &
  Required<Pick<VerbatimCompletion, 'onChunk' | 'onOpen' | 'onComment'>> &
  Required<Pick<NativeRequest, 'onEvent'>>;

/** Tokens of a reply whose length nobody bounds. */
const DEFAULT_TOKENS = 1024;

/**
 * The request for the gateway: in its caller's own words for servers of the same protocol, and translated for others.
 * @param body  as it came
 * @param native  what was asked in the first place, where that was no chat completion
 * @param listener  whom a streamed reply is told to
 */
export function gatewayRequest(
  { completion: asked, body, native, caller, keyBudget, keyId, standsInFor }: CompletionRequest,
  listener?: Listener,
): GatewayRequest {
  const { model, messages, temperature, top_p: topP, seed, stop, tools, tool_choice: choice } = asked;
  const functions = mayBeCalled(tools ?? [], choice);
  const schema = asked.response_format?.json_schema?.schema;
  return {
    model,
    ...(standsInFor !== undefined && { standsInFor }),
    messages: messages.map(asMessage),
    // Embeddings are asked for no token.
    maxOutputTokens:
      asked.max_tokens === 0 && native ? 0 : (mostOf(asked) ?? DEFAULT_TOKENS) * (positive(asked.n) ?? 1),
    ...(temperature != null && { temperature }),
    ...(topP != null && { topP }),
    ...(seed != null && { seed }),
    ...(stop?.length && { stop: stopsOf(asked) }),
    ...(schema && { responseSchema: schema }),
    ...(functions.length > 0 && { tools: functions.map(asTool) }),
    ...(choice && { toolChoice: toolChoice(choice) }),
    budget: { ...(caller !== undefined && { caller }), ...(keyBudget && { key: keyBudget }) },
    ...(keyId !== undefined && { keyId }),
    ...(listener && { onText: listener.onText, whenRead: listener.whenRead }),
    verbatim: {
      body: body as Record<string, unknown>,
      unsupported: native?.unsupported ?? unsupportedFieldIn(asked),
      onChunk: listener?.onChunk,
      onOpen: listener?.onOpen,
      onComment: listener?.onComment,
      ...(native && { native: { ...native, onEvent: listener?.onEvent } }),
    },
  };
}

/** The words of a form begin with the field that asks for it. What a user shows is told as such. */
function unsupportedFieldIn(asked: Completion): UnsupportedField | undefined {
  const messages = asked.messages.map((each) => (imagesIn(each) ? { ...each, content: textOf(each) } : each));
  const isOld = asked.messages.some((each) => each.role === 'function' || each['function_call'] != null);
  const old = isOld ? ['messages with calls of functions, which are no tools'] : [];
  const [what] = [...old, ...formsBeyondText({ ...asked, messages })];
  return what === undefined ? undefined : { param: what.split(' ')[0] as string, what };
}

/** Tokens; undefined where there is no limit, which some say as -1. */
export const limitOf = ({ max_completion_tokens: newer, max_tokens: older }: Completion): number | undefined =>
  positive(newer) ?? positive(older);
/** Of two limits servers heed the one or the other. */
const mostOf = ({ max_completion_tokens: newer, max_tokens: older }: Completion): number | undefined =>
  positive(Math.max(positive(newer) ?? 0, positive(older) ?? 0));
const positive = (count: number | null | undefined): number | undefined =>
  typeof count === 'number' && count > 0 ? Math.ceil(count) : undefined;

export const stopsOf = ({ stop }: Completion): readonly string[] => (typeof stop === 'string' ? [stop] : (stop ?? []));

/** What is not to be said in another protocol, nor by a recipe, in the words that the protocol has for it. */
export function formsBeyondText(asked: Completion): string[] {
  const { n, messages, tools, response_format: format } = asked;
  const isOther = (each: Message): boolean =>
    Array.isArray(each.content) && each.content.some((one) => typeof one !== 'string' && !isText(one));
  const said = (field: string): boolean => {
    const value = ownValue(asked as Record<string, unknown>, field);
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  };
  return [
    ...((n ?? 1) > 1 ? ['n'] : []),
    ...(messages.some(isOther) ? ['messages with other parts than text'] : []),
    ...(tools?.some((each) => !each.function) ? ['tools that are no functions'] : []),
    ...(format && (format.type ?? 'text') !== 'text' && !format.json_schema?.schema ? ['response_format'] : []),
    ...['functions', 'audio', 'logprobs'].filter(said),
  ];
}

function asTool({ name, description, parameters }: NonNullable<NonNullable<Completion['tools']>[number]['function']>) {
  return { name, parameters: { ...NO_PARAMETERS, ...parameters }, ...(description != null && { description }) };
}

type Choice = NonNullable<Completion['tool_choice']>;

/** The functions among the tools, where a choice allows some of them alone those. */
function mayBeCalled(tools: NonNullable<Completion['tools']>, choice: Completion['tool_choice']) {
  const functions = tools.flatMap(({ function: each }) => each ?? []);
  const { tools: some } = allowedIn(choice);
  if (!Array.isArray(some)) return functions;
  const names = new Set((some as Named[]).map((each) => each.function?.name ?? each.name));
  return functions.filter(({ name }) => names.has(name));
}

interface Named {
  readonly name?: unknown;
  readonly function?: { readonly name?: unknown } | null;
}

/** `{"type": "allowed_tools", "allowed_tools": {"mode": …, "tools": […]}}` */
const allowedIn = (choice: Completion['tool_choice']): { readonly mode?: unknown; readonly tools?: unknown } =>
  (typeof choice === 'object' ? (choice?.['allowed_tools'] as object | null | undefined) : undefined) ?? {};

/** Some name the tool as a response does, and some say in an object what the protocol says in a word, or in Mistral's and Anthropic's: `any`. */
function toolChoice(choice: Choice): NonNullable<GatewayRequest['toolChoice']> {
  if (typeof choice === 'object') {
    const name = choice.function?.name ?? choice['name'];
    if (typeof name === 'string' && name !== '') return { name };
  }
  const word = typeof choice === 'object' ? (allowedIn(choice).mode ?? choice['type']) : choice;
  if (word === 'none') return word;
  return word === 'required' || word === 'any' ? 'required' : 'auto';
}

export const textOf = ({ content }: Message): string =>
  typeof content === 'string'
    ? content
    : (content ?? []).map((one) => (typeof one === 'string' ? one : saidIn(one))).join('');

/** That it would not is what an assistant said, in a part of its own. */
const isText = ({ type }: z.output<typeof part>): boolean => (type ?? 'text') === 'text' || type === 'refusal';
const saidIn = ({ text, refusal }: z.output<typeof part>): string =>
  text ?? (typeof refusal === 'string' ? refusal : '');

/** The parts of what a user says, where they are texts and images alone; an image is a URL of the web or of `data:`. */
function imagesIn({ role, content }: Message): readonly ModelPart[] | undefined {
  if (role !== 'user' || !Array.isArray(content)) return undefined;
  const parts = content.map((one) => (typeof one === 'string' ? { text: one } : partOf(one)));
  const known = parts.filter((each) => each !== undefined);
  return known.length === parts.length && known.some((each) => 'imageUrl' in each) ? known : undefined;
}

function partOf(one: z.output<typeof part>): ModelPart | undefined {
  if ((one.type ?? 'text') === 'text') return { text: one.text ?? '' };
  const image = one['image_url'] as { url?: unknown } | string | null | undefined;
  const url = typeof image === 'object' ? image?.url : image;
  const isImage = one.type === 'image_url' && typeof url === 'string';
  return isImage && /^(https?:\/\/[^\s]|data:image\/[\w.+-]+(;[\w-]+=[^;,]*)*;base64,)/.test(url)
    ? { imageUrl: url }
    : undefined;
}

const ROLES: Readonly<Record<string, ModelMessage['role']>> = {
  system: 'system',
  developer: 'system',
  assistant: 'assistant',
  tool: 'tool',
};

function asMessage(each: Message): ModelMessage {
  const { role, tool_calls: calls, tool_call_id: toolCallId } = each;
  const parts = imagesIn(each);
  return {
    role: ownValue(ROLES, role) ?? 'user',
    content: textOf(each),
    ...(parts && { parts }),
    ...(calls?.length && {
      toolCalls: calls.map(({ id, function: called }) => ({
        id: id ?? '',
        name: called?.name ?? '',
        arguments: typeof called?.arguments === 'string' ? called.arguments : JSON.stringify(called?.arguments ?? {}),
      })),
    }),
    ...(toolCallId != null && { toolCallId }),
  };
}
