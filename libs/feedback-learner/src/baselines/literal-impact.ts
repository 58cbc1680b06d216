import {
  AdjustmentMadePermanent,
  AdjustmentRolledBack,
  EngagementRecorded,
  FeedbackReceived,
  GenerationMeasured,
  fold,
} from '@contentflow/contracts';
import { type Adjustment, decided, type DecisionProcedure, type Experiment } from '@contentflow/decisions';
import { HOUR_MS, ownValueOrNew, ownValue } from '@contentflow/kernel';
import { addToMoments, mergeMoments, type Moments, noMoments } from '@contentflow/statistics';
import type { Impact } from '../domain/impact.ts';

/** What readers of one content type did in one hour. */
interface ReaderHour {
  readonly quality: Moments;
  readonly satisfaction: Moments;
  readonly impressions: number;
  readonly actions: number;
}
/** Content type → hour → what was seen in it. Changed in place, but for the hours themselves. */
type ReaderHours = Record<string, Record<number, ReaderHour>>;

const HOURS_KEPT = 48;
const nothing: ReaderHour = { quality: noMoments, satisfaction: noMoments, impressions: 0, actions: 0 };

const readerHours = fold<ReaderHours>(() => ({}))
  .on(GenerationMeasured, (hours, { data, time }) => {
    const { quality } = data.metrics;
    return quality === null
      ? hours
      : inHour(hours, data.contentType, time, (hour) => ({ ...hour, quality: addToMoments(hour.quality, quality) }));
  })
  .on(FeedbackReceived, (hours, { data, time }) =>
    inHour(hours, data.contentType, time, (hour) => ({
      ...hour,
      satisfaction: addToMoments(hour.satisfaction, data.rating),
    })),
  )
  .on(EngagementRecorded, (hours, { data, time }) =>
    inHour(hours, data.contentType, time, (hour) =>
      data.kind === 'impression'
        ? { ...hour, impressions: hour.impressions + 1 }
        : { ...hour, actions: hour.actions + 1 },
    ),
  );

function inHour(
  hours: ReaderHours,
  contentType: string,
  time: number,
  change: (hour: ReaderHour) => ReaderHour,
): ReaderHours {
  const of = ownValueOrNew(hours, contentType, () => ({}));
  const key = Math.floor(time / HOUR_MS);
  of[key] = change(of[key] ?? nothing);
  delete of[key - HOURS_KEPT];
  return hours;
}

export interface LiteralImpactEvidence {
  readonly adjustment: Pick<Adjustment, 'adjustmentId' | 'contentType' | 'lever' | 'change'>;
  readonly experimentId: string;
  /** The hours before the trial began, and those since. */
  readonly before: ReaderHour;
  readonly after: ReaderHour;
}

const BEFORE_HOURS = 6;

/**
 * The specification's rule taken literally, to measure against: impact is the relative change of quality, engagement and satisfaction from
 * before to after; all above zero: permanent, whatever else changed meanwhile and however few were asked.
 */
export const literalImpact: DecisionProcedure<ReaderHours, LiteralImpactEvidence> = {
  name: 'baseline.literal-impact',
  every: ({ feedback }) => feedback.learnEveryMs,
  fold: readerHours,
  due: (parts, system) =>
    Object.values(system.adjustments)
      .filter(({ status }) => status === 'on_trial')
      .flatMap((adjustment) => {
        const trial = Object.values(system.experiments).findLast(({ origin }) => origin.id === adjustment.adjustmentId);
        if (trial?.status !== 'concluded') return [];
        return [{ question: `impact:${adjustment.adjustmentId}`, evidence: evidenceOn(parts, adjustment, trial) }];
      }),
  decide: ({ adjustment, experimentId, before, after }) => {
    const { adjustmentId, contentType, lever, change } = adjustment;
    const impact: Impact = {
      quality: changeOf(before.quality.mean, after.quality.mean),
      engagement: changeOf(rateOf(before), rateOf(after)),
      satisfaction: changeOf(before.satisfaction.mean, after.satisfaction.mean),
    };
    const fallen = Object.entries(impact).filter(([, { value }]) => value <= 0);
    return fallen.length === 0
      ? [
          decided(AdjustmentMadePermanent, adjustmentId, {
            adjustmentId,
            experimentId,
            contentType,
            lever,
            change,
            impact,
          }),
        ]
      : [
          decided(AdjustmentRolledBack, adjustmentId, {
            adjustmentId,
            experimentId,
            reason: `no rise in ${fallen.map(([name]) => name).join(', ')}`,
            impact,
          }),
        ];
  },
};

const rateOf = ({ actions, impressions }: ReaderHour): number => (impressions === 0 ? 0 : actions / impressions);

/** A change without an interval: the rule asks for none. */
function changeOf(before: number, after: number): Impact['quality'] {
  const value = before === 0 ? 0 : after / before - 1;
  return { value, lower: value, upper: value };
}

function evidenceOn(
  parts: readonly ReaderHours[],
  { adjustmentId, contentType, lever, change }: Adjustment,
  { experimentId, startedAt = 0 }: Experiment,
): LiteralImpactEvidence {
  const began = Math.floor(startedAt / HOUR_MS);
  const over = (from: number, until: number): ReaderHour =>
    parts
      .flatMap((part) => Object.entries(ownValue(part, contentType) ?? {}))
      .filter(([hour]) => Number(hour) >= from && Number(hour) < until)
      .map(([, hour]) => hour)
      .reduce(merged, nothing);
  return {
    adjustment: { adjustmentId, contentType, lever, change },
    experimentId,
    before: over(began - BEFORE_HOURS, began),
    after: over(began, Number.MAX_SAFE_INTEGER),
  };
}

const merged = (a: ReaderHour, b: ReaderHour): ReaderHour => ({
  quality: mergeMoments(a.quality, b.quality),
  satisfaction: mergeMoments(a.satisfaction, b.satisfaction),
  impressions: a.impressions + b.impressions,
  actions: a.actions + b.actions,
});
