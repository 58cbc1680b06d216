import { ownValueOrNew, ownValue } from '@contentflow/kernel';
import { fold, GenerationMeasured } from '@contentflow/contracts';
import { addToMoments, mergeMoments, type Moments, noMoments } from '@contentflow/statistics';
import { recordInWindow, WINDOW_MS, type Windows } from '../windows.ts';

/** What the holdback did: success 0 or 1, quality 0–10. */
export interface HeldStatistics {
  readonly success: Moments;
  readonly quality: Moments;
}
const emptyHeldStatistics: HeldStatistics = { success: noMoments, quality: noMoments };

export interface HoldbackObservations {
  /** Content type → window of time → what the holdback did. */
  readonly holdback: Record<string, Windows<HeldStatistics>>;
}

export const holdbackFold = fold<HoldbackObservations['holdback']>(() => ({})).on(
  GenerationMeasured,
  (known, { data, time }) => {
    const { assignment, contentType, metrics, outcome } = data;
    if (assignment.holdback)
      recordInWindow(
        ownValueOrNew(known, contentType, () => ({})),
        time,
        ({ success, quality }: HeldStatistics = emptyHeldStatistics) => ({
          success: addToMoments(success, outcome === 'ok' ? 1 : 0),
          quality: metrics.quality === null ? quality : addToMoments(quality, metrics.quality),
        }),
      );
    return known;
  },
);

/** The holdback's generations in the windows that begin after `since`. */
export function holdbackSince(
  parts: readonly HoldbackObservations[],
  contentType: string,
  since: number,
): HeldStatistics {
  return parts
    .flatMap((part) => Object.entries(ownValue(part.holdback, contentType) ?? {}))
    .filter(([window]) => Number(window) * WINDOW_MS >= since)
    .map(([, held]) => held)
    .reduce(
      (a, b) => ({ success: mergeMoments(a.success, b.success), quality: mergeMoments(a.quality, b.quality) }),
      emptyHeldStatistics,
    );
}
