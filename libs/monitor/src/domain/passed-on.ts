import type { Answer, CompletionServed, EventData } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { mergeSketches } from '@contentflow/statistics';
import { z } from 'zod';
import {
  generationMetricsSchema,
  type MeasuredFigures,
  noMetrics,
  withCancelled,
  withGeneration,
} from './generation-metrics.ts';

/** Stands where a content type or a use does for calls that name none; no use can be called so. */
export const UNNAMED = '(unnamed)';
/** Of what is counted apart there is so much; the rest counts together. */
export const OTHERS = '(others)';
/** A caller who is not told: no key was shown and no user named. */
const NOBODY = '(none)';
const MOST_MODELS = 100;
const MOST_CALLERS = 200;

const modelMetricsSchema = generationMetricsSchema.extend({ provider: z.string(), model: z.string() });
/** Without times, of which the sketch alone is longer than all else. */
const callerMetricsSchema = generationMetricsSchema.omit({ times: true });

/** What calls that named no use came to, by who answered and by who asked: in bounded space, whatever names are asked for. */
export const passedOnSchema = z.object({
  models: z.record(z.string(), modelMetricsSchema).describe('by provider and model'),
  callers: z.record(z.string(), callerMetricsSchema).describe('by key, or by the pseudonym of a user'),
});
export type PassedOn = Answer<typeof passedOnSchema>;
type CallerMetrics = Answer<typeof callerMetricsSchema>;
type Served = EventData<typeof CompletionServed>;

export const nothingPassedOn: PassedOn = { models: {}, callers: {} };

export function withPassedOn<Document extends PassedOn>(before: Document, served: Served): Document {
  const { provider, model } = answeredBy(served);
  const name = entryOf(before.models, `${provider}/${model}`, MOST_MODELS);
  const isOther = name === OTHERS;
  const ofModel = ownValue(before.models, name) ?? {
    ...noMetrics,
    provider: isOther ? OTHERS : provider,
    model: isOther ? OTHERS : model,
  };
  const caller = entryOf(before.callers, served.caller ?? NOBODY, MOST_CALLERS);
  const { times, ...ofNobody } = noMetrics;
  const { times: _times, ...ofCaller } = withServed(
    { ...((ownValue(before.callers, caller) ?? ofNobody) as CallerMetrics), times },
    served,
  );
  return {
    ...before,
    models: { ...before.models, [name]: withServed(ofModel, served) },
    callers: { ...before.callers, [caller]: { ...ofCaller, metrics: countsIn(ofCaller.metrics) } },
  };
}

/** Who answered last, or was asked last. */
export const answeredBy = ({ calls }: Pick<Served, 'calls'>): { readonly provider: string; readonly model: string } =>
  calls.at(-1) ?? { provider: 'none', model: 'none' };

const countsIn = ({ cost, tokens, calls }: CallerMetrics['metrics']): CallerMetrics['metrics'] => ({
  ...(cost && { cost }),
  ...(tokens && { tokens }),
  ...(calls && { calls }),
});

/** The caller's metrics in the form that summaries are made of. */
export const asMetrics = (caller: CallerMetrics) => ({
  ...caller,
  times: mergeSketches(noMetrics.times, noMetrics.times),
});

const entryOf = (entries: Readonly<Record<string, unknown>>, name: string, most: number): string =>
  Object.hasOwn(entries, name) || Object.keys(entries).length < most ? name : OTHERS;

/** What whoever asked gave up says nothing of its making, but was paid for. */
const withServed = <Metrics extends Parameters<typeof withGeneration>[0]>(before: Metrics, served: Served): Metrics =>
  served.failure === 'cancelled'
    ? withCancelled(before, { usage: { cost: costOf(served) }, simulated: served.simulated })
    : withGeneration(before, figuresOf(served));

const sum = (calls: Served['calls'], of: (call: Served['calls'][number]) => number): number =>
  calls.reduce((total, call) => total + of(call), 0);
const costOf = ({ calls }: Served): number => sum(calls, ({ cost }) => cost);

/** A call in the figures that generations have: what nobody measures of it is left open. */
export function figuresOf(served: Served): MeasuredFigures {
  const { calls, failure, simulated } = served;
  return {
    outcome: failure ?? 'ok',
    cacheHit: false,
    retries: calls.filter(({ attempt }) => attempt > 1).length,
    metrics: {
      timeMs: served.timeMs ?? sum(calls, ({ timeMs }) => timeMs),
      waitMs: sum(calls, ({ waitMs }) => waitMs),
      tokens: sum(calls, ({ tokensIn, tokensOut }) => tokensIn + tokensOut),
      calls: calls.length,
      cost: costOf(served),
      quality: null,
      engagement: null,
    },
    covariates: { words: null },
    simulated,
  };
}
