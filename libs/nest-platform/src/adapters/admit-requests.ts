import { MINUTE_MS } from '@contentflow/kernel';
import { metrics as telemetry } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyServerFactory } from 'fastify';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { z } from 'zod';
import { Admission } from '../http/admission.ts';
import { RequestTurns } from './request-turns.ts';

/** What a process takes on at once over HTTP: docs/reliability.md. */
export const admissionSchema = z.strictObject({
  /** Briefs, batches and words of readers worked on at once: short work on the event loop. */
  briefsAtOnce: z.number().int().min(1).max(10_000).default(64),
  /** Completions, and briefs whose sender waits for the result, at once: they mostly wait for a model. */
  answersAtOnce: z.number().int().min(1).max(10_000).default(256),
  /** Requests of each of the two kinds that may wait for their turn. */
  waiting: z.number().int().min(0).max(100_000).default(256),
  /** Longest one waits for a turn before 429; milliseconds. */
  longestWaitMs: z.number().int().min(0).max(60_000).default(2000),
  /** Longest the body of one that has its turn may take to come, besides a second for each MiB that it announces; milliseconds. */
  longestBodyMs: z.number().int().min(100).max(120_000).default(30_000),
});
export type AdmissionSettings = z.output<typeof admissionSchema>;

/** The routes whose work is bounded; reading, operators and health are not. */
const BRIEFS: ReadonlySet<string> = new Set([
  '/v1/content',
  '/v1/content/batch',
  '/v1/content/:id/feedback',
  '/v1/content/:id/engagement',
]);
const ANSWERS: ReadonlySet<string> = new Set([
  '/v1/chat/completions',
  '/v1/responses',
  '/v1/completions',
  '/v1/embeddings',
  '/v1/messages',
]);
const TICK_MS = 20;
/** Later than this and the loop has too much to do: a quarter of what a probe of health may take. */
const LATE_MS = 50;
const RETRY_AFTER_S = 1;
const BYTES_PER_S = 1024 * 1024;

const DETAIL = `more is asked than can be taken on; send it again after ${RETRY_AFTER_S} s`;
/** Written once: refusing must cost next to nothing. `error` is for clients of OpenAI's protocol. */
const REFUSAL = Buffer.from(
  JSON.stringify({
    type: 'urn:contentflow:problem:too-many-requests',
    title: 'Too much at once',
    status: 429,
    detail: DETAIL,
    error: { message: DETAIL, type: 'rate_limit_error', param: null, code: 'too_many_requests' },
  }),
);

const REFUSAL_HEADERS = {
  'retry-after': String(RETRY_AFTER_S),
  'content-type': 'application/problem+json',
  'content-length': String(REFUSAL.byteLength),
  'x-content-type-options': 'nosniff',
};

type Kind = 'briefs' | 'answers';

/** A request that has a turn, or none any more; whether it is refused. */
interface Turn {
  readonly begin: () => void;
  readonly refuse: () => void;
}

/** Briefs, completions and words of readers wait in a bounded queue, fair between callers; what finds no room is refused with 429. */
export class RequestAdmission {
  private readonly admissions: Readonly<Record<Kind, Admission>>;
  private readonly longestWaitMs: number;
  private readonly longestBodyMs: number;
  private readonly turns = new RequestTurns(() => performance.now());
  private refusedAtOnce = 0;
  private server: Server | undefined;
  private lean: LeanWay | undefined;

  constructor({ briefsAtOnce, answersAtOnce, waiting, longestWaitMs, longestBodyMs }: AdmissionSettings) {
    this.admissions = {
      briefs: new Admission({ atOnce: briefsAtOnce, waiting }),
      answers: new Admission({ atOnce: answersAtOnce, waiting }),
    };
    this.longestWaitMs = longestWaitMs;
    this.longestBodyMs = longestBodyMs;
  }

  /**
   * Servers that refuse what has no chance before any route, key or hook is looked at: one turn of the event loop takes in a thousand
   * connections, and health waits for all of them.
   */
  readonly serverFactory: FastifyServerFactory = (handle, options) => {
    const { keepAliveTimeout, requestTimeout, connectionTimeout } = options as Record<string, number | undefined>;
    const begin = (request: IncomingMessage, response: ServerResponse): void => {
      if (this.hasNoChance(request)) this.refuseAtOnce(response);
      else if (!this.lean?.(request, response)) handle(request, response);
    };
    const server = (this.server = createServer({ requireHostHeader: false }, (request, response) => {
      if (request.url?.startsWith('/health/')) handle(request, response);
      else this.turns.begin(() => begin(request, response));
    }));
    if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout;
    if (requestTimeout !== undefined) server.requestTimeout = requestTimeout;
    if (connectionTimeout !== undefined) server.setTimeout(connectionTimeout);
    return server;
  };

  /** @param way  what answers past Fastify whatever it takes */
  answerPast(way: LeanWay): void {
    this.lean = way;
  }

  /** All else waits for its turn once its route and its sender are known. */
  admit(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const kind = kindOf(request.method, request.routeOptions.url ?? '', request.headers);
      if (!kind) return done();
      this.takeTurn(kind, request.raw, reply.raw, { begin: done, refuse: () => void refuse(reply) });
    });
    const timer = this.watchLoop();
    server.addHook('onClose', async () => clearInterval(timer));
    this.observe();
  }

  /** For an answer: the turn lasts until the response has closed. */
  takeAnswersTurn(request: IncomingMessage, response: ServerResponse, begin: () => void): void {
    this.takeTurn('answers', request, response, { begin, refuse: () => refuseRaw(response) });
  }

  private takeTurn(kind: Kind, request: IncomingMessage, response: ServerResponse, { begin, refuse }: Turn): void {
    const admission = this.admissions[kind];
    const admit = (): void => {
      // Who hung up while waiting is not worked for.
      if (response.destroyed) return admission.left();
      const slow = this.bodyTimer(request);
      response.once('close', () => {
        clearTimeout(slow);
        admission.left();
      });
      begin();
    };
    let isInLine = true;
    admission.ask({
      caller: callerOf(request.headers, request.socket.remoteAddress ?? ''),
      since: performance.now(),
      // Those who waited stand in line again: many answers that end in one turn let as many in.
      admit: () => (isInLine ? admit() : this.turns.begin(admit)),
      refuse,
    });
    isInLine = false;
  }

  /** For a request that has not come in whole. */
  private bodyTimer(request: IncomingMessage): NodeJS.Timeout | undefined {
    if (request.complete) return undefined;
    const patienceMs = this.longestBodyMs + announcedMs(request.headers);
    // What came while the loop was held is read before it is called late.
    return setTimeout(() => setImmediate(() => this.endHalfSent(request)), patienceMs).unref();
  }

  /** A turn is for work: who takes one and does not say for what, gets the answer of one whose request never came in whole. */
  private endHalfSent(request: IncomingMessage): void {
    // An injected request knows nothing of it.
    if (request.complete !== false) return;
    const late = Object.assign(new Error('the body did not come'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    this.server?.emit('clientError', late, request.socket);
  }

  private hasNoChance({ method = '', url = '', headers, socket }: IncomingMessage): boolean {
    const kind = kindOf(method, routeOf(url), headers);
    return kind !== undefined && this.admissions[kind].isClosedTo(callerOf(headers, socket.remoteAddress ?? ''));
  }

  private refuseAtOnce(response: ServerResponse): void {
    this.refusedAtOnce++;
    refuseRaw(response);
  }

  private watchLoop(): NodeJS.Timeout {
    let expected = performance.now() + TICK_MS;
    const timer = setInterval(() => {
      const now = performance.now();
      for (const admission of Object.values(this.admissions)) {
        admission.recordLoopDelay(now - expected > LATE_MS);
        admission.refuseOlderThan(now - this.longestWaitMs);
      }
      expected = now + TICK_MS;
    }, TICK_MS);
    return timer.unref();
  }

  private observe(): void {
    const meter = telemetry.getMeter('contentflow');
    meter
      .createObservableGauge('contentflow_admission_requests', {
        description: 'Requests at work, waiting, and allowed at once',
      })
      .addCallback((result) => {
        for (const [kind, admission] of Object.entries(this.admissions))
          for (const [state, count] of Object.entries(admission.counts())) result.observe(count, { kind, state });
      });
    meter
      .createObservableCounter('contentflow_admission_refused_at_once', {
        description: 'Requests answered 429 before their route was looked at',
      })
      .addCallback((result) => result.observe(this.refusedAtOnce));
  }
}

function kindOf(method: string, route: string, headers: IncomingHttpHeaders): Kind | undefined {
  if (method !== 'POST') return undefined;
  if (ANSWERS.has(route)) return 'answers';
  if (!BRIEFS.has(route)) return undefined;
  return headers['prefer'] === undefined ? 'briefs' : 'answers';
}

/** Of a path as it came, with what a reader's words are about left out. */
const routeOf = (url: string): string =>
  url.split('?', 1)[0]?.replace(/^\/v1\/content\/[^/]+\/(feedback|engagement)$/, '/v1/content/:id/$1') ?? '';

/** What a body of the announced length may take besides; more than is taken at all is refused by that alone. */
const announcedMs = ({ 'content-length': length = '0' }: IncomingHttpHeaders): number =>
  Math.min(MINUTE_MS, (1000 * Number(length)) / BYTES_PER_S);

/** Answers past Fastify; false for what is not its to answer. */
export type LeanWay = (request: IncomingMessage, response: ServerResponse) => boolean;

const refuseRaw = (response: ServerResponse): void => void response.writeHead(429, REFUSAL_HEADERS).end(REFUSAL);

const refuse = (reply: FastifyReply): FastifyReply => reply.code(429).headers(REFUSAL_HEADERS).send(REFUSAL);

/** The key that the caller shows, or says who it is; or where it calls from, after what no header can hold. */
function callerOf(headers: IncomingHttpHeaders, address: string): string {
  const shown = headers.authorization ?? headers['x-api-key'] ?? headers['api-key'] ?? headers['x-user'];
  return typeof shown === 'string' && shown !== '' ? shown : `\n${address}`;
}
