import type { Answer, Estimate, reportSeriesSchema } from '@contentflow/contracts';
import { mergeMoments, type Moments, noMoments, sampleOf } from '@contentflow/statistics';
import { compareArms, estimate, oneLook } from './comparison.ts';
import { type Links, linksOf } from './chain.ts';
import { type PriceOfLearning, pricesOfLearning } from './price-of-learning.ts';
import { hoursIn, recordOf, type ReportPart } from './report.ts';
import { type Arm, type Cells, cellParts, LOAD_BUCKET_MS, mergeCells } from './traffic.ts';

/** The curves behind the report. Times in epoch milliseconds, intervals of 95 %. */
export type ReportSeries = Answer<typeof reportSeriesSchema>;
/** One hour: each metric of the holdback and of all other traffic, over the same mix. */
export type HourOfPerformance = ReportSeries['hours'][number];

export function seriesOf(parts: readonly ReportPart[]): ReportSeries {
  const record = recordOf(parts);
  return {
    simulated: parts.some(({ traffic }) => traffic.simulated),
    hours: hoursOf(parts),
    load: loadOf(parts, record.instances),
    learning: record.steps,
  };
}

function hoursOf(parts: readonly ReportPart[]): HourOfPerformance[] {
  const { rebases, system } = recordOf(parts);
  const prices = pricesOfLearning(
    parts.map(({ traffic }) => traffic.onTrial),
    system.experiments,
  );
  const all = hoursIn(parts);
  const byHour = new Map<number, Cells[]>();
  for (const { traffic } of parts)
    for (const { from, cells } of traffic.hours) byHour.set(from, [...(byHour.get(from) ?? []), cells]);
  return [...byHour]
    .sort(([a], [b]) => a - b)
    .map(([from, cells]) => hourOf(from, mergeCells(cells), linksOf(rebases, all, from), prices.get(from)));
}

function hourOf(from: number, cells: Cells, links: Links, price: PriceOfLearning | undefined): HourOfPerformance {
  const { initial, current } = compareArms(cells, links, oneLook);
  return {
    from,
    initial,
    current,
    rating: { initial: ratingOf(cells, 'holdback'), current: ratingOf(cells, 'current') },
    learning: price ?? null,
  };
}

function ratingOf(cells: Cells, arm: Arm): Estimate | null {
  const rating = Object.entries(cells)
    .filter(([key]) => cellParts(key).arm === arm)
    .reduce<Moments>((sum, [, cell]) => mergeMoments(sum, cell.rating), noMoments);
  if (rating.n < oneLook.minSuccesses) return null;
  const { mean, variance, n } = sampleOf(rating);
  return estimate({ mean, variance: variance / n, degrees: n - 1 }, oneLook);
}

/** What was accepted in each step, beside the instances at its end. */
function loadOf(
  parts: readonly ReportPart[],
  changes: readonly { readonly time: number; readonly instances: number }[],
): ReportSeries['load'] {
  const accepted = new Map<number, number>();
  for (const { traffic } of parts)
    for (const load of traffic.load) accepted.set(load.from, (accepted.get(load.from) ?? 0) + load.accepted);
  let instances = 1;
  let next = 0;
  return [...accepted]
    .sort(([a], [b]) => a - b)
    .map(([from, n]) => {
      for (; (changes[next]?.time ?? Infinity) < from + LOAD_BUCKET_MS; next++) instances = changes[next]!.instances;
      return { from, accepted: n, instances };
    });
}
