import type { createAnthropic } from '@ai-sdk/anthropic';
import {
  type ModelMessage,
  type ModelPart,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  type ModelToolCall,
  type NativeRequest,
  ProviderError,
  unsupportedRequest,
} from '../model-provider.ts';
import { messageOf, parseWithAllDigits } from '@contentflow/kernel';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { jsonOrText } from './ai-sdk.ts';
import { unfiltered } from './chat-completion.ts';
import { type Deadline, deadline } from './deadline.ts';
import { failedTransport } from './failures.ts';
import { modelServer } from './model-server.ts';
import { sendNative } from './native-request.ts';
import { isRecord } from './error-document.ts';
import { Concessions } from './refused-fields.ts';
import { shortCallId } from './short-call-ids.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const ANTHROPIC = 'https://api.anthropic.com/v1';
/** Of its protocol, where the caller says none. */
const VERSION = '2023-06-01';

const shown = (apiKey: string) => ({ 'x-api-key': apiKey, 'anthropic-version': VERSION });

type LanguageModel = ReturnType<ReturnType<typeof createAnthropic>>;
type CallOptions = Parameters<LanguageModel['doGenerate']>[0];
type Prompt = CallOptions['prompt'];

/** Anthropic in its own protocol. The AI SDK writes what is asked; what is answered is read as it is where a client asks in that protocol. */
export function anthropicProvider(configuration: ProviderConfiguration): ModelProvider {
  const { name, kind, timeoutMs = DEFAULT_TIMEOUT_MS, totalTimeoutMs } = configuration;
  const adaptations = new Concessions();
  const server = modelServer({ ...configuration, baseUrl: configuration.baseUrl ?? ANTHROPIC }, shown);

  const chat = async (request: ModelRequest, limit: Deadline): Promise<ModelReply> => {
    const native = await writtenBy(name, request);
    const asked = { ...request, onText: request.responseSchema ? undefined : request.onText };
    const reply = await sendNative({ server, adaptations, request: asked, native, limit });
    const { verbatim: _theirs, endpoint: _messages, ...answer } = withAnswer(reply, request);
    if (request.responseSchema && answer.text !== '') request.onText?.(answer.text);
    return unfiltered(server, answer);
  };

  return {
    name,
    kind,
    simulated: false,
    passesOn: ['messages'],
    seesImages: true,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline({ timeoutMs, totalTimeoutMs }, signal);
      const native = request.verbatim?.native;
      try {
        if (native?.endpoint === 'messages') return await sendNative({ server, adaptations, request, native, limit });
        return await chat(request, limit);
      } catch (error) {
        if (limit.isOver) throw limit.failure(name);
        throw error instanceof ProviderError ? error : failedTransport(name, error);
      } finally {
        limit.end();
      }
    },
    close: () => server.connections.close(),
  };
}

/** What the SDK is told was answered, so that it is content: nobody reads it. */
const NOTHING = { type: 'message', content: [], stop_reason: 'end_turn', usage: { input_tokens: 0, output_tokens: 0 } };

/**
 * A request in Anthropic's words. Loaded with the first call, so that who has no such provider does without.
 * @throws ProviderError `bad_request` for what Anthropic has no words for
 */
async function writtenBy(name: string, request: ModelRequest): Promise<NativeRequest> {
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  let written: RequestInit = {};
  const models = createAnthropic({
    apiKey: 'none',
    fetch: (_url, init) => {
      written = init ?? {};
      return Promise.resolve(Response.json(NOTHING));
    },
  });
  try {
    await models(request.model).doGenerate(callOptions(request));
  } catch (error) {
    throw unsupportedRequest(name, { param: 'messages', what: messageOf(error) });
  }
  const body = parseWithAllDigits(String(written.body)) as Record<string, unknown>;
  const beta = new Headers(written.headers).get('anthropic-beta');
  return {
    endpoint: 'messages',
    body: request.onText ? { ...body, stream: true } : body,
    ...(beta !== null && { headers: { 'anthropic-beta': beta } }),
  };
}

/** Where a model cannot be held to a schema, the SDK has it call a tool of this name, whose arguments are the answer. */
const ANSWER_TOOL = 'json';

function withAnswer(reply: ModelReply, { responseSchema, tools = [] }: ModelRequest): ModelReply {
  const answer = responseSchema && reply.toolCalls?.find((call) => call.name === ANSWER_TOOL);
  if (!answer || tools.some((tool) => tool.name === ANSWER_TOOL)) return reply;
  const { toolCalls: _answer, ...rest } = reply;
  return {
    ...rest,
    text: answer.arguments,
    finishReason: reply.finishReason === 'tool_calls' ? 'stop' : reply.finishReason,
  };
}

function callOptions(request: ModelRequest): CallOptions {
  const { user, parallel_tool_calls: mayCallAtOnce } = request.verbatim?.body ?? {};
  return {
    providerOptions: {
      anthropic: {
        ...(mayCallAtOnce === false && { disableParallelToolUse: true }),
        ...(typeof user === 'string' && user !== '' && { metadata: { userId: user } }),
      },
    },
    prompt: promptOf(request.messages),
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    stopSequences: request.stop && [...request.stop],
    seed: request.seed,
    ...(request.responseSchema && { responseFormat: { type: 'json', schema: { ...request.responseSchema } } }),
    tools: request.tools?.map(({ name, description, parameters }) => ({
      type: 'function' as const,
      name,
      description,
      inputSchema: { ...parameters },
    })),
    ...(request.toolChoice && {
      toolChoice:
        typeof request.toolChoice === 'object'
          ? { type: 'tool', toolName: request.toolChoice.name }
          : { type: request.toolChoice },
    }),
  };
}

const isOfSystem = ({ role }: ModelMessage): boolean => role === 'system';

/** It refuses a turn, and a text, of nothing but blanks, which others let pass. */
const isSaid = ({ role, content, parts, toolCalls }: ModelMessage): boolean =>
  role === 'tool' || !isBlank(content) || parts !== undefined || toolCalls !== undefined;
const isBlank = (text: string): boolean => text.trim() === '';

function promptOf(asked: readonly ModelMessage[]): Prompt {
  const said = asked.filter(isSaid);
  const messages = said.every(isOfSystem) ? asked : said;
  const toolNames = new Map(messages.flatMap((m) => m.toolCalls ?? []).map((call) => [call.id, call.name]));
  // It knows one system, before all that is said.
  const ordered = [...messages.filter(isOfSystem), ...messages.filter((each) => !isOfSystem(each))];
  return ordered.map(({ role, content, parts, toolCalls, toolCallId = '' }): Prompt[number] => {
    const text = { type: 'text' as const, text: content };
    if (role === 'system') return { role, content };
    if (role === 'user') return { role, content: parts ? parts.filter(saysSomething).map(userPart) : [text] };
    if (role === 'assistant')
      return { role, content: [...(isBlank(content) ? [] : [text]), ...(toolCalls ?? []).map(callPart)] };
    const result = { type: 'tool-result' as const, toolCallId: takenId(toolCallId) };
    const output = { type: 'text' as const, value: content };
    const toolName = toolNames.get(toolCallId) ?? '';
    return { role, content: [{ ...result, toolName, output }] };
  });
}

/** It takes no names of calls with other characters, as Kimi's `functions.find:0`. */
const takenId = (callId: string): string => (/^[\w-]{1,64}$/.test(callId) ? callId : shortCallId(callId));

/** It refuses a text of nothing beside an image. */
const saysSomething = (part: ModelPart): boolean => !('text' in part) || !isBlank(part.text);

function userPart(part: ModelPart) {
  if ('text' in part) return { type: 'text' as const, text: part.text };
  const [, mediaType = 'image/*', data] =
    /^data:(image\/[\w.+-]+)(?:;[\w-]+=[^;,]*)*;base64,([\s\S]*)$/.exec(part.imageUrl) ?? [];
  return { type: 'file' as const, mediaType, data: data ?? new URL(part.imageUrl) };
}

function callPart(call: ModelToolCall) {
  return {
    type: 'tool-call' as const,
    toolCallId: takenId(call.id),
    toolName: call.name,
    input: objectIn(call.arguments),
  };
}

/** It knows calls with an object alone; what another model wrote may be none. */
function objectIn(json: string): object {
  const given = json.trim() === '' ? {} : jsonOrText(json);
  if (typeof given === 'string') return { text: given };
  return isRecord(given) ? given : { ...(given !== null && { value: given }) };
}
