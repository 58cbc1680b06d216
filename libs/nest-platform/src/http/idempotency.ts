import {
  canonicalJson,
  ContentFlowError,
  hash128,
  isContentFlowError,
  MINUTE_MS,
  repeatedly,
  systemClock,
  steadyNow,
} from '@contentflow/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pipeline, Readable, Transform } from 'node:stream';
import type { Logger } from 'pino';
import { identityOf } from '../access/identity.ts';
import {
  type IdempotencyKeys,
  type StoredAnswer,
  type KeyedRequest,
  LEASE_MS,
} from '../idempotency/idempotency-keys.ts';

const LONGEST_KEY = 255;
/** How long a repeat waits for the request that came first. People wait in real time. */
const REPEAT_WAIT_MS = MINUTE_MS;
const LOOKS_AGAIN_AFTER_MS = { least: 5, most: 200 };
/** A longer answer is not kept: whoever repeats the request has it made again, from the same events. */
const LONGEST_ANSWER = 4 * 1024 * 1024;
/** Of an answer with a secret in it: whoever repeats the request is told that it has been done. */
const NO_STORE = 'no-store';
const KEPT_HEADERS = ['content-type', 'location', 'x-request-id'] as const;

export interface RepeatOptions {
  readonly keys: IdempotencyKeys;
  /** Names this process among those that share the keys. */
  readonly instance: string;
  readonly logger: Pick<Logger, 'warn'>;
}

/** `Idempotency-Key`: the same POST twice, also at once and in two processes, is done once and answered twice. */
export function answerRepeats(server: FastifyInstance, options: RepeatOptions): void {
  const firsts = new WeakMap<FastifyRequest, FirstRequest>();

  server.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST' || !hasKey(request)) return done();
    taken(request, reply, options).then((taken) => {
      if (!(taken instanceof FirstRequest)) return again(reply, taken);
      firsts.set(request, taken);
      return done();
    }, done);
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const first = firsts.get(request);
    if (!first) return done(null, payload);
    if (payload instanceof Readable && reply.statusCode < 400) return done(null, first.streamed(reply, payload));
    void first.end(reply, Buffer.from((payload as string | null) ?? '')).then(() => done(null, payload));
  });
  // Whoever hung up before there was an answer may ask again.
  server.addHook('onResponse', (request, reply, done) => {
    void firsts.get(request)?.onDisconnect(reply);
    done();
  });
  server.addHook('onClose', () => options.keys.close());
}

/** The request as the one to be done, or the answer that it had before. */
async function taken(
  request: FastifyRequest,
  reply: FastifyReply,
  options: RepeatOptions,
): Promise<FirstRequest | StoredAnswer> {
  const keyed = keyedRequest(request);
  const claimant = `${options.instance}/${request.id}`;
  const until = steadyNow(systemClock) + REPEAT_WAIT_MS;
  for (let waitMs = LOOKS_AGAIN_AFTER_MS.least; ; waitMs = Math.min(2 * waitMs, LOOKS_AGAIN_AFTER_MS.most)) {
    const claimed = await options.keys.claim(keyed, claimant, systemClock.now());
    switch (claimed.kind) {
      case 'yours':
        return new FirstRequest(keyed.place, claimant, options);
      case 'answered':
        return claimed.answer;
      case 'conflict':
        throw refused(
          'idempotency-conflict',
          'this Idempotency-Key came before with another body',
          'use a new key for a new request',
        );
      case 'taken':
        if (steadyNow(systemClock) >= until || request.raw.socket?.destroyed) {
          void reply.header('retry-after', '1');
          throw refused(
            'conflict',
            'the first request with this Idempotency-Key is still under way',
            'ask again later',
          );
        }
    }
    await systemClock.sleep(waitMs);
  }
}

/** The one among those with its key that is done: claimed until it ends. */
class FirstRequest {
  private readonly working = new AbortController();
  private isStreaming = false;

  constructor(
    private readonly place: string,
    private readonly claimant: string,
    private readonly options: RepeatOptions,
  ) {
    const { keys } = options;
    void repeatedly(
      systemClock,
      () => LEASE_MS / 3,
      this.working.signal,
      () => this.persisted(() => keys.renew(place, claimant, systemClock.now())),
    );
  }

  /** The stream as it is; it ends the request when it ends. */
  streamed(reply: FastifyReply, stream: Readable): Readable {
    this.isStreaming = true;
    return copied(stream, (copy) => void copy.then((whole) => this.end(reply, whole)));
  }

  /** Nothing more is sent. A stream says itself how it ended. */
  async onDisconnect(reply: FastifyReply): Promise<void> {
    if (!this.isStreaming) await this.end(reply, undefined);
  }

  /** Once this resolves, how it ended is kept. Only the first end counts. @param sent  nothing where it broke off */
  async end(reply: FastifyReply, sent: Buffer | undefined): Promise<void> {
    if (this.working.signal.aborted) return;
    this.working.abort();
    const { place, claimant } = this;
    const { keys } = this.options;
    const { statusCode: status } = reply;
    await this.persisted(() => {
      if (status >= 400 && status < 500) return keys.forget(place, claimant);
      const isKept =
        sent !== undefined && sent.length <= LONGEST_ANSWER && reply.getHeader('cache-control') !== NO_STORE;
      if (status >= 500 || !isKept) return keys.release(place, claimant);
      return keys.answer(place, claimant, { status, headers: keptHeaders(reply), payload: sent }, systemClock.now());
    });
  }

  /** What cannot be kept now keeps nobody from the answer: a repeat finds the claim run out, and the events there. */
  private async persisted(keep: () => Promise<void>): Promise<void> {
    try {
      await keep();
    } catch (error) {
      this.options.logger.warn({ err: error }, 'an idempotency key could not be kept');
    }
  }
}

const keptHeaders = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [])),
  );

const again = (reply: FastifyReply, { status, headers, payload }: StoredAnswer): FastifyReply =>
  reply.status(status).headers(headers).header('idempotency-replayed', 'true').send(payload);

/** The stream as it is, and once it has ended a copy of all that went through it; no copy where it broke off. */
function copied(stream: Readable, keep: (copy: Promise<Buffer | undefined>) => void): Readable {
  const chunks: Buffer[] = [];
  const passed = new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, (chunks.push(chunk), chunk)),
  });
  keep(
    new Promise((resolve) => {
      pipeline(stream, passed, (error) => resolve(error ? undefined : Buffer.concat(chunks)));
    }),
  );
  return passed;
}

const refused = (code: string, problem: string, fix: string): ContentFlowError =>
  new ContentFlowError(code, problem, { field: 'Idempotency-Key', fix });

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}

/** Whether the request names itself. */
export const hasKey = (request: FastifyRequest): boolean => keyOf(request) !== undefined;

/** @throws ContentFlowError `invalid-request` for a key that is empty or too long, or a body that no two can be compared with */
function keyedRequest(request: FastifyRequest): KeyedRequest {
  const key = keyOf(request) ?? '';
  if (key.trim() === '')
    throw refused('invalid-request', 'is empty', 'write one of your own for each request, or leave it out');
  if (key.length > LONGEST_KEY)
    throw refused('invalid-request', `is longer than ${LONGEST_KEY} characters`, 'write a shorter one');
  // What one key calls by a name is nothing that another calls so, but for one that takes its place.
  const { account } = identityOf(request) ?? {};
  const place = `${account === undefined ? '' : `${account} `}${request.url} ${key}`;
  return { place: hash128(place), body: hash128(canonicalBody(request.body)) };
}

function canonicalBody(body: unknown): string {
  try {
    return canonicalJson(body ?? null);
  } catch (error) {
    if (isContentFlowError(error)) throw new ContentFlowError('invalid-request', error.message, { cause: error });
    throw new ContentFlowError('invalid-request', 'is nested too deeply', { field: '(body)', cause: error });
  }
}

/**
 * The id of a command: from its idempotency key and its body where it has a key, so that its events have the same ids when it
 * is repeated, whatever was forgotten meanwhile.
 */
export const commandId = (request: FastifyRequest, fresh: string): string => {
  if (!hasKey(request)) return fresh;
  const { place, body } = keyedRequest(request);
  return hash128(`${place} ${body}`);
};
