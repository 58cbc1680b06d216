import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const TEXT =
  'Our steel bottle keeps drinks cold for a full day and fits every bicycle. It is light, it closes tightly, and it cleans in a minute.';
const USAGE = { prompt_tokens: 200, completion_tokens: 40, total_tokens: 240 };
/** US dollars per million tokens: dear, so that budgets count. */
export const PRICES = { usdPerMillionInput: 10, usdPerMillionOutput: 30 } as const;
const USD_PER_CALL =
  (USAGE.prompt_tokens * PRICES.usdPerMillionInput + USAGE.completion_tokens * PRICES.usdPerMillionOutput) / 1e6;

/** A provider outside of the processes under test: it knows what it was paid, whatever they remember. */
export class PaidModels {
  /** How long an answer takes; milliseconds. */
  delayMs = 60;
  /** Answers nobody. */
  isUnavailable = false;
  /** Calls answered, by the number of the brief that they were for. */
  readonly calls = new Map<string, number>();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** US dollars. */
  get paid(): number {
    return [...this.calls.values()].reduce((sum, calls) => sum + calls, 0) * USD_PER_CALL;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestBody = await bodyOf(request);
    await pause(this.delayMs);
    if (this.isUnavailable) return void response.destroy();
    const brief = /item \d+/.exec(requestBody)?.[0] ?? 'none';
    this.calls.set(brief, (this.calls.get(brief) ?? 0) + 1);
    const { model, stream } = JSON.parse(requestBody) as { model: string; stream?: boolean };
    const head = { id: 'call', created: 1, model };
    if (stream) return streamed(response, head);
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: TEXT } }];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...head, object: 'chat.completion', choices, usage: USAGE }));
  }
}

function streamed(response: ServerResponse, head: object): void {
  const chunk = (delta: object, finish_reason: string | null, rest: object = {}): string =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }], ...rest })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`${chunk({ content: TEXT }, null)}${chunk({}, 'stop', { usage: USAGE })}data: [DONE]\n\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
