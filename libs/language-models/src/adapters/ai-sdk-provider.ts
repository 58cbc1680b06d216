import type { createOpenAI } from '@ai-sdk/openai';
import {
  ProviderError,
  type FinishReason,
  type ModelMessage,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  type ModelToolCall,
} from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { deadline } from './deadline.ts';
import {
  failedAnswer,
  failedDocument,
  failedTransport,
  MAX_ERROR_BYTES,
  MAX_REPLY_BYTES,
  tooLong,
} from './failures.ts';

const DEFAULT_TIMEOUT_MS = 120_000;

type LanguageModel = ReturnType<ReturnType<typeof createOpenAI>['chat']>;
type CallOptions = Parameters<LanguageModel['doGenerate']>[0];
type Usage = Awaited<ReturnType<LanguageModel['doGenerate']>>['usage'];
type Prompt = CallOptions['prompt'];

/** OpenAI and Anthropic in their own protocols, through the AI SDK's models; its retries are not used. */
export function aiSdkProvider(configuration: ProviderConfiguration): ModelProvider {
  const { name, kind, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = configuration;
  let loading: ReturnType<typeof languageModels> | undefined;

  return {
    name,
    kind,
    simulated: false,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline(timeoutMs, signal);
      try {
        const work = request.onText ? streamed : whole;
        const models = await (loading ??= languageModels(configuration));
        return await work(name, models(request.model), request, limit.signal);
      } catch (error) {
        if (limit.signal.aborted) throw limit.failure(name);
        throw classified(name, error, [apiKey]);
      } finally {
        limit.end();
      }
    },
  };
}

/** Loaded with the first call, so that who has no such provider does without. */
async function languageModels({
  name,
  kind,
  apiKey,
  baseUrl,
}: ProviderConfiguration): Promise<(model: string) => LanguageModel> {
  const settings = { apiKey, ...(baseUrl && { baseURL: baseUrl }), fetch: guardedFetch(name) };
  if (kind === 'anthropic') return (await import('@ai-sdk/anthropic')).createAnthropic(settings);
  return (await import('@ai-sdk/openai')).createOpenAI(settings).chat;
}

/** No redirect takes the key elsewhere, and no reply fills the memory. */
const guardedFetch =
  (name: string): typeof fetch =>
  async (input, init) => {
    const answer = await fetch(input, { ...init, redirect: 'manual' });
    if (!answer.body) return answer;
    let size = 0;
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        size += chunk.length;
        if (size > MAX_REPLY_BYTES) throw tooLong(name);
        controller.enqueue(chunk);
        if (!answer.ok && size >= MAX_ERROR_BYTES) controller.terminate();
      },
    });
    return new Response(answer.body.pipeThrough(counting), answer);
  };

async function whole(name: string, model: LanguageModel, request: ModelRequest, abortSignal: AbortSignal) {
  const startedAt = performance.now();
  const result = await model.doGenerate(callOptions(request, abortSignal));
  let text = '';
  const calls: ModelToolCall[] = [];
  for (const part of result.content) {
    if (part.type === 'text') text += part.text;
    if (part.type === 'tool-call') calls.push({ id: part.toolCallId, name: part.toolName, arguments: part.input });
  }
  return assembled(name, { text, calls, usage: result.usage, finish: result.finishReason.unified, startedAt });
}

async function streamed(name: string, model: LanguageModel, request: ModelRequest, abortSignal: AbortSignal) {
  const startedAt = performance.now();
  const { stream } = await model.doStream(callOptions(request, abortSignal));
  let text = '';
  let firstAt: number | undefined;
  const calls: ModelToolCall[] = [];
  let end: { usage: Usage; finish: string } | undefined;

  for await (const part of stream as unknown as AsyncIterable<StreamPart<typeof stream>>) {
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
  return assembled(name, { text, calls, ...end, startedAt, firstAt });
}

type StreamPart<S> = S extends ReadableStream<infer P> ? P : never;

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
  return messages.map(({ role, content, toolCalls, toolCallId = '' }): Prompt[number] => {
    const text = { type: 'text' as const, text: content };
    if (role === 'system') return { role, content };
    if (role === 'user') return { role, content: [text] };
    if (role === 'assistant')
      return { role, content: [...(content ? [text] : []), ...(toolCalls ?? []).map(callPart)] };
    const output = { type: 'text' as const, value: content };
    const toolName = toolNames.get(toolCallId) ?? '';
    return { role, content: [{ type: 'tool-result', toolCallId, toolName, output }] };
  });
}

function callPart(call: ModelToolCall) {
  return { type: 'tool-call' as const, toolCallId: call.id, toolName: call.name, input: jsonOrText(call.arguments) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface Parts {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly usage: Usage;
  readonly finish: string;
  readonly startedAt: number;
  readonly firstAt?: number | undefined;
}

function assembled(name: string, parts: Parts): ModelReply {
  const { text, calls, usage, startedAt, firstAt } = parts;
  const finishReason = finishReasonOf(parts.finish);
  if (finishReason === 'content_filter' && text === '')
    throw new ProviderError('content_filter', `${name} filtered its answer`);
  if (text === '' && calls.length === 0 && finishReason !== 'length')
    throw new ProviderError('malformed_reply', `${name} sent a completion without a message`);
  const timeMs = performance.now() - startedAt;
  return {
    text,
    tokensIn: usage.inputTokens.total ?? Number.NaN,
    tokensOut: usage.outputTokens.total ?? Number.NaN,
    timeToFirstTokenMs: firstAt === undefined ? timeMs : firstAt - startedAt,
    timeMs,
    finishReason,
    ...(calls.length > 0 && { toolCalls: calls }),
  };
}

function finishReasonOf(unified: string): FinishReason {
  if (unified === 'content-filter') return 'content_filter';
  if (unified === 'tool-calls') return 'tool_calls';
  return unified === 'stop' || unified === 'length' ? unified : 'other';
}

/** What the SDK throws, by its fields: its classes differ between the versions that its own packages bring. */
/** An error of the SDK, by its class. */
export function classified(provider: string, error: unknown, secrets: readonly (string | undefined)[]): ProviderError {
  if (error instanceof ProviderError) return error;
  const thrown = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const status = thrown['statusCode'];
  const body = typeof thrown['responseBody'] === 'string' ? thrown['responseBody'] : '';
  // The SDK reports an unreadable first event of a stream as status 500, which the server never sent.
  if (String(thrown['message']).startsWith('JSON parsing failed') || body.startsWith('{"name":"AI_'))
    return new ProviderError('malformed_reply', `${provider} sent a reply that cannot be read`);
  if (typeof status === 'number' && status !== 200) {
    const headers = (thrown['responseHeaders'] ?? {}) as Record<string, string>;
    return failedAnswer({ provider, status, retryAfter: headers['retry-after'], body, secrets });
  }
  const reported = status === 200 ? errorIn(body) : undefined;
  if (reported) return failedDocument(provider, reported, secrets);
  if (!('cause' in thrown) && 'type' in thrown && 'message' in thrown) return failedDocument(provider, thrown, secrets);
  return failedTransport(provider, error);
}

/** The error that a server reported with status 200. */
function errorIn(body: string): unknown {
  const document = jsonOrText(body);
  return typeof document === 'object' && document !== null && 'error' in document ? document.error : undefined;
}
