import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What a model was asked. */
export interface RecordedRequest {
  readonly step: string;
  readonly system: string;
  readonly user: string;
  readonly streams: boolean;
  readonly responseFormat: unknown;
}

/** A local server that speaks OpenAI's chat completions and answers as the test says. */
export class ScriptedModelServer {
  readonly received: RecordedRequest[] = [];
  answer: (received: RecordedRequest) => string = ({ step }) => `The ${step}, written with care.`;
  /** Before an answer, and between the words of one that is streamed. */
  delayMs = 0;
  betweenWordsMs = 0;
  /** So many streams from here on break off half-way. */
  breaks = 0;
  /** Requests whose caller left before the answer. */
  left = 0;
  private released = new AbortController();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  requestedSteps(): string[] {
    return this.received.map(({ step }) => step);
  }

  /** Whoever waits for an answer has it now, and so has whoever asks from here on. */
  release(): void {
    this.delayMs = 0;
    this.released.abort();
    this.released = new AbortController();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {
      messages,
      stream,
      response_format: responseFormat,
    } = JSON.parse(await textOf(request)) as {
      messages: { role: string; content: string }[];
      stream?: boolean;
      response_format?: unknown;
    };
    const said = (role: string): string => messages.find((each) => each.role === role)?.content ?? '';
    const user = said('user');
    const step = /# Task: (\S+)\n/.exec(user)?.[1] ?? '';
    const received = { step, system: said('system'), user, streams: stream === true, responseFormat };
    this.received.push(received);
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableEnded) this.left++;
      gone.abort();
    });
    const signal = AbortSignal.any([gone.signal, this.released.signal]);
    await pause(this.delayMs, undefined, { signal }).catch(() => undefined);
    if (gone.signal.aborted) return;
    const text = this.answer(received);
    if (stream) await this.streamed(text, response);
    else {
      response.writeHead(200, { 'content-type': 'application/json' });
      const message = { role: 'assistant', content: text };
      response.end(JSON.stringify({ ...head, choices: [{ index: 0, finish_reason: 'stop', message }], usage }));
    }
  }

  private async streamed(text: string, response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const isBroken = this.breaks-- > 0;
    const words = text.split(/(?<= )/);
    for (const [index, content] of words.entries()) {
      if (isBroken && index > words.length / 2) return void response.destroy();
      response.write(`data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: { content } }] })}\n\n`);
      await pause(this.betweenWordsMs);
    }
    const last = { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage };
    response.end(`data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`);
  }
}

const head = { id: 'm', object: 'chat.completion', created: 1, model: 'm' };
const usage = { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 };

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
