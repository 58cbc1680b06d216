import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** What a server was asked. */
export interface RecordedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** The same as it came. */
  readonly text?: string;
}
export type Answer = (response: ServerResponse, received: RecordedRequest) => void;

export const json =
  (document: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(document));
  };

/** A server with chat completions alone, as most are: what else it is asked for it answers with this document. */
export const chatOnly =
  (answer: Answer, status = 404, document: object = { error: { message: 'Not Found' } }): Answer =>
  (response, received) =>
    received.path.includes('chat/completions')
      ? answer(response, received)
      : json(document, status)(response, received);

/** Server-sent events, each as it is written here. */
export const stream =
  (...pieces: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(pieces.join(''));
  };
export const event = (data: unknown): string => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** A completion of OpenAI's protocol with this message in it. */
export const completion = (message: object, finish: string | null = 'stop', usage: unknown = USAGE): object => ({
  id: 'theirs',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
  ...(usage === undefined ? {} : { usage }),
});
export const chunk = (delta: object, finish: string | null = null, more: object = {}): string =>
  event({
    id: 'theirs',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  });
export const USAGE = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
