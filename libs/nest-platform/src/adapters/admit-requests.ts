import { hash128 } from '@contentflow/kernel';
import { metrics as telemetry } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Admission } from '../http/admission.ts';

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

/** Briefs, completions and words of readers wait in a bounded queue, fair between callers; what finds no room is refused with 429. */
export function admitRequests(server: FastifyInstance, settings: AdmissionSettings): void {
  const { briefsAtOnce, answersAtOnce, waiting, longestWaitMs } = settings;
  const briefs = new Admission({ atOnce: briefsAtOnce, waiting });
  const answers = new Admission({ atOnce: answersAtOnce, waiting });
  const admissionOf = ({ method, routeOptions, headers }: FastifyRequest): Admission | undefined => {
    if (method !== 'POST') return undefined;
    if (ANSWERS.has(routeOptions.url ?? '')) return answers;
    if (!BRIEFS.has(routeOptions.url ?? '')) return undefined;
    return headers.prefer === undefined ? briefs : answers;
  };

  server.addHook('onRequest', (request, reply, done) => {
    const admission = admissionOf(request);
    if (!admission) return done();
    const admit = (): void => {
      // Who hung up while waiting is not worked for.
      if (reply.raw.destroyed) return admission.left();
      reply.raw.once('close', () => admission.left());
      done();
    };
    admission.ask({ caller: callerOf(request), since: performance.now(), admit, refuse: () => void refuse(reply) });
  });

  let expected = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    for (const admission of [briefs, answers]) {
      admission.loopWas(now - expected > LATE_MS);
      admission.refuseOlderThan(now - longestWaitMs);
    }
    expected = now + TICK_MS;
  }, TICK_MS);
  timer.unref();
  server.addHook('onClose', async () => clearInterval(timer));
  observed({ briefs, answers });
}

const refuse = (reply: FastifyReply): FastifyReply =>
  reply.code(429).header('retry-after', RETRY_AFTER_S).header('content-type', 'application/problem+json').send(REFUSAL);

/** The key that the caller shows, or says who it is, or where it calls from. */
function callerOf({ headers, ip }: FastifyRequest): string {
  const shown = headers.authorization ?? headers['x-api-key'] ?? headers['x-user'];
  return typeof shown === 'string' && shown !== '' ? hash128(shown) : ip;
}

function observed(admissions: Readonly<Record<string, Admission>>): void {
  telemetry
    .getMeter('contentflow')
    .createObservableGauge('contentflow_admission_requests', {
      description: 'Requests at work, waiting, and allowed at once',
    })
    .addCallback((result) => {
      for (const [kind, admission] of Object.entries(admissions))
        for (const [state, count] of Object.entries(admission.counts())) result.observe(count, { kind, state });
    });
}
