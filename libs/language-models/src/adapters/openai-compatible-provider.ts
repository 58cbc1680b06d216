import { Agent, type Dispatcher } from 'undici';
import {
  ProviderError,
  type FinishReason,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  type ModelToolCall,
  type ProviderKind,
} from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { chatCompletionBody, verbatimBody } from './chat-completion-body.ts';
import { deadline } from './deadline.ts';
import {
  failedAnswer,
  failedDocument,
  failedTransport,
  MAX_ERROR_BYTES,
  MAX_REPLY_BYTES,
  tooLong,
} from './failures.ts';
import { serverSentEvents } from './server-sent-events.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const CONNECTIONS = 256;

/**
 * Any server that speaks OpenAI's chat completions, Ollama's among them.
 * Spoken directly over undici and not through the AI SDK, whose cost per call exceeds what the gateway may add
 * (docs/adr/0006-language-models.md).
 */
export function openAiCompatibleProvider(configuration: ProviderConfiguration & { baseUrl: string }): ModelProvider {
  const { name, kind, apiKey, timeoutMs = DEFAULT_TIMEOUT_MS } = configuration;
  const url = new URL(`${configuration.baseUrl.replace(/\/+$/, '')}/chat/completions`);
  const agent = new Agent({ connections: CONNECTIONS, headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
  const headers = headersOf(apiKey, url);
  const secrets = [apiKey, url.password, decodeURIComponent(url.password), headers['authorization']?.split(' ')[1]];
  const server: Server = { name, kind, url, agent, secrets, headers };

  return {
    name,
    kind,
    simulated: false,
    isVerbatim: true,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline(timeoutMs, signal);
      try {
        return await complete(server, request, limit.signal);
      } catch (error) {
        if (limit.signal.aborted) throw limit.failure(name);
        throw error instanceof ProviderError ? error : failedTransport(name, error);
      } finally {
        limit.end();
      }
    },
    close: () => agent.destroy(),
  };
}

interface Server {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Record<string, string>;
  readonly secrets: readonly (string | undefined)[];
}

function headersOf(apiKey: string | undefined, url: URL): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (apiKey) headers['authorization'] = `Bearer ${apiKey}`;
  else if (url.username)
    headers['authorization'] = `Basic ${btoa(decodeURIComponent(`${url.username}:${url.password}`))}`;
  return headers;
}

async function complete(server: Server, request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
  const startedAt = performance.now();
  const { verbatim } = request;
  const answer = await server.agent.request({
    origin: server.url.origin,
    path: server.url.pathname + server.url.search,
    method: 'POST',
    headers: server.headers,
    body: JSON.stringify(verbatim ? verbatimBody(server.kind, { ...request, verbatim }) : chatCompletionBody(request)),
    signal,
  });
  if (answer.statusCode !== 200) throw await refusal(server, answer);

  const type = String(answer.headers['content-type'] ?? '');
  if (request.onText && type.includes('text/event-stream')) return streamed(server, answer, request, startedAt);
  if (!type.includes('json')) {
    answer.body.on('error', () => undefined).destroy();
    throw malformed(server, `sent "${type}" where JSON was due`);
  }
  const json = await textOf(server, answer);
  const reply = replyOf(server, json, startedAt);
  request.onText?.(reply.text);
  return verbatim ? { ...reply, verbatim: json } : reply;
}

async function refusal(server: Server, answer: Dispatcher.ResponseData): Promise<ProviderError> {
  const retryAfter = answer.headers['retry-after'];
  return failedAnswer({
    provider: server.name,
    status: answer.statusCode,
    retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    body: await beginningOf(answer),
    secrets: server.secrets,
  });
}

async function textOf(server: Server, answer: Dispatcher.ResponseData): Promise<string> {
  const length = answer.headers['content-length'];
  if (length !== undefined && Number(length) <= MAX_REPLY_BYTES) return answer.body.text();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw tooLong(server.name);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** As much of an error as anyone reads. */
async function beginningOf({ body }: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

const malformed = (server: Server, what: string): ProviderError =>
  new ProviderError('malformed_reply', `${server.name} ${what}`);

interface Completion {
  readonly error?: unknown;
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
  readonly choices?: readonly Choice[];
}

interface Choice {
  readonly message?: { readonly content?: string | null; readonly tool_calls?: readonly ToolCallPart[] | null };
  readonly delta?: { readonly content?: string | null; readonly tool_calls?: readonly ToolCallPart[] | null };
  readonly finish_reason?: string | null;
}

interface ToolCallPart {
  readonly index?: number;
  readonly id?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
}

function parsed(server: Server, json: string): Completion {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw malformed(server, 'sent a reply that is not JSON');
  }
  if (typeof document !== 'object' || document === null) throw malformed(server, 'sent JSON that is no completion');
  const completion: Completion = document;
  if (completion.error) throw failedDocument(server.name, completion.error, server.secrets);
  return completion;
}

function replyOf(server: Server, json: string, startedAt: number): ModelReply {
  const completion = parsed(server, json);
  const choice = Array.isArray(completion.choices) ? (completion.choices[0] as Choice | undefined) : undefined;
  const content = choice?.message?.content;
  const calls = choice?.message?.tool_calls;
  if (typeof content !== 'string' && !calls?.length) throw malformed(server, 'sent a completion without a message');
  return assembled(server, completion.usage, {
    text: content ?? '',
    calls: (calls ?? []).map(toolCall),
    finish: choice?.finish_reason ?? 'stop',
    startedAt,
  });
}

const toolCall = (part: ToolCallPart): ModelToolCall => ({
  id: part.id ?? '',
  name: part.function?.name ?? '',
  arguments: part.function?.arguments ?? '',
});

interface Parts {
  readonly text: string;
  readonly calls: readonly ModelToolCall[];
  readonly finish: string;
  readonly startedAt: number;
  readonly firstAt?: number;
}

function assembled(server: Server, usage: Completion['usage'], parts: Parts): ModelReply {
  const finishReason = finishReasonOf(parts.finish);
  if (finishReason === 'content_filter' && parts.text === '')
    throw new ProviderError('content_filter', `${server.name} filtered its answer`);
  const timeMs = performance.now() - parts.startedAt;
  return {
    text: parts.text,
    // Servers that count nothing answer no usage; NaN tells the gateway to estimate.
    tokensIn: usage?.prompt_tokens ?? Number.NaN,
    tokensOut: usage?.completion_tokens ?? Number.NaN,
    timeToFirstTokenMs: parts.firstAt === undefined ? timeMs : parts.firstAt - parts.startedAt,
    timeMs,
    finishReason,
    ...(parts.calls.length > 0 && { toolCalls: parts.calls }),
  };
}

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['content_filter', 'content_filter'],
  ['tool_calls', 'tool_calls'],
  ['function_call', 'tool_calls'],
]);
const finishReasonOf = (reason: string): FinishReason => FINISH_REASONS.get(reason) ?? 'other';

async function streamed(
  server: Server,
  answer: Dispatcher.ResponseData,
  request: ModelRequest,
  startedAt: number,
): Promise<ModelReply> {
  let text = '';
  let firstAt: number | undefined;
  let finish: string | undefined;
  let usage: Completion['usage'];
  const calls = new Map<number, { id: string; name: string; arguments: string }>();

  for await (const data of serverSentEvents(answer.body as AsyncIterable<Buffer>, MAX_REPLY_BYTES)) {
    if (data === '[DONE]') break;
    const chunk = parsed(server, data);
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    const piece = choice?.delta?.content ?? '';
    if (piece) {
      firstAt ??= performance.now();
      text += piece;
    }
    tell(request, data, chunk, piece);
    for (const part of choice?.delta?.tool_calls ?? []) addToolCall(calls, part);
    finish = choice?.finish_reason ?? finish;
  }
  if (finish === undefined) throw malformed(server, `ended its stream half-way, after ${text.length} characters`);
  return assembled(server, usage, { text, calls: [...calls.values()], finish, startedAt, firstAt });
}

/** The count at the end was asked for by us: those who did not ask are not told. */
function tell({ verbatim, onText }: ModelRequest, json: string, { choices, usage }: Completion, piece: string): void {
  if (!verbatim?.onChunk) return piece ? onText?.(piece) : undefined;
  const isCount = usage && !choices?.length;
  const isAsked = (verbatim.body['stream_options'] as { include_usage?: unknown } | null | undefined)?.include_usage;
  if (!isCount || isAsked) verbatim.onChunk(json, piece);
}

/** A tool call arrives in pieces, told apart by their index. */
function addToolCall(calls: Map<number, { id: string; name: string; arguments: string }>, part: ToolCallPart): void {
  const index = part.index ?? calls.size;
  const call = calls.get(index) ?? { id: '', name: '', arguments: '' };
  if (part.id) call.id = part.id;
  call.name += part.function?.name ?? '';
  call.arguments += part.function?.arguments ?? '';
  calls.set(index, call);
}
