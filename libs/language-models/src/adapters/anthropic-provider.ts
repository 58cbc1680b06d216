import type { createAnthropic } from '@ai-sdk/anthropic';
import {
  ProviderError,
  type FinishReason,
  type ModelMessage,
  type ModelPart,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  type ModelToolCall,
} from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { classified, guardedFetch, jsonOrText, splitBase } from './ai-sdk.ts';
import { deadline } from './deadline.ts';
import { failedTransport, forwardedHeaders } from './failures.ts';
import { modelServer } from './model-server.ts';
import { sendNative } from './native-request.ts';
import { Concessions, sendAdapted } from './refused-fields.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const ANTHROPIC = 'https://api.anthropic.com/v1';
/** Of its protocol, where the caller says none. */
const VERSION = '2023-06-01';

const shown = (apiKey: string) => ({ 'x-api-key': apiKey, 'anthropic-version': VERSION });

type LanguageModel = ReturnType<ReturnType<typeof createAnthropic>>;
type CallOptions = Parameters<LanguageModel['doGenerate']>[0];
type Usage = Awaited<ReturnType<LanguageModel['doGenerate']>>['usage'];
type Prompt = CallOptions['prompt'];

/** Anthropic in its own protocol, through the AI SDK's models; its retries are not used. */
export function anthropicProvider(configuration: ProviderConfiguration): ModelProvider {
  const { name, kind, apiKey, headers = {}, timeoutMs = DEFAULT_TIMEOUT_MS, totalTimeoutMs } = configuration;
  const secrets = [apiKey, ...Object.values(headers)];
  const adaptations = new Concessions();
  const server = modelServer({ ...configuration, baseUrl: configuration.baseUrl ?? ANTHROPIC }, shown);
  let loading: ReturnType<typeof languageModels> | undefined;

  return {
    name,
    kind,
    simulated: false,
    passesOn: ['messages'],
    seesImages: true,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline({ timeoutMs, totalTimeoutMs }, signal);
      const alive = (): void => {
        limit.alive();
        request.onAlive?.();
      };
      const send = async (fields: object): Promise<ModelReply> => {
        const models = await (loading ??= languageModels(configuration));
        const work = request.onText ? streamed : whole;
        try {
          const asked = { ...request, ...withoutSteering, ...steeringOf(fields), onAlive: alive };
          return await work(name, models(request.model), asked, limit.signal);
        } catch (error) {
          throw classified(name, error, secrets);
        }
      };
      const native = request.verbatim?.native;
      try {
        if (native?.endpoint === 'messages') return await sendNative({ server, adaptations, request, native, limit });
        return await sendAdapted(adaptations, request.model, steeringIn(request), send);
      } catch (error) {
        if (limit.signal.aborted) throw limit.failure(name);
        throw error instanceof ProviderError ? error : failedTransport(name, error);
      } finally {
        limit.end();
      }
    },
    close: () => server.agent.destroy(),
  };
}

/** What a server may refuse, under the name that it has there. */
const steeringIn = ({ temperature, topP }: ModelRequest): Record<string, unknown> => ({
  ...(temperature !== undefined && { temperature }),
  ...(topP !== undefined && { top_p: topP }),
});
const withoutSteering = { temperature: undefined, topP: undefined };
function steeringOf(fields: { temperature?: number; top_p?: number }): Pick<ModelRequest, 'temperature' | 'topP'> {
  const { temperature, top_p: topP } = fields;
  return { ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) };
}

/** Loaded with the first call, so that who has no such provider does without. */
async function languageModels({
  name,
  apiKey,
  baseUrl,
  headers,
}: ProviderConfiguration): Promise<(model: string) => LanguageModel> {
  const { baseURL, search } = splitBase(baseUrl);
  const settings = {
    apiKey,
    ...(baseURL && { baseURL }),
    ...(headers && { headers }),
    fetch: guardedFetch(name, search),
  };
  return (await import('@ai-sdk/anthropic')).createAnthropic(settings);
}

async function whole(name: string, model: LanguageModel, request: ModelRequest, abortSignal: AbortSignal) {
  const startedAt = performance.now();
  const result = await model.doGenerate(callOptions(request, abortSignal));
  let text = '';
  const calls: ModelToolCall[] = [];
  for (const part of result.content) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'tool-call') calls.push({ id: part.toolCallId, name: part.toolName, arguments: part.input });
  }
  const { usage, finishReason, response } = result;
  const headers = forwardedHeaders(Object.entries(response?.headers ?? {}));
  return assembled(name, { text, calls, usage, finish: finishReason.unified, startedAt, headers });
}

async function streamed(name: string, model: LanguageModel, request: ModelRequest, abortSignal: AbortSignal) {
  const startedAt = performance.now();
  const { stream, response } = await model.doStream(callOptions(request, abortSignal));
  const headers = forwardedHeaders(Object.entries(response?.headers ?? {}));
  request.verbatim?.onOpen?.(headers);
  let text = '';
  let firstAt: number | undefined;
  const calls: ModelToolCall[] = [];
  let end: { usage: Usage; finish: string } | undefined;

  for await (const part of partsOf(stream)) {
    request.onAlive?.();
    if (part.type === 'error') throw part.error;
    if (part.type === 'text-delta') {
      firstAt ??= performance.now();
      text += part.delta;
      request.onText?.(part.delta);
    }
    if (part.type === 'tool-call') calls.push({ id: part.toolCallId, name: part.toolName, arguments: part.input });
    if (part.type === 'finish') end = { usage: part.usage, finish: part.finishReason.unified };
  }
  // The SDK closes a stream that broke off with a finish of its own, reason "other" and nothing counted.
  if (!end || (end.finish === 'other' && end.usage.outputTokens.total === undefined))
    throw new ProviderError('malformed_reply', `${name} ended its stream half-way, after ${text.length} characters`);
  return assembled(name, { text, calls, ...end, startedAt, firstAt, headers });
}

/** Whoever breaks off ends the stream. */
async function* partsOf<Part>(stream: ReadableStream<Part>): AsyncGenerator<Part> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel();
  }
}

function callOptions(request: ModelRequest, abortSignal: AbortSignal): CallOptions {
  return {
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
    abortSignal,
  };
}

function promptOf(messages: readonly ModelMessage[]): Prompt {
  const toolNames = new Map(messages.flatMap((m) => m.toolCalls ?? []).map((call) => [call.id, call.name]));
  return messages.map(({ role, content, parts, toolCalls, toolCallId = '' }): Prompt[number] => {
    const text = { type: 'text' as const, text: content };
    if (role === 'system') return { role, content };
    if (role === 'user') return { role, content: parts ? parts.map(userPart) : [text] };
    if (role === 'assistant')
      return { role, content: [...(content ? [text] : []), ...(toolCalls ?? []).map(callPart)] };
    const output = { type: 'text' as const, value: content };
    const toolName = toolNames.get(toolCallId) ?? '';
    return { role, content: [{ type: 'tool-result', toolCallId, toolName, output }] };
  });
}

function userPart(part: ModelPart) {
  if ('text' in part) return { type: 'text' as const, text: part.text };
  const [, mediaType = 'image/*', data] = /^data:(image\/[\w.+-]+);base64,([\s\S]*)$/.exec(part.imageUrl) ?? [];
  return { type: 'file' as const, mediaType, data: data ?? new URL(part.imageUrl) };
}

function callPart(call: ModelToolCall) {
  return { type: 'tool-call' as const, toolCallId: call.id, toolName: call.name, input: jsonOrText(call.arguments) };
}

interface Parts {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly usage: Usage;
  readonly finish: string;
  readonly startedAt: number;
  readonly firstAt?: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws ProviderError `content_filter` where nothing is left of the answer */
function assembled(name: string, parts: Parts): ModelReply {
  const { text, calls, usage, startedAt, firstAt, headers } = parts;
  const { total, cacheRead, cacheWrite } = usage.inputTokens;
  const timeMs = performance.now() - startedAt;
  const reply: ModelReply = {
    text,
    tokensIn: countOf(total) || NaN,
    tokensOut: countOf(usage.outputTokens.total),
    ...(countOf(cacheRead) > 0 && { tokensCached: countOf(cacheRead) }),
    ...(countOf(cacheWrite) > 0 && { tokensCacheWrite: countOf(cacheWrite) }),
    timeToFirstTokenMs: firstAt === undefined ? timeMs : firstAt - startedAt,
    timeMs,
    finishReason: finishReasonOf(parts.finish),
    ...(calls.length > 0 && { toolCalls: calls }),
    headers,
  };
  if (reply.finishReason === 'content_filter' && text === '')
    throw new ProviderError('content_filter', `${name} filtered its answer`, { reply });
  return reply;
}

const countOf = (count: number | undefined): number =>
  Number.isSafeInteger(count) && (count as number) >= 0 ? (count as number) : NaN;

function finishReasonOf(unified: string): FinishReason {
  if (unified === 'content-filter') return 'content_filter';
  if (unified === 'tool-calls') return 'tool_calls';
  return unified === 'stop' || unified === 'length' ? unified : 'other';
}
