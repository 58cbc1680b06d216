import type { EventLog } from '@contentflow/event-log';
import { messageOf, type NewEvent } from '@contentflow/kernel';
import {
  GatewayFailure,
  type GatewayReply,
  type GatewayRequest,
  type ModelGateway,
  ProviderError,
} from '@contentflow/language-models';
import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { metrics } from './metrics.ts';

/**
 * One trace from the request that asked to the last event that answers. It travels in `traceparent`: where no one traces,
 * requests begin no trace, events carry none, and the code below is passed by at the cost of one comparison. Asked for at each use: one that is
 * kept goes on with whoever traced first.
 */
const tracer = (): Tracer => trace.getTracer('contentflow');

/** An event, or headers: whatever may carry a trace. */
interface Carrier {
  readonly traceparent?: string | undefined;
}

export const traceOf = ({ traceparent }: Carrier): Context =>
  traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent });

/** Does the work for an event, as a span of the trace that the event belongs to. */
export function handleInTrace<T>(
  event: Carrier & { readonly id: string; readonly type: string },
  name: string,
  attributes: Attributes,
  work: () => Promise<T>,
): Promise<T> {
  if (event.traceparent === undefined) return trace.getActiveSpan() ? context.with(ROOT_CONTEXT, work) : work();
  const about = { 'messaging.message.id': event.id, 'cloudevents.event_type': event.type, ...attributes };
  return inSpan(name, { kind: SpanKind.CONSUMER, attributes: about, parent: traceOf(event) }, work);
}

interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly parent?: Context;
}

async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const { kind, attributes, parent = context.active() } = options;
  const span = tracer().startSpan(name, { kind, attributes }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    span.setStatus({
      code: SpanStatusCode.ERROR,
      message: error instanceof ProviderError ? error.outline : messageOf(error),
    });
    throw error;
  } finally {
    span.end();
  }
}

/** A span for an HTTP request, under the caller's trace if there is one. */
export const requestSpan = (method: string, carrier: Carrier): Span =>
  tracer().startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
    traceOf(carrier),
  );

export const within = <T>(span: Span, work: () => T): T => context.with(trace.setSpan(ROOT_CONTEXT, span), work);

/** The same log; what is appended while a span is open goes on with its trace. */
export const tracedLog = (log: EventLog): EventLog => ({
  append: (events) => log.append(inOpenTrace(events)),
  subscribe: (options) => log.subscribe(options),
  follow: (options) => log.follow(options),
  read: (range) => log.read(range),
  ends: (topics) => log.ends(topics),
  close: () => log.close(),
});

/** These events as children of the span that is open; as they are where none is. */
export function inOpenTrace<E extends NewEvent>(events: readonly E[]): readonly E[] {
  const span = trace.getActiveSpan();
  if (!span?.isRecording() || !isSpanContextValid(span.spanContext())) return events;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent === undefined ? events : events.map((event) => ({ ...event, ...carrier }));
}

/** The same gateway, each request a span and each call counted. Attributes: OpenTelemetry's semantic conventions for generative AI. */
export function observedGateway(gateway: ModelGateway): ModelGateway {
  return {
    models: gateway.models,
    answersFor: (model) => gateway.answersFor(model),
    targets: () => gateway.targets(),
    trip: (...which) => gateway.trip(...which),
    reset: (...which) => gateway.reset(...which),
    close: () => gateway.close(),
    generate: async (request, signal) => {
      if (!trace.getActiveSpan()?.isRecording()) return counted(gateway.generate(request, signal));
      const attributes = requestAttributes(request);
      return inSpan(`chat ${request.model}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        try {
          const reply = await counted(gateway.generate(request, signal));
          span.setAttributes(replyAttributes(reply));
          return reply;
        } catch (error) {
          if (error instanceof GatewayFailure)
            span.setAttributes(callAttributes(error)).setAttribute('error.type', error.failure);
          throw error;
        }
      });
    },
  };
}

async function counted(reply: Promise<GatewayReply>): Promise<GatewayReply> {
  const meter = metrics();
  if (!meter) return reply;
  try {
    const made = await reply;
    made.calls.forEach(meter.modelCalled);
    return made;
  } catch (error) {
    if (error instanceof GatewayFailure) error.calls.forEach(meter.modelCalled);
    throw error;
  }
}

const requestAttributes = ({ model, maxOutputTokens, temperature }: GatewayRequest): Attributes => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': model,
  'gen_ai.request.max_tokens': maxOutputTokens,
  ...(temperature === undefined ? {} : { 'gen_ai.request.temperature': temperature }),
});

const replyAttributes = (reply: GatewayReply): Attributes => ({
  'gen_ai.system': reply.provider,
  'gen_ai.provider.name': reply.provider,
  'gen_ai.response.model': reply.model,
  'gen_ai.response.finish_reasons': [reply.finishReason],
  'gen_ai.usage.input_tokens': reply.tokensIn,
  'gen_ai.usage.output_tokens': reply.tokensOut,
  ...callAttributes(reply),
});

const callAttributes = ({ calls }: Pick<GatewayReply, 'calls'>): Attributes => ({
  'contentflow.calls': calls.length,
  'contentflow.cost': calls.reduce((sum, { cost }) => sum + cost, 0),
});
