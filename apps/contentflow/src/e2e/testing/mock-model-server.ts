import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local server that speaks OpenAI's chat completions, and remembers what it was asked. */
export interface MockModelServer {
  readonly baseUrl: string;
  /** The prompts so far, one a call. */
  readonly received: readonly string[];
  /** The last request's body, as it came, and its headers. */
  readonly last: { readonly body: unknown; readonly headers: IncomingMessage['headers'] };
  /** Answers from here on take so long. */
  delay(ms: number): void;
  /** The next request is answered by this instead. */
  next(answer: (response: ServerResponse) => void): void;
  close(): Promise<void>;
}

const WORDS =
  'Our steel bottle keeps drinks cold for a full day and fits every bicycle. It is light, it closes tightly, and it cleans in a minute.';

export async function startMockModelServer(): Promise<MockModelServer> {
  const received: string[] = [];
  const scripted: ((response: ServerResponse) => void)[] = [];
  let last: MockModelServer['last'] = { body: undefined, headers: {} };
  let delayMs = 0;
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      if (!request.url?.endsWith('/chat/completions')) return void response.writeHead(404).end();
      const asking = JSON.parse(body) as IncomingRequest;
      last = { body: asking, headers: request.headers };
      received.push(asking.messages.map(({ content }) => content).join('\n'));
      const script = scripted.shift();
      if (script) script(response);
      else setTimeout(() => answer(asking, response), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received,
    get last() {
      return last;
    },
    next: (script) => void scripted.push(script),
    delay: (ms) => (delayMs = ms),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface IncomingRequest {
  readonly stream?: boolean;
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const usage = { prompt_tokens: 120, completion_tokens: 30, total_tokens: 150 };

function answer({ stream, model }: IncomingRequest, response: ServerResponse): void {
  const head = { id: 'mock-1', created: 1, model };
  if (!stream) {
    const message = { role: 'assistant', content: WORDS };
    const choices = [{ index: 0, finish_reason: 'stop', message }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null, extra: object = {}): void => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    response.write(`data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...extra })}\n\n`);
  };
  for (const word of WORDS.split(/(?<= )/)) send({ content: word }, null);
  send({}, 'stop', { usage });
  response.end('data: [DONE]\n\n');
}
