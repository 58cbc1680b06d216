import type { IncomingMessage } from 'node:http';
import type { LeanGuard } from '../access/access-guard.ts';
import type { TakeInHand } from '../http/drained-requests.ts';
import type { ReadJson } from '../http/json-bodies.ts';
import { LeanReply } from '../http/lean-reply.ts';
import type { LeanRoute, LeanRoutes } from '../http/lean-routes.ts';
import { beginObserved, endObserved, withinObserved } from '../http/observed-requests.ts';
import type { LeanWay, RequestAdmission } from './admit-requests.ts';

/** What is longer is read the way of all requests. */
const LONGEST_BODY = 1024 * 1024;
const JSON_TYPE = /^application\/json *(; *charset="?utf-8"? *)?$/i;
/** Who sends one of these wants more than an answer. */
const ELSEWHERE = ['idempotency-key', 'content-encoding', 'expect', 'origin', 'cookie'] as const;

export interface LeanWayOptions {
  readonly routes: () => LeanRoutes | undefined;
  readonly admission: Pick<RequestAdmission, 'takeAnswersTurn'>;
  readonly guard: LeanGuard;
  readonly takeInHand: TakeInHand;
  readonly readJson: ReadJson;
}

/**
 * Plain posts to lean routes, past Fastify and Nest: the same questions are asked of each, by the same code, in the same order. Whatever would be
 * refused, or wants more than an answer, goes the way of all requests.
 */
export function leanWay({ routes, admission, guard, takeInHand, readJson }: LeanWayOptions): LeanWay {
  const answer = (route: LeanRoute, request: IncomingMessage, reply: LeanReply): void => {
    const observed = beginObserved('POST', request.headers);
    reply.raw.once('close', () =>
      endObserved(observed, { method: 'POST', route: route.path, status: reply.raw.statusCode }),
    );
    admission.takeAnswersTurn(request, reply.raw, () =>
      onceRead(request, (body) => withinObserved(observed, () => route.answer(() => readJson(body), reply))),
    );
  };

  return (request, response) => {
    const route = request.method === 'POST' ? routes()?.at(request.url ?? '') : undefined;
    if (!route || !isPlain(request)) return false;
    const reply = new LeanReply(response);
    if (!guard({ method: 'POST', path: route.path, headers: request.headers }, reply)) return false;
    if (!takeInHand(response)) return false;
    answer(route, request, reply);
    return true;
  };
}

function isPlain({ headers }: IncomingMessage): boolean {
  if (headers.host === undefined) return false;
  if (!(Number(headers['content-length']) <= LONGEST_BODY)) return false;
  return JSON_TYPE.test(headers['content-type'] ?? '') && ELSEWHERE.every((name) => headers[name] === undefined);
}

/** At once where the body has come in with its head, as most have. Who hangs up half-way is read no more. */
function onceRead(request: IncomingMessage, use: (body: Buffer) => void): void {
  if (request.complete) return use((request.read() as Buffer | null) ?? Buffer.alloc(0));
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => use(Buffer.concat(chunks)));
}
