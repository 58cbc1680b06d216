import {
  unsupportedRequest,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  ProviderError,
} from '../model-provider.ts';
import { modelName, type ProviderConfiguration } from '../provider-configuration.ts';
import { textOf } from './answer-body.ts';
import { bodyOf } from './chat-completion-body.ts';
import { assembled, completionIn, countsIn, unfiltered } from './chat-completion.ts';
import { streamedCompletion, tell } from './chat-stream.ts';
import { asDocument } from './completion-forms.ts';
import { type Deadline, deadline } from './deadline.ts';
import { failedTransport } from './failures.ts';
import { Endpoints, isMissingEndpoint, isModelNotFound } from './endpoints.ts';
import { modelServer, type ModelServer, posted } from './model-server.ts';
import { sendNative } from './native-request.ts';
import { Concessions, sendAdapted } from './refused-fields.ts';
import { StreamOpening } from './stream-opening.ts';
import { UNKNOWN_TOKENS } from './usage.ts';

const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * Any server that speaks OpenAI's protocol: OpenAI itself, Ollama and all that imitate it.
 * Spoken directly over undici and not through the AI SDK, whose cost per call exceeds what the gateway may add
 * (docs/adr/0006-language-models.md).
 */
export function openAiCompatibleProvider(configuration: ProviderConfiguration & { baseUrl: string }): ModelProvider {
  const { name, kind, timeoutMs = DEFAULT_TIMEOUT_MS, totalTimeoutMs } = configuration;
  const server = modelServer(configuration);
  const adaptations = new Concessions();
  const endpoints = new Endpoints(configuration.endpoints);

  const chat = (request: ModelRequest, limit: Deadline): Promise<ModelReply> =>
    sendAdapted(adaptations, request.model, bodyOf(kind, request), (taken) => complete(server, request, taken, limit));

  /** In its caller's own words where the server has the endpoint, else as a chat completion. */
  const answered = async (request: ModelRequest, limit: Deadline): Promise<ModelReply> => {
    const { model, verbatim } = request;
    const native = verbatim?.native;
    if (!native) return chat(request, limit);
    const { endpoint, unsupported } = native;
    let lack: unknown;
    if (endpoints.mayHave(endpoint, model)) {
      try {
        return await sendNative({ server, adaptations, request, native, limit });
      } catch (error) {
        if (!isMissingEndpoint(error) || (unsupported && isModelNotFound(error))) throw error;
        lack = error;
      }
    }
    if (unsupported) throw unsupportedRequest(name, unsupported);
    const reply = await chat(request, limit);
    if (lack) endpoints.lacks(endpoint, model);
    return reply;
  };

  return {
    name,
    kind,
    simulated: false,
    passesOn: ['chat/completions'],
    models: configuration.models.map(modelName),
    generate: async (request, signal) => {
      const limit = deadline({ timeoutMs, totalTimeoutMs }, signal);
      try {
        return await answered(request, limit);
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

async function complete(
  server: ModelServer,
  request: ModelRequest,
  body: object,
  limit: Deadline,
): Promise<ModelReply> {
  const startedAt = performance.now();
  const answer = await posted(server, 'chat/completions', { body }, limit, request);
  const { headers } = answer;
  if (answer.isEvents) {
    const opening = new StreamOpening(request.onText && (() => request.verbatim?.onOpen?.(headers)));
    const reply = await streamedCompletion(server, answer.chunks, request, startedAt, opening).finally(() =>
      opening.end(),
    );
    return unfiltered(server, { ...reply, headers });
  }
  const json = await textOf(server.name, answer);
  const { completion, parts } = completionIn(server, json);
  const reply = assembled(parts, countsIn(completion) ?? UNKNOWN_TOKENS, { startedAt });
  const { verbatim, onText } = request;
  const whole = unfiltered(
    server,
    { ...reply, headers, ...(verbatim && { verbatim: asDocument(completion, json) }) },
    verbatim ? undefined : parts,
  );
  if (verbatim?.onChunk) tell(request, json, completion, parts.text);
  else if (parts.text !== '') onText?.(parts.text);
  return whole;
}
