import { FeedbackReceived, fold, GenerationMeasured, type Metric } from '@contentflow/contracts';
import { HOUR_MS, ownValueOrNew, ownValue } from '@contentflow/kernel';
import type { SpanMean } from '@contentflow/statistics';
import {
  type ArmStatistics,
  measuredBy,
  mergeStatistics,
  noStatistics,
  sampleOfMetric,
  type Observed,
  ratedBy,
} from '../arm-statistics.ts';
import { recordInWindow, type Windows } from '../windows.ts';

export interface SeasonObservations {
  /**
   * Content type → window of time, longer and kept for longer → what the holdback did: nothing is changed there, so that what
   * comes back with the hour is the hour's doing.
   */
  readonly seasons: Record<string, Windows<ArmStatistics>>;
}
type Seasons = SeasonObservations['seasons'];

/** Kept for two weeks and a day: two cycles of a week, wherever they begin. */
const spans = { windowMs: 3 * HOUR_MS, kept: 15 * 8 };

export const seasonsFold = fold<Seasons>(() => ({}))
  .on(GenerationMeasured, (known, { data, time }) =>
    data.assignment.holdback ? recordSeason(known, data.contentType, time, measuredBy(data)) : known,
  )
  .on(FeedbackReceived, (known, { data, time }) =>
    data.assignment.holdback && !data.flood ? recordSeason(known, data.contentType, time, ratedBy(data)) : known,
  );

function recordSeason(known: Seasons, contentType: string, time: number, observed: Observed): Seasons {
  recordInWindow(
    ownValueOrNew(known, contentType, () => ({})),
    time,
    (before = noStatistics) => observed(before),
    spans,
  );
  return known;
}

/** Spans in a cycle: three hours of a day, 21 of a week. */
export const PHASES = 8;
/** Of a span, before its mean says anything. */
const MIN_IN_SPAN = 5;

/** Means of a metric in the holdback over the whole spans from `since` on, `PHASES` to a cycle. */
export function seasonSpans(
  parts: readonly SeasonObservations[],
  contentType: string,
  metric: Metric,
  { cycleMs, since, at }: { readonly cycleMs: number; readonly since: number; readonly at: number },
): SpanMean[] {
  const spanMs = cycleMs / PHASES;
  const seen = new Map<number, ArmStatistics>();
  for (const part of parts)
    for (const [window, statistics] of Object.entries(ownValue(part.seasons, contentType) ?? {})) {
      const cell = Math.floor((Number(window) * spans.windowMs) / spanMs);
      seen.set(cell, mergeStatistics(seen.get(cell) ?? noStatistics, statistics));
    }
  return [...seen]
    .map(([cell, statistics]) => ({ cell, ...sampleOfMetric(statistics, metric) }))
    .filter(({ cell, n }) => n >= MIN_IN_SPAN && cell * spanMs >= since && (cell + 1) * spanMs <= at)
    .sort((a, b) => a.cell - b.cell)
    .map(({ cell, n, mean }) => ({ cell, n, mean }));
}
