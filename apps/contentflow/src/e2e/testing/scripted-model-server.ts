import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to answer to the n-th call, from 0. Without a status it is a good reply. */
export interface ScriptedAnswer {
  readonly delayMs?: number;
  readonly status?: number;
  /** Instead of a reply; as it is. */
  readonly body?: string;
  readonly tokensOut?: number;
}

/** A local server that speaks OpenAI's chat completions and follows a script. */
export interface ScriptedModelServer {
  readonly baseUrl: string;
  /** Calls that came. */
  readonly received: number;
  /** Calls that were answered. */
  readonly answered: number;
  follow(script: (call: number, authorization: string) => ScriptedAnswer): void;
  close(): Promise<void>;
}

export async function startScriptedModelServer(): Promise<ScriptedModelServer> {
  let script: Parameters<ScriptedModelServer['follow']>[0] = () => ({});
  let received = 0;
  let answered = 0;
  const server = createServer((request, response) => {
    void drained(request).then(() => {
      const {
        delayMs = 0,
        status = 200,
        body,
        tokensOut = 1,
      } = script(received++, request.headers.authorization ?? '');
      setTimeout(() => {
        answered++;
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(body ?? JSON.stringify(completion(tokensOut)));
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 2000 }, resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    get received() {
      return received;
    },
    get answered() {
      return answered;
    },
    follow: (next) => (script = next),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function drained(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}

const completion = (tokensOut: number): object => ({
  id: 'scripted-1',
  object: 'chat.completion',
  created: 1,
  model: 'mock',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'It keeps drinks cold.' } }],
  usage: { prompt_tokens: 1, completion_tokens: tokensOut, total_tokens: 1 + tokensOut },
});
