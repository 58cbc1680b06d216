import type { ModelReply, ModelRequest, NativeRequest } from '../model-provider.ts';
import { textOf } from './answer-body.ts';
import { assembled, completionIn, countsIn, parsed } from './chat-completion.ts';
import { streamedCompletion } from './chat-stream.ts';
import type { Deadline } from './deadline.ts';
import { embeddingsAs, refuseNoVectors } from './embeddings-answer.ts';
import { OtherDocument } from './endpoints.ts';
import { messageIn, messageReader } from './messages-answer.ts';
import { type ModelServer, posted } from './model-server.ts';
import { type EventReader, readEvents } from './named-events.ts';
import { type Concessions, sendAdapted } from './refused-fields.ts';
import { responseIn, responseReader } from './responses-answer.ts';
import { StreamOpening } from './stream-opening.ts';
import { tokenCounts, UNKNOWN_TOKENS } from './usage.ts';
import type { Pieces } from './whole-streams.ts';

export interface NativeCall {
  readonly server: ModelServer;
  readonly adaptations: Concessions;
  readonly request: ModelRequest;
  readonly native: NativeRequest;
  readonly limit: Deadline;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * A request passed on in its caller's own words, but for the model's name here and a limit where a budget needs one. Its answer is as the
 * server gave it; read of it is what is counted and recorded.
 * @throws ProviderError, an `OtherDocument` where the answer is of another protocol
 */
export function sendNative({ server, adaptations, request, native, limit }: NativeCall): Promise<ModelReply> {
  const { endpoint } = native;
  return sendAdapted(adaptations, `${endpoint}\n${request.model}`, nativeBody(request, native), async (body) => {
    const startedAt = performance.now();
    const answer = await posted(server, endpoint, { body, headers: native.headers }, limit, request);
    const { headers } = answer;
    if (answer.isEvents) {
      const opening = new StreamOpening(() => request.verbatim?.onOpen?.(headers));
      const reply = await streamed(server, answer.chunks, request, native, { startedAt, opening }).finally(() =>
        opening.end(),
      );
      return { ...reply, headers, endpoint };
    }
    const json = await textOf(server.name, answer);
    const reply = whole(server, native, body, json, startedAt);
    if (reply.text !== '') request.onText?.(reply.text);
    return { ...reply, headers, endpoint };
  });
}

/** Where the limit stands that a budget sets. */
const LIMITS: Partial<Record<NativeRequest['endpoint'], string>> = {
  responses: 'max_output_tokens',
  completions: 'max_tokens',
  messages: 'max_tokens',
};

function nativeBody({ model, verbatim }: ModelRequest, { endpoint, body }: NativeRequest): Body {
  const limited = LIMITS[endpoint];
  const isCounted = endpoint === 'completions' && body['stream'] === true;
  return {
    ...body,
    model,
    ...(verbatim?.limitTokens !== undefined && limited && { [limited]: verbatim.limitTokens }),
    ...(isCounted && { stream_options: { ...(body['stream_options'] as object | null), include_usage: true } }),
  };
}

/** @param asked  the body as it was sent in the end */
function whole(
  server: ModelServer,
  { endpoint, body }: NativeRequest,
  asked: Body,
  json: string,
  startedAt: number,
): ModelReply {
  // A page of the house, which some serve at any address.
  if (/^\s*</.test(json)) throw new OtherDocument(server.name, endpoint);
  const document = parsed(server, json) as Body;
  if (!isForEndpoint(endpoint, document)) throw new OtherDocument(server.name, endpoint);
  if (endpoint === 'completions') {
    const { completion, parts } = completionIn(server, json);
    return { ...assembled(parts, countsIn(completion) ?? UNKNOWN_TOKENS, { startedAt }), verbatim: json };
  }
  if (endpoint === 'embeddings') {
    refuseNoVectors(server.name, document, asked['encoding_format']);
    const { tokensIn: told, tokensInAll = NaN } = tokenCounts(document['usage']);
    const tokensIn = told > 0 ? told : tokensInAll;
    const nothing = { text: '', refused: false, calls: [], finish: 'stop', writtenCharacters: 0 };
    const counts = { ...UNKNOWN_TOKENS, tokensIn, tokensOut: 0 };
    return {
      ...assembled(nothing, counts, { startedAt }),
      verbatim: embeddingsAs(body['encoding_format'], document, json),
    };
  }
  const { parts, counts } = endpoint.startsWith('responses') ? responseIn(server, document) : messageIn(document);
  return { ...assembled(parts, counts, { startedAt }), verbatim: json };
}

function isForEndpoint(endpoint: NativeRequest['endpoint'], document: Body): boolean {
  if (endpoint === 'responses') return document['object'] === 'response' || Array.isArray(document['output']);
  if (endpoint === 'embeddings') return Array.isArray(document['data']);
  if (endpoint === 'responses/compact') return Array.isArray(document['output']);
  if (endpoint === 'messages') return document['type'] === 'message' || Array.isArray(document['content']);
  const [choice] = Array.isArray(document['choices']) ? (document['choices'] as unknown[]) : [];
  return typeof choice === 'object' && choice !== null && 'text' in choice;
}

function streamed(
  server: ModelServer,
  chunks: Pieces,
  request: ModelRequest,
  native: NativeRequest,
  { startedAt, opening }: { readonly startedAt: number; readonly opening: StreamOpening },
): Promise<ModelReply> {
  const { onEvent, endpoint, body } = native;
  if (endpoint === 'completions') {
    const onChunk = (json: string, text: string): void => onEvent?.(json, undefined, text);
    return streamedCompletion(
      server,
      chunks,
      { ...request, verbatim: { ...request.verbatim, body, onChunk } },
      startedAt,
      opening,
    );
  }
  const reader: EventReader = endpoint.startsWith('responses') ? responseReader(server) : messageReader();
  return readEvents({ server, chunks, request, native, reader, startedAt, opening });
}
