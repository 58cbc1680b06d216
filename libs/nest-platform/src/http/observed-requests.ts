import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { startStopwatch } from '../adapters/stopwatch.ts';
import { metrics } from '../metrics.ts';
import { requestSpan, within } from '../tracing.ts';

export interface Observed {
  readonly span: Span;
  readonly seconds: () => number;
}
const observed = new WeakMap<FastifyRequest, Observed>();

/** Counts and traces every request, those that no route or no parser takes among them; handlers run within their span. */
export function observeRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    observed.set(request, beginObserved(request.method, request.headers));
    done();
  });
  // Parsers lose the span, so that it is entered after them.
  server.addHook('preHandler', (request, _reply, done) => withinObserved(observed.get(request) as Observed, done));
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    endObserved(observed.get(request), { method: request.method, route, status: reply.statusCode });
    done();
  });
}

export function beginObserved(method: string, { traceparent }: IncomingHttpHeaders): Observed {
  const span = requestSpan(method, typeof traceparent === 'string' ? { traceparent } : {});
  return { span, seconds: startStopwatch() };
}

export const withinObserved = ({ span }: Observed, work: () => void): void =>
  span.isRecording() ? within(span, work) : work();

interface Answered {
  readonly method: string;
  readonly route: string;
  readonly status: number;
}

/** @param seen  nothing where it was refused before anything else: then it is counted and no more */
export function endObserved(seen: Observed | undefined, { method, route, status }: Answered): void {
  metrics()?.httpAnswered(method, route, status, seen?.seconds() ?? 0);
  if (!seen?.span.isRecording()) return;
  const { span } = seen;
  span.updateName(`${method} ${route}`);
  span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
