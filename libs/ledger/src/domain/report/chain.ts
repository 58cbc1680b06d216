import { type ReportedMetric, reportedMetrics } from '@contentflow/contracts';
import { HOUR_MS, ownValue, setOwnValue } from '@contentflow/kernel';
import { sampleIn } from './reported-metrics.ts';
import type { Rebase } from './record.ts';
import { type Bucket, cellKey, cellParts, type Cells, mergeCells } from './traffic.ts';

/** What a holdback that moved is to be divided by, so that it stands for generation 0 again; and the relative variance of that. */
export interface Link {
  readonly ratio: number;
  readonly relativeVariance: number;
}
/** By content type, where its holdback moved. */
export type Links = Readonly<Record<string, Readonly<Record<ReportedMetric, Link>>>>;

/** Over how long before a move all other traffic is held against what the holdback was until then. */
const BEFORE_MS = 6 * HOUR_MS;

/**
 * Chains effects over moves of the holdback: what it moved to was all other traffic before, so that the ratio of the two before each move,
 * multiplied with those of the moves before it, leads back to generation 0. Where it moved to what a person wrote, that is what all is held
 * against from there on. Moves after `at` are left out.
 */
export function linksOf(rebases: readonly Rebase[], hours: readonly Bucket[], at: number): Links {
  const links: Record<string, Record<ReportedMetric, Link>> = {};
  for (const { contentType, time, isFreshStart } of rebases.filter((each) => each.time <= at)) {
    if (isFreshStart) {
      setOwnValue(links, contentType, unchained);
      continue;
    }
    const since = Math.max(time - BEFORE_MS, movedBefore(rebases, contentType, time) ?? 0);
    const before = hours.filter(({ from }) => from >= since && from + HOUR_MS <= time);
    const cells = mergeCells(before.map((bucket) => bucket.cells));
    const known = ownValue(links, contentType);
    setOwnValue(
      links,
      contentType,
      Object.fromEntries(
        reportedMetrics.map((metric) => [metric, product(known?.[metric] ?? one, ratioIn(cells, contentType, metric))]),
      ) as Record<ReportedMetric, Link>,
    );
  }
  return links;
}

const one: Link = { ratio: 1, relativeVariance: 0 };
const unchained = Object.fromEntries(reportedMetrics.map((metric) => [metric, one])) as Record<ReportedMetric, Link>;
const product = (a: Link, b: Link): Link => ({
  ratio: a.ratio * b.ratio,
  relativeVariance: a.relativeVariance + b.relativeVariance,
});

/** All other traffic ÷ holdback; one where either of them has nothing, or nothing but zero. */
function ratioIn(cells: Cells, contentType: string, metric: ReportedMetric): Link {
  const [held, current] = [
    ownValue(cells, cellKey(contentType, 'holdback')),
    ownValue(cells, cellKey(contentType, 'current')),
  ];
  if (!held || !current) return one;
  const [then, now] = [sampleIn(held, metric), sampleIn(current, metric)];
  if (then.n === 0 || now.n === 0 || then.mean === 0 || now.mean === 0) return one;
  const relative = (sample: typeof then): number => sample.variance / sample.n / sample.mean ** 2;
  return { ratio: now.mean / then.mean, relativeVariance: relative(then) + relative(now) };
}

const movedBefore = (rebases: readonly Rebase[], contentType: string, time: number): number | undefined =>
  rebases.findLast((each) => each.contentType === contentType && each.time < time)?.time;

/** The cells of a bucket without those of a content type whose holdback moved after it began: they mix two holdbacks. */
export function sinceMoved({ from, cells }: Bucket, rebases: readonly Rebase[], at: number): Cells {
  const moved = rebases.filter(({ time }) => time <= at && time > from);
  return moved.length === 0
    ? cells
    : Object.fromEntries(
        Object.entries(cells).filter(
          ([key]) => !moved.some(({ contentType }) => contentType === cellParts(key).contentType),
        ),
      );
}
