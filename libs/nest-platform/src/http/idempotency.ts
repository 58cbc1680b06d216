import { ContentFlowError, hash128 } from '@contentflow/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { pipeline, Readable, Transform } from 'node:stream';

/** How many answers are remembered. Commands also derive their events' ids from the key, so a repeat after that is void too. */
const REMEMBERED = 10_000;

const LONGEST_KEY = 255;

/** What a request was answered; nothing where it failed. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer;
}
interface Asked {
  readonly body: string;
  readonly answer: Promise<Answer | undefined>;
  settle(answer: Answer | undefined | Promise<Answer | undefined>): void;
}
const KEPT_HEADERS = ['content-type', 'location', 'x-request-id'] as const;

/** `Idempotency-Key`: the same POST twice, also at once, is done once and answered twice. */
export function answerRepeats(server: FastifyInstance): void {
  const known = new LRUCache<string, Asked>({ max: REMEMBERED });
  const first = new WeakMap<FastifyRequest, Asked>();

  /** Resolves with the answer that the request had before, or with nothing where it is the first. */
  const repeated = async (request: FastifyRequest, key: string): Promise<Answer | undefined> => {
    if (key.length > LONGEST_KEY)
      throw refused('invalid-request', `is longer than ${LONGEST_KEY} characters`, 'write a shorter one');
    const place = `${request.url} ${key}`;
    const body = hash128(JSON.stringify(request.body ?? null));
    for (let before = known.get(place); before; before = known.get(place)) {
      if (before.body !== body)
        throw refused(
          'idempotency-conflict',
          'this Idempotency-Key came before with another body',
          'use a new key for a new request',
        );
      const given = await before.answer;
      if (given) return given;
    }
    const asked = expected(body);
    first.set(request, asked);
    known.set(place, asked);
    void asked.answer.then((answer) => void (answer ?? known.delete(place)));
    return undefined;
  };

  server.addHook('preHandler', (request, reply, done) => {
    const key = keyOf(request);
    if (request.method !== 'POST' || key === undefined) return done();
    repeated(request, key).then((given) => (given ? again(reply, given) : done()), done);
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    const asked = first.get(request);
    if (!asked) return done(null, payload);
    if (reply.statusCode >= 400) asked.settle(undefined);
    else if (payload instanceof Readable)
      return done(
        null,
        copied(payload, (copy) => asked.settle(answer(reply, copy))),
      );
    else asked.settle(answer(reply, (payload as string | null) ?? ''));
    done(null, payload);
  });
  // Whoever hung up before there was an answer has asked in vain.
  server.addHook('onResponse', (request, _reply, done) => {
    first.get(request)?.settle(undefined);
    done();
  });
}

function expected(body: string): Asked {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
  return { body, answer: promise, settle: resolve };
}

async function answer(reply: FastifyReply, sent: string | Promise<Buffer | undefined>): Promise<Answer | undefined> {
  const { statusCode: status } = reply;
  const headers = KEPT_HEADERS.flatMap((name) =>
    reply.hasHeader(name) ? [[name, String(reply.getHeader(name))]] : [],
  );
  const payload = await sent;
  return payload === undefined ? undefined : { status, headers: Object.fromEntries(headers), payload };
}

const again = (reply: FastifyReply, { status, headers, payload }: Answer): FastifyReply =>
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

const refused = (code: string, problem: string, mend: string): ContentFlowError =>
  new ContentFlowError(code, problem, { field: 'Idempotency-Key', mend });

function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' && key !== '' ? key : undefined;
}

/** Whether the request names itself. */
export const hasKey = (request: FastifyRequest): boolean => keyOf(request) !== undefined;

/** The id of a command: its idempotency key where it has one, so that its events have the same ids when it is repeated. */
export const commandId = (request: FastifyRequest, fresh: string): string => {
  const key = keyOf(request);
  return key === undefined ? fresh : hash128(`${request.url} ${key}`);
};
