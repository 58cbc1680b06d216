import { type Answer, CompletionServed, type EventOf, idInPartition, projection } from '@contentflow/contracts';
import { z } from 'zod';
import { asMetrics, nothingPassedOn, passedOnSchema, UNNAMED, withPassedOn } from '../domain/passed-on.ts';
import type { GenerationMetrics } from '../domain/generation-metrics.ts';
import { FINE_MS, type MetricsDocument } from './metrics.ts';

/** What calls that named no use came to in ten minutes, as one partition has seen it. */
const documentSchema = passedOnSchema.extend({ id: z.string(), from: z.number().describe('epoch milliseconds') });
export type PassedOnDocument = Answer<typeof documentSchema>;

type Served = EventOf<typeof CompletionServed>;
const fromOf = ({ time }: Served): number => Math.floor(time / FINE_MS) * FINE_MS;
const idOf = (event: Served): string => idInPartition(String(fromOf(event)), event);

export const passedOnDocuments = projection<PassedOnDocument>('monitor.passed-on', documentSchema, ['from']).on(
  CompletionServed,
  (document, event) =>
    withPassedOn(document ?? { ...nothingPassedOn, id: idOf(event), from: fromOf(event) }, event.data),
  idOf,
);

/** The same as documents of generations, in stretches of this length. */
export const asMetricsDocuments = (documents: readonly PassedOnDocument[], lengthMs: number): MetricsDocument[] =>
  documents.flatMap(({ id, from, models }) =>
    Object.entries(models).map(([name, metrics]) => ({
      ...metrics,
      id: `${id}|${name}`,
      from: Math.floor(from / lengthMs) * lengthMs,
      contentType: UNNAMED,
    })),
  );

/** Those of a caller, in stretches of this length. */
export interface CallerDocument extends GenerationMetrics {
  readonly caller: string;
  readonly from: number;
}

export const byCaller = (documents: readonly PassedOnDocument[], lengthMs: number): CallerDocument[] =>
  documents.flatMap(({ from, callers }) =>
    Object.entries(callers).map(([caller, metrics]) => ({
      ...asMetrics(metrics),
      caller,
      from: Math.floor(from / lengthMs) * lengthMs,
    })),
  );
