import { ownValueOrNew, ownValue } from '@contentflow/kernel';
import { type Assignment, FeedbackReceived, fold, GenerationMeasured } from '@contentflow/contracts';
import { type Arms, isOfTraffic, measuredBy, mergeArms, noArms, type Observed, ratedBy } from '../arm-statistics.ts';
import { recordInWindow, WINDOW_MS, type Windows } from '../windows.ts';

export interface ImprovementsSeen {
  /** Improvement → window of time → its reverse holdback (control) beside those that have it (treatment). */
  readonly improvements: Record<string, Windows<Arms>>;
}
type Seen = ImprovementsSeen['improvements'];

export const improvementsFold = fold<Seen>(() => ({}))
  .on(GenerationMeasured, (known, { data, time }) =>
    data.assignment.holdback ? known : recordImprovements(known, data.assignment, time, measuredBy(data)),
  )
  .on(FeedbackReceived, (known, { data, time }) =>
    isOfTraffic(data) ? recordImprovements(known, data.assignment, time, ratedBy(data)) : known,
  );

/** Those it was made without, and those it was made with. */
function recordImprovements(
  known: Seen,
  { withheld, improvements: had }: Assignment,
  time: number,
  observed: Observed,
): Seen {
  const record = (improvement: string, variant: keyof Arms): void =>
    recordInWindow(
      ownValueOrNew(known, improvement, () => ({})),
      time,
      (before = noArms) => ({
        ...before,
        [variant]: observed(before[variant]),
      }),
    );
  for (const improvement of withheld) record(improvement, 'control');
  for (const improvement of had) record(improvement, 'treatment');
  return known;
}

/** An improvement beside its reverse holdback, window by window, from this time on. */
export function watchOf(parts: readonly ImprovementsSeen[], improvement: string, since: number): Arms[] {
  const first = Math.ceil(since / WINDOW_MS);
  const windows = new Set(parts.flatMap((part) => Object.keys(ownValue(part.improvements, improvement) ?? {})));
  return [...windows]
    .filter((window) => Number(window) >= first)
    .sort((a, b) => Number(a) - Number(b))
    .map((window) =>
      parts
        .flatMap((part) => ownValue(ownValue(part.improvements, improvement) ?? {}, window) ?? [])
        .reduce(mergeArms, noArms),
    );
}
