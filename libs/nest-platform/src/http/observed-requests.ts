import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { startStopwatch } from '../adapters/stopwatch.ts';
import { metrics } from '../metrics.ts';
import { requestSpan, within } from '../tracing.ts';

interface Observed {
  readonly span: Span;
  readonly seconds: () => number;
}
const observed = new WeakMap<FastifyRequest, Observed>();

/** Counts and traces every request, those that no route or no parser takes among them; handlers run within their span. */
export function observeRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { traceparent } = request.headers;
    const span = requestSpan(request.method, typeof traceparent === 'string' ? { traceparent } : {});
    observed.set(request, { span, seconds: startStopwatch() });
    done();
  });
  // Parsers lose the span, so that it is entered after them.
  server.addHook('preHandler', (request, _reply, done) => {
    const { span } = observed.get(request) as Observed;
    if (span.isRecording()) within(span, done);
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const seen = observed.get(request);
    metrics()?.httpAnswered(request.method, route, reply.statusCode, seen?.seconds() ?? 0);
    // What was refused before anything else is counted and no more.
    if (!seen) return done();
    const { span } = seen;
    span.updateName(`${request.method} ${route}`);
    span.setAttributes({ 'http.route': route, 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    done();
  });
}
