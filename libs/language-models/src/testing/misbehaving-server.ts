import type { ServerResponse } from 'node:http';
import { startAnsweringServer } from './answering-server.ts';
import type { Answer, RecordedRequest } from './answers.ts';

/** A model server on loopback that answers well, or fails in the way its path names: `/hang/v1/…`. */
export interface MisbehavingServer {
  baseUrl(behaviour: Behaviour): string;
  readonly requests: readonly RecordedRequest[];
  close(): Promise<void>;
}

const json = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const error = (message: string, code: string | null = null) => ({ error: { message, type: 'error', code } });

/** What each protocol calls a good reply, whole and in pieces. */
const isAnthropic = ({ path }: RecordedRequest): boolean => path.endsWith('/messages');
const wholeReply = (request: RecordedRequest): unknown => (isAnthropic(request) ? ANTHROPIC_REPLY : CHAT_REPLY);
const pieces = (request: RecordedRequest): string[] => (isAnthropic(request) ? ANTHROPIC_PIECES : CHAT_PIECES);

const CHAT_REPLY = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello world' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
};
const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const CHAT_PIECES = [
  chunk({ role: 'assistant', content: 'Hello' }),
  chunk({ content: ' world' }),
  chunk({}, 'stop'),
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: CHAT_REPLY.usage })}\n\n`,
  'data: [DONE]\n\n',
];

const ANTHROPIC_REPLY = {
  id: 'm1',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'Hello world' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 7, output_tokens: 2 },
};
const anthropicEvent = (type: string, data: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const ANTHROPIC_PIECES = [
  anthropicEvent('message_start', {
    message: { ...ANTHROPIC_REPLY, content: [], stop_reason: null, usage: { input_tokens: 7, output_tokens: 0 } },
  }) + anthropicEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
  anthropicEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Hello' } }),
  anthropicEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' world' } }),
  anthropicEvent('content_block_stop', { index: 0 }) +
    anthropicEvent('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 2 },
    }),
  anthropicEvent('message_stop', {}),
];

const startStream = (response: ServerResponse): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream' });

/** More than any reply is read of. */
const HUGE_BYTES = 40 * 1024 * 1024;
const MEBIBYTE = 'x'.repeat(1024 * 1024);
function sendHuge(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  let sent = 0;
  const send = (): void => {
    while (sent < HUGE_BYTES) {
      sent += MEBIBYTE.length;
      if (!response.write(MEBIBYTE)) return void response.once('drain', send);
    }
    response.end();
  };
  response.write('{"choices":[{"message":{"content":"');
  send();
}

const without = (reply: unknown, field: string): unknown =>
  Object.fromEntries(Object.entries(reply as Record<string, unknown>).filter(([key]) => key !== field));

const behaviours = {
  well: (response, request) => {
    if (!request.body['stream']) return json(response, 200, wholeReply(request));
    startStream(response);
    for (const piece of pieces(request)) response.write(piece);
    response.end();
  },
  'rate-limited': (response) => json(response, 429, error('too many requests')),
  'rate-limited-seconds': (response) => json(response, 429, error('too many requests'), { 'retry-after': '7' }),
  'rate-limited-date': (response) =>
    json(response, 429, error('too many requests'), { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
  'error-500': (response) => json(response, 500, error('it broke')),
  'error-503-html': (response) => {
    response.writeHead(503, { 'content-type': 'text/html' });
    response.end('<h1>Service Unavailable</h1>');
  },
  hang: () => undefined,
  'half-stream': (response, request) => {
    startStream(response);
    for (const piece of pieces(request).slice(0, 2)) response.write(piece);
    response.end();
  },
  'reset-stream': (response, request) => {
    startStream(response);
    response.write(pieces(request)[0]);
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  },
  'half-body': (response, request) => {
    const body = JSON.stringify(wholeReply(request));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length) });
    response.write(body.slice(0, 40));
    setTimeout(() => response.socket?.destroy(), 20);
  },
  'malformed-json': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"choices": [{"message": {"content": "Hel');
  },
  'malformed-stream': (response) => {
    startStream(response);
    response.end('data: {"choices": [{"delta"\n\n');
  },
  'other-json': (response) => json(response, 200, { hello: 'world' }),
  'wrong-content-type': (response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>Sign in to the network</html>');
  },
  'slow-drip': (response, request) => {
    startStream(response);
    const timer = setInterval(() => response.write(pieces(request)[1] ?? ''), 50);
    response.on('close', () => clearInterval(timer));
  },
  'slow-body': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(timer));
  },
  reset: (response) => void response.socket?.resetAndDestroy(),
  unauthorized: (response, request) =>
    json(
      response,
      401,
      error(`invalid key: ${String(request.headers.authorization ?? request.headers['x-api-key'] ?? 'none')}`),
    ),
  'unknown-model': (response) => json(response, 404, error('The model `m` does not exist', 'model_not_found')),
  'bad-request': (response) => json(response, 400, error('maximum context length exceeded')),
  filtered: (response) => json(response, 400, error('blocked by content_filter', 'content_filter')),
  redirect: (response) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/' });
    response.end();
  },
  'empty-choices': (response, request) =>
    json(
      response,
      200,
      isAnthropic(request) ? { ...ANTHROPIC_REPLY, content: [] } : { ...CHAT_REPLY, usage: undefined, choices: [] },
    ),
  'no-usage': (response, request) => {
    if (!request.body['stream']) return json(response, 200, without(wholeReply(request), 'usage'));
    startStream(response);
    for (const piece of pieces(request)) response.write(piece.replaceAll(/,?"usage":\{[^}]*\}/g, ''));
    response.end();
  },
  'empty-body': (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end();
  },
  'empty-stream': (response) => {
    startStream(response);
    response.end();
  },
  'error-in-stream': (response, request) => {
    startStream(response);
    response.write(pieces(request)[0]);
    const reported = { type: 'error', error: { type: 'overloaded_error', code: 'overloaded', message: 'overloaded' } };
    response.end(`event: error\ndata: ${JSON.stringify(reported)}\n\n`);
  },
  'huge-body': (response) => sendHuge(response, 200),
  'huge-error': (response) => sendHuge(response, 500),
  forbidden: (response) => json(response, 403, error('this key may not use the model')),
  'context-length': (response, request) =>
    json(
      response,
      400,
      isAnthropic(request)
        ? {
            type: 'error',
            error: { type: 'invalid_request_error', message: 'prompt is too long: 3 tokens > 2 maximum' },
          }
        : error("This model's maximum context length is 2 tokens", 'context_length_exceeded'),
    ),
  overloaded: (response) => json(response, 529, error('overloaded')),
  'filtered-reply': (response, request) =>
    json(
      response,
      200,
      isAnthropic(request)
        ? { ...ANTHROPIC_REPLY, content: [], stop_reason: 'refusal' }
        : {
            ...CHAT_REPLY,
            choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'content_filter' }],
          },
    ),
  'error-in-200': (response) => json(response, 200, error('overloaded', 'server_error')),
} satisfies Record<string, Answer>;

export type Behaviour = keyof typeof behaviours;
export const allBehaviours = Object.keys(behaviours) as Behaviour[];

export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const server = await startAnsweringServer();
  server.answers((response, request) => behaviours[request.path.split('/')[1] as Behaviour](response, request));
  return {
    baseUrl: (behaviour) => `${server.origin}/${behaviour}/v1`,
    requests: server.received,
    close: () => server.close(),
  };
}
