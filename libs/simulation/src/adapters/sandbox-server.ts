import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ModelReply, type ModelRequest, ProviderError } from '@contentflow/language-models';
import { type Clock, messageOf, seededRandom, systemClock } from '@contentflow/kernel';
import { z } from 'zod';
import { createSandboxProvider, type SandboxProvider } from '../sandbox/sandbox-provider.ts';
import { createTruth } from '../truth/truth.ts';
import type { World } from '../world/world.ts';

export interface SandboxServerOptions {
  readonly world: World;
  /** 0: any that is free. */
  readonly port?: number;
  readonly host?: string;
  readonly seed?: string | number;
  /** Simulated milliseconds for each real one. */
  readonly speed?: number;
}

export interface SandboxServer {
  /** The base URL for an OpenAI client, `…/v1`. */
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const SIMULATED = { 'x-simulated': 'true' };
const FINGERPRINT = 'simulated';
const MAX_TOKENS = 100_000;

const contentSchema = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  z.null(),
]);

const completionSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.looseObject({ role: z.string(), content: contentSchema.optional() })).min(1),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
});
type Completion = z.output<typeof completionSchema>;

/** The sandbox as a server that speaks OpenAI's protocol, in real time. All it answers is marked as simulated. */
export async function serveSandbox(options: SandboxServerOptions): Promise<SandboxServer> {
  const { world, port = 0, host = '127.0.0.1', seed = 1, speed = 1 } = options;
  const random = seededRandom(seed);
  const provider = createSandboxProvider({ world, clock: pacedClock(speed), random, truth: createTruth() });
  let served = 0;
  const server = createServer((request, response) => {
    answer(provider, request, response, `chatcmpl-simulated-${seed}-${++served}`).catch((error: unknown) =>
      refuse(response, new ProviderError('server_error', messageOf(error))),
    );
  });
  await listening(server, port, host);
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const pacedClock = (speed: number): Clock => {
  const startMs = systemClock.now();
  return {
    now: () => startMs + (systemClock.now() - startMs) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
};

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

async function answer(
  provider: SandboxProvider,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]?.replace(/\/$/, '');
  if (request.method === 'GET' && path === '/v1/models') return send(response, 200, modelList(provider));
  if (request.method !== 'POST' || path !== '/v1/chat/completions')
    return sendError(response, 404, { message: `there is no ${request.method} ${path}`, code: 'not_found' });

  const completion = completionSchema.safeParse(jsonOf(await bodyOf(request)));
  if (!completion.success) {
    const issue = completion.error.issues[0];
    const message = `${issue?.path.join('.') || 'body'}: ${issue?.message}`;
    return sendError(response, 400, { message, param: issue?.path.join('.') });
  }
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const exchange = { provider, completion: completion.data, response, id, signal: gone.signal };
  try {
    if (completion.data.stream) await stream(exchange);
    else await complete(exchange);
  } catch (error) {
    if (error instanceof ProviderError) refuse(response, error);
    else throw error;
  }
}

/** A completion that is asked for, and where its answer goes. */
interface Exchange {
  readonly provider: SandboxProvider;
  readonly completion: Completion;
  readonly response: ServerResponse;
  readonly id: string;
  /** Aborts when whoever asked hangs up. */
  readonly signal: AbortSignal;
}

async function complete({ provider, completion, response, id, signal }: Exchange): Promise<void> {
  const reply = await provider.generate(requestOf(completion), signal);
  send(response, 200, {
    ...head(id, 'chat.completion', completion.model),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: reply.text, refusal: null },
        logprobs: null,
        finish_reason: reply.finishReason,
      },
    ],
    usage: usageOf(reply),
  });
}

async function stream({ provider, completion, response, id, signal }: Exchange): Promise<void> {
  const chunk = (choices: unknown[], usage?: unknown): void => {
    if (!response.headersSent)
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...SIMULATED });
    const data = { ...head(id, 'chat.completion.chunk', completion.model), choices, ...(usage ? { usage } : {}) };
    response.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  const delta = (piece: Record<string, string>, reason: string | null): unknown[] => [
    { index: 0, delta: piece, logprobs: null, finish_reason: reason },
  ];
  let isFirst = true;
  const onText = (content: string): void => {
    chunk(delta(isFirst ? { role: 'assistant', content } : { content }, null));
    isFirst = false;
  };
  const reply = await provider.generate({ ...requestOf(completion), onText }, signal);
  chunk(delta({}, reply.finishReason));
  if (completion.stream_options?.include_usage) chunk([], usageOf(reply));
  response.end('data: [DONE]\n\n');
}

function requestOf(completion: Completion): ModelRequest {
  const { model, messages, temperature } = completion;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role: roleOf(role), content: textOf(content) })),
    maxOutputTokens: completion.max_completion_tokens ?? completion.max_tokens ?? MAX_TOKENS,
    ...(temperature == null ? {} : { temperature }),
  };
}

const roleOf = (role: string): 'system' | 'user' | 'assistant' =>
  role === 'system' || role === 'developer' ? 'system' : role === 'assistant' ? 'assistant' : 'user';

const textOf = (content: z.output<typeof contentSchema> | undefined): string =>
  Array.isArray(content) ? content.map((part) => part.text ?? '').join('') : (content ?? '');

const head = (id: string, object: string, model: string) => ({
  id,
  object,
  created: Math.floor(systemClock.now() / 1000),
  model,
  system_fingerprint: FINGERPRINT,
});

const usageOf = ({ tokensIn, tokensOut }: ModelReply) => ({
  prompt_tokens: tokensIn,
  completion_tokens: tokensOut,
  total_tokens: tokensIn + tokensOut,
});

const modelList = (provider: SandboxProvider) => ({
  object: 'list',
  data: provider.models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'contentflow-sandbox' })),
});

const STATUS: Readonly<Record<string, readonly [status: number, type: string, code: string]>> = {
  rate_limited: [429, 'requests', 'rate_limit_exceeded'],
  timeout: [504, 'server_error', 'timeout'],
  unknown_model: [404, 'invalid_request_error', 'model_not_found'],
};

function refuse(response: ServerResponse, error: ProviderError): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const [status, type, code] = STATUS[error.failure] ?? [500, 'server_error', 'internal_error'];
  if (error.retryAfterMs !== undefined) response.setHeader('retry-after', Math.ceil(error.retryAfterMs / 1000));
  sendError(response, status, {
    message: error.message,
    type,
    code,
    ...(error.failure === 'unknown_model' && { param: 'model' }),
  });
}

interface Refusal {
  readonly message: string;
  readonly type?: string;
  readonly code?: string;
  /** The part of the request that is wrong. */
  readonly param?: string | undefined;
}

function sendError(response: ServerResponse, status: number, refusal: Refusal): void {
  const { message, type = 'invalid_request_error', code = null, param = null } = refusal;
  send(response, status, { error: { message, type, param, code } });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', ...SIMULATED });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_BODY_BYTES) return '';
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
