import { Agent, type Dispatcher } from 'undici';
import { ProviderError, type ModelProvider, type ModelReply, type ModelRequest } from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { beginningOf, decoded, headerOf, textOf } from './answer-body.ts';
import { bodyOf } from './chat-completion-body.ts';
import { type Answerer, assembled, completionIn, countsIn, type Parts } from './chat-completion.ts';
import { streamedCompletion } from './chat-stream.ts';
import { type Deadline, deadline } from './deadline.ts';
import { failedAnswer, failedTransport, headersPassedOn, retryAfterMsOf } from './failures.ts';
import { Concessions, sentAsTaken } from './refused-fields.ts';
import { UNCOUNTED } from './usage.ts';

const DEFAULT_TIMEOUT_MS = 120_000;
const CONNECTIONS = 256;

/**
 * Any server that speaks OpenAI's chat completions: OpenAI itself, Ollama and all that imitate it.
 * Spoken directly over undici and not through the AI SDK, whose cost per call exceeds what the gateway may add
 * (docs/adr/0006-language-models.md).
 */
export function openAiCompatibleProvider(configuration: ProviderConfiguration & { baseUrl: string }): ModelProvider {
  const { name, kind, timeoutMs = DEFAULT_TIMEOUT_MS, totalTimeoutMs } = configuration;
  const server = serverOf(configuration);

  return {
    name,
    kind,
    simulated: false,
    isVerbatim: true,
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline({ timeoutMs, totalTimeoutMs }, signal);
      try {
        const body = bodyOf(kind, request);
        return await sentAsTaken(server.concessions, request.model, body, (taken) =>
          complete(server, request, taken, limit),
        );
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

interface Server extends Answerer {
  readonly origin: string;
  readonly path: string;
  readonly agent: Agent;
  readonly headers: Record<string, string>;
  readonly concessions: Concessions;
}

function serverOf({
  name,
  apiKey,
  baseUrl,
  headers: own = {},
}: ProviderConfiguration & { readonly baseUrl: string }): Server {
  const url = new URL(baseUrl);
  const headers = { ...headersOf(apiKey, url), ...own };
  return {
    name,
    origin: url.origin,
    path: `${url.pathname.replace(/\/+$/, '')}/chat/completions${url.search}`,
    // Silence is the deadline's to end.
    agent: new Agent({ connections: CONNECTIONS, headersTimeout: 0, bodyTimeout: 0 }),
    headers,
    secrets: [
      apiKey,
      url.password,
      decodeURIComponent(url.password),
      ...url.searchParams.values(),
      headers['authorization']?.split(' ')[1],
      ...Object.values(own),
    ],
    concessions: new Concessions(),
  };
}

function headersOf(apiKey: string | undefined, url: URL): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (apiKey) headers['authorization'] = `Bearer ${apiKey}`;
  else if (url.username)
    headers['authorization'] = `Basic ${btoa(decodeURIComponent(`${url.username}:${url.password}`))}`;
  return headers;
}

async function complete(server: Server, request: ModelRequest, body: object, limit: Deadline): Promise<ModelReply> {
  const startedAt = performance.now();
  const answer = await server.agent.request({
    origin: server.origin,
    path: server.path,
    method: 'POST',
    headers: server.headers,
    body: JSON.stringify(body),
    signal: limit.signal,
  });
  const alive = (): void => {
    limit.alive();
    request.onAlive?.();
  };
  if (answer.statusCode < 200 || answer.statusCode >= 300) throw await refusal(server, answer);
  alive();
  const { isEvents, chunks } = await decoded(answer, alive);
  const headers = passedOn(answer);
  if (isEvents) {
    if (request.onText) request.verbatim?.onOpen?.(headers);
    const reply = await streamedCompletion(server, chunks, request, startedAt);
    return unfiltered(server, { ...reply, headers });
  }
  const json = await textOf(server.name, chunks);
  const { completion, parts } = completionIn(server, json);
  const reply = assembled(parts, countsIn(completion) ?? UNCOUNTED, { startedAt });
  const { verbatim, onText } = request;
  const whole = unfiltered(
    server,
    { ...reply, headers, ...(verbatim && { verbatim: json }) },
    verbatim ? undefined : parts,
  );
  if (parts.text !== '') onText?.(parts.text);
  return whole;
}

/**
 * A reply that holds something of what was asked for. One that was filtered is a failure of that class, with the reply in it; so is a
 * refusal, unless it goes to its caller as it came.
 */
function unfiltered(server: Server, reply: ModelReply, said?: Parts): ModelReply {
  const isFiltered = reply.finishReason === 'content_filter' || said?.refused;
  if (!isFiltered || reply.text !== '' || reply.toolCalls) return reply;
  throw new ProviderError('content_filter', `${server.name} filtered its answer`, {
    reply: { ...reply, finishReason: 'content_filter' },
  });
}

async function refusal(server: Server, answer: Dispatcher.ResponseData): Promise<ProviderError> {
  return failedAnswer({
    provider: server.name,
    status: answer.statusCode,
    retryAfterMs: retryAfterMsOf((name) => headerOf(answer, name)),
    body: await beginningOf(answer),
    secrets: server.secrets,
    headers: passedOn(answer),
  });
}

const passedOn = ({ headers }: Dispatcher.ResponseData) => headersPassedOn(Object.entries(headers));
