import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { startStopwatch } from '../adapters/stopwatch.ts';
import { metrics } from '../metrics.ts';
import { requestSpan, within } from '../tracing.ts';

interface Observed {
  readonly span: Span;
  readonly seconds: () => number;
}
const observed = new WeakMap<FastifyRequest, Observed>();

/** Counts and traces every request, those that no route or no parser takes among them. */
export function observeRequests(server: FastifyInstance): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { traceparent } = request.headers;
    const span = requestSpan(request.method, typeof traceparent === 'string' ? { traceparent } : {});
    observed.set(request, { span, seconds: startStopwatch() });
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const { span, seconds } = observed.get(request) as Observed;
    metrics()?.httpAnswered(request.method, route, reply.statusCode, seconds());
    span.updateName(`${request.method} ${route}`);
    span.setAttributes({ 'http.route': route, 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    done();
  });
}

/** Handlers run within the span of their request. Parsers lose it, so that it is entered here. */
@Injectable()
export class RequestSpans implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const span = observed.get(context.switchToHttp().getRequest<FastifyRequest>())?.span;
    if (!span?.isRecording()) return next.handle();
    return within(span, () => next.handle());
  }
}
