import type { Endpoint, ModelRequest, ProviderError } from '../model-provider.ts';
import type { ProviderConfiguration } from '../provider-configuration.ts';
import { type AnswerBody, beginningOf, decoded, headerOf } from './answer-body.ts';
import type { Answerer } from './chat-completion.ts';
import { Connections } from './connections.ts';
import type { Deadline } from './deadline.ts';
import type { ServerAnswer } from './exchange.ts';
import { failedAnswer, forwardedHeaders, retryAfterMsOf } from './failures.ts';

/** A model server over HTTP, spoken to directly. */
export interface ModelServer extends Answerer {
  pathOf(endpoint: Endpoint): string;
  readonly connections: Connections;
  readonly headers: Readonly<Record<string, string>>;
}

/** @param authorization  what shows the key, where the URL has no user */
export function modelServer(
  { name, apiKey, baseUrl, headers: own = {} }: ProviderConfiguration & { readonly baseUrl: string },
  authorization: (apiKey: string) => Readonly<Record<string, string>> = (key) => ({ authorization: `Bearer ${key}` }),
): ModelServer {
  const url = new URL(baseUrl);
  // Names of headers are the same in any case.
  const named = Object.fromEntries(Object.entries(own).map(([header, value]) => [header.toLowerCase(), value]));
  const headers = { 'content-type': 'application/json', ...shownBy(apiKey, url, authorization), ...named };
  return {
    name,
    pathOf: (endpoint) => `${url.pathname.replace(/\/+$/, '')}/${endpoint}${url.search}`,
    connections: new Connections(url.origin),
    headers,
    secrets: [
      apiKey,
      url.password,
      decodeURIComponent(url.password),
      ...url.searchParams.values(),
      ('authorization' in headers ? String(headers.authorization) : undefined)?.split(' ')[1],
      ...Object.values(own),
    ],
  };
}

function shownBy(
  apiKey: string | undefined,
  url: URL,
  authorization: (apiKey: string) => Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (apiKey) return authorization(apiKey);
  if (!url.username) return {};
  const shown = decodeURIComponent(`${url.username}:${url.password}`);
  return { authorization: `Basic ${Buffer.from(shown, 'utf8').toString('base64')}` };
}

/** What a server answered with success. */
export interface Answered extends AnswerBody {
  /** Those that are passed on. */
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws ProviderError for any answer outside 2xx */
export async function posted(
  server: ModelServer,
  endpoint: Endpoint,
  { body, headers = {} }: { readonly body: object; readonly headers?: Readonly<Record<string, string>> | undefined },
  limit: Deadline,
  { onAlive, whenRead }: Pick<ModelRequest, 'onAlive' | 'whenRead'>,
): Promise<Answered> {
  const heard = (): void => {
    limit.alive();
    onAlive?.();
  };
  const isStreamAsked = 'stream' in body && body.stream === true;
  const answer = await server.connections.exchange(
    {
      path: server.pathOf(endpoint),
      method: 'POST',
      headers: { ...server.headers, ...headers },
      body: JSON.stringify(body),
    },
    { limit, heard, isStreamAsked },
  );
  if (answer.statusCode < 200 || answer.statusCode >= 300) throw await refusal(server, answer);
  const read = await decoded(answer, isStreamAsked);
  const { body: told } = answer;
  const arriving = read.isEvents && whenRead ? asRead(read.chunks, whenRead, heard) : read.chunks;
  const chunks = Buffer.isBuffer(told) ? arriving : { ...iterated(arriving), abandon: () => void told.destroy() };
  return { ...read, chunks, headers: forwarded(answer) };
}

const iterated = (chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> => ({
  [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator](),
});

/** While its reader is what is waited for, a server is not silent; milliseconds. */
const HELD_TICK_MS = 100;

/** No faster than what was made of the chunks before is read. */
async function* asRead(
  chunks: AsyncIterable<Buffer>,
  whenRead: () => Promise<void> | undefined,
  heard: () => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk;
    const read = whenRead();
    if (!read) continue;
    const held = setInterval(heard, HELD_TICK_MS);
    await read.finally(() => clearInterval(held));
  }
}

async function refusal(server: ModelServer, answer: ServerAnswer): Promise<ProviderError> {
  return failedAnswer({
    provider: server.name,
    status: answer.statusCode,
    retryAfterMs: retryAfterMsOf((name) => headerOf(answer, name)),
    body: await beginningOf(answer),
    secrets: server.secrets,
    headers: forwarded(answer),
    location: headerOf(answer, 'location'),
    isFinal: headerOf(answer, 'x-should-retry') === 'false',
  });
}

const forwarded = ({ headers }: ServerAnswer) => forwardedHeaders(Object.entries(headers));
