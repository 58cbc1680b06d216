import { type Attributes, type BatchObservableResult, type Meter, metrics as api } from '@opentelemetry/api';

/** What is counted and timed. Nothing is, and nothing is paid for it, until a process starts its metrics. */
export interface Metrics {
  eventHandled(service: string, type: string, seconds: number, outcome: 'ok' | 'failed'): void;
  httpAnswered(method: string, route: string, status: number, seconds: number): void;
  /** @param failure  the class of what it failed with; undefined where content was made */
  generationEnded(contentType: string, failure: string | undefined, seconds: number): void;
  modelCalled(call: MeteredCall): void;
}

export interface MeteredCall {
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  readonly cache: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  readonly cost: number;
  readonly timeMs: number;
}

let metered: Metrics | undefined;

/** The metrics of this process; undefined where nobody asked for any. */
export const metrics = (): Metrics | undefined => metered;

/** Counts from here on, with OpenTelemetry's meter provider of this process. */
export function startMetering(): void {
  metered = instruments();
}

export function stopMetering(): void {
  metered = undefined;
}

/** Fewer sets of attributes than OpenTelemetry keeps for an instrument, and its name for all others: models may be called what their callers like. */
const MAX_SETS = 1900;
const OVERFLOW: Attributes = { 'otel.metric.overflow': true };

/**
 * A sum for each set of attributes, told when somebody reads the figures: to tell an instrument of each call takes it apart each time.
 * @returns adds to it; a caller names the attributes always in the same order
 */
function total(meter: Meter, name: string, description: string): (value: number, attributes: Attributes) => void {
  const sums = new Map<string, { readonly attributes: Attributes; sum: number }>();
  meter.createObservableCounter(name, { description }).addCallback((result) => {
    for (const { attributes, sum } of sums.values()) result.observe(sum, attributes);
  });
  return (value, attributes) => {
    const isFull = sums.size >= MAX_SETS;
    const own = Object.values(attributes).join('\n');
    const key = isFull && !sums.has(own) ? '' : own;
    const known = sums.get(key);
    if (known) known.sum += value;
    else sums.set(key, { attributes: key === '' ? OVERFLOW : attributes, sum: value });
  };
}

function instruments(): Metrics {
  const meter = api.getMeter('contentflow');
  const seconds = (name: string, description: string, boundaries: number[]) =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: boundaries } });
  const events = meter.createCounter('contentflow_events_handled', { description: 'Events handled' });
  const handling = seconds('contentflow_event_handling_seconds', 'Time to handle an event', QUICK);
  const requests = total(meter, 'contentflow_http_requests', 'HTTP requests answered');
  const answering = seconds('contentflow_http_request_seconds', 'Time to answer an HTTP request', QUICK);
  const generations = meter.createCounter('contentflow_generations', { description: 'Briefs that came to their end' });
  const generating = seconds('contentflow_generation_seconds', 'Time to make content, without queues', SLOW);
  const calls = total(meter, 'contentflow_model_calls', 'Calls to models, failed ones included');
  const calling = seconds('contentflow_model_call_seconds', 'Time of a call to a model', SLOW);
  const tokens = total(meter, 'contentflow_model_tokens', 'Tokens in and out');
  const cost = total(meter, 'contentflow_model_cost_dollars', 'Spent on calls, in US dollars');

  return {
    eventHandled: (service, type, time, outcome) => {
      const attributes: Attributes = { service, type, outcome };
      events.add(1, attributes);
      handling.record(time, { service, type });
    },
    httpAnswered: (method, route, status, time) => {
      requests(1, { method, route, status });
      answering.record(time, { method, route });
    },
    generationEnded: (contentType, failure, time) => {
      const ended = failure === undefined ? { status: 'generated' } : { status: 'failed', failure };
      generations.add(1, { content_type: contentType, ...ended });
      generating.record(time, { content_type: contentType });
    },
    modelCalled: ({ provider, model, outcome, cache, tokensIn, tokensOut, cost: spent, timeMs }) => {
      calls(1, { provider, model, outcome, cache });
      calling.record(timeMs / 1000, { provider, model });
      tokens(tokensIn, { provider, model, direction: 'in' });
      tokens(tokensOut, { provider, model, direction: 'out' });
      cost(spent, { provider, model });
    },
  };
}

/**
 * Tells of a generator's queue whenever somebody reads the figures.
 * @returns what ends that
 */
export function observeQueue(now: () => { readonly waiting: number; readonly inFlight: number }): () => void {
  const meter = api.getMeter('contentflow');
  const waiting = meter.createObservableGauge('contentflow_queue', { description: 'Briefs that wait for a generator' });
  const inFlight = meter.createObservableGauge('contentflow_generations_in_flight', {
    description: 'Briefs being made',
  });
  const observe = (result: BatchObservableResult): void => {
    const seen = now();
    result.observe(waiting, seen.waiting);
    result.observe(inFlight, seen.inFlight);
  };
  meter.addBatchObservableCallback(observe, [waiting, inFlight]);
  return () => meter.removeBatchObservableCallback(observe, [waiting, inFlight]);
}

interface Audited {
  readonly verifiedTo: { readonly seq: number; readonly at: number } | null;
  readonly differences: number;
}

/**
 * Tells how far the ledger was audited whenever somebody reads the figures.
 * @returns what ends that
 */
export function observeAudit(now: () => Audited): () => void {
  const meter = api.getMeter('contentflow');
  const gauge = (name: string, description: string) => meter.createObservableGauge(name, { description });
  const verified = gauge('contentflow_audit_verified_entries', 'Entries of the ledger that an audit found in order');
  const at = gauge('contentflow_audit_verified_at_seconds', 'When it did, seconds since the epoch');
  const differences = gauge('contentflow_audit_differences', 'Differences that the last audit found');
  const observe = (result: BatchObservableResult): void => {
    const { verifiedTo, differences: found } = now();
    if (verifiedTo) {
      result.observe(verified, verifiedTo.seq);
      result.observe(at, verifiedTo.at / 1000);
    }
    result.observe(differences, found);
  };
  meter.addBatchObservableCallback(observe, [verified, at, differences]);
  return () => meter.removeBatchObservableCallback(observe, [verified, at, differences]);
}

const QUICK = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];
const SLOW = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 300];
