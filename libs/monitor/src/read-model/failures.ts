import {
  type Answer,
  type Call,
  ContentGenerated,
  type EventOf,
  failurePatternSchema,
  GenerationFailed,
  idInPartition,
  projection,
  UseServed,
} from '@contentflow/contracts';
import { HOUR_MS } from '@contentflow/kernel';
import { z } from 'zod';
import {
  countedIn,
  type MetValue,
  type ObservedFailure,
  pairsCountedIn,
  patternKey,
  withPattern,
} from '../domain/failure-analysis.ts';
import { sizeOf } from '../domain/watched-generations.ts';

const count = z.number();

/** The failures of one hour and content type, as one partition has seen them: how often each value of each attribute was met and failed at, and what they looked like. */
const failuresSchema = z.object({
  id: z.string(),
  from: z.number().describe('epoch milliseconds'),
  generations: count,
  failed: count,
  attributes: z
    .record(z.string(), z.record(z.string(), z.object({ n: count, failed: count })))
    .describe('by attribute, then by value'),
  pairs: z
    .record(z.string(), z.record(z.string(), z.object({ n: count, failed: count })))
    .optional()
    .describe(
      'by two attributes, then by their values; each as a JSON list of two; missing of what was counted before',
    ),
  patterns: z.record(z.string(), failurePatternSchema),
  simulated: z.boolean(),
});
export type FailuresDocument = Answer<typeof failuresSchema>;

const hourOf = (time: number): number => Math.floor(time / HOUR_MS) * HOUR_MS;

type Ended = EventOf<typeof ContentGenerated> | EventOf<typeof GenerationFailed> | EventOf<typeof UseServed>;

/** A call of a named use says nothing of how long its answer shall be. */
const asked = ({ data }: Ended): { readonly contentType: string; readonly words: number } =>
  'use' in data
    ? { contentType: data.use, words: 0 }
    : { contentType: data.brief.contentType, words: data.brief.length ?? 0 };

const documentId = (event: Ended): string => idInPartition(`${hourOf(event.time)}|${asked(event).contentType}`, event);

export const failureDocuments = projection<FailuresDocument>('monitor.failures-of-partitions', failuresSchema, ['from'])
  .on(ContentGenerated, (document, event) => withGeneration(document ?? noFailures(event), event, false), documentId)
  .on(
    GenerationFailed,
    (document, event) =>
      event.data.failure === 'cancelled'
        ? document
        : withFailure(withGeneration(document ?? noFailures(event), event, true), event, {
            contentId: event.data.contentId,
            failure: event.data.failure,
            message: event.data.message,
          }),
    documentId,
  )
  .on(
    UseServed,
    (document, event) => {
      const { completionId: contentId, failure } = event.data;
      if (failure === 'cancelled') return document;
      const counted = withGeneration(document ?? noFailures(event), event, failure !== undefined);
      // What a server says may hold words of the call, which are kept nowhere.
      return failure === undefined ? counted : withFailure(counted, event, { contentId, failure, message: failure });
    },
    documentId,
  );

const noFailures = (event: Ended): FailuresDocument => ({
  id: documentId(event),
  from: hourOf(event.time),
  generations: 0,
  failed: 0,
  attributes: {},
  pairs: {},
  patterns: {},
  simulated: false,
});

function withGeneration(document: FailuresDocument, event: Ended, isFailure: boolean): FailuresDocument {
  const { calls, assignment, simulated } = event.data;
  const { contentType, words } = asked(event);
  const last = calls.at(-1);
  const met: MetValue[] = [
    { attribute: 'contentType', value: contentType, isFailed: isFailure },
    { attribute: 'recipe', value: assignment.recipe, isFailed: isFailure },
    { attribute: 'hour', value: String(new Date(event.time).getUTCHours()), isFailed: isFailure },
    { attribute: 'size', value: sizeOf(words), isFailed: isFailure },
    ...valuesOf('provider', calls, (call) => call.provider, isFailure && last),
    ...valuesOf('model', calls, (call) => call.model, isFailure && last),
    ...valuesOf('step', calls, (call) => call.step, isFailure && last),
  ];
  return {
    ...document,
    generations: document.generations + 1,
    failed: document.failed + Number(isFailure),
    attributes: countedIn(document.attributes, met),
    pairs: pairsCountedIn(document.pairs ?? {}, met),
    simulated: document.simulated || simulated,
  };
}

/** Each met by a generation once, however many calls it took; it failed at what was called last. */
function valuesOf(
  attribute: string,
  calls: readonly Call[],
  of: (call: Call) => string,
  failedAt: Call | undefined | false,
): MetValue[] {
  return [...new Set(calls.map(of))].map((value) => ({
    attribute,
    value,
    isFailed: failedAt !== undefined && failedAt !== false && of(failedAt) === value,
  }));
}

function withFailure(
  document: FailuresDocument,
  { data, time }: Ended,
  failed: Pick<ObservedFailure, 'contentId' | 'failure' | 'message'>,
): FailuresDocument {
  const { provider = 'none', model = 'none', step = 'none' } = data.calls.at(-1) ?? {};
  const seen = { ...failed, provider, model, step, at: time };
  return { ...document, patterns: withPattern(document.patterns, patternKey(seen), seen) };
}
