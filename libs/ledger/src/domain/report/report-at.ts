import { decodedOrRefused, type Report } from '@contentflow/contracts';
import { evolve, type Fold, partitionKey, partitionOfKey, inPartitionOrder, ownValue } from '@contentflow/kernel';
import type { EventSource } from '../event-source.ts';
import { reportFold, type ReportPart, reportOf } from './report.ts';

/** Every partition folded apart, in partition order, leaving out what happened after a time. */
export async function foldedUntil<State>(source: EventSource, fold: Fold<State>, at: number): Promise<State[]> {
  const ends = await source.ends(fold.topics);
  const parts: State[] = [];
  for (const key of inPartitionOrder(Object.keys(ends))) {
    const { topic, partition } = partitionOfKey(key);
    const to = ownValue(ends, partitionKey(topic, partition)) ?? 0;
    let part = fold.initial();
    for await (const events of source.read({ topic, partition, from: 0, to }))
      for (const event of events) if (event.time <= at) part = evolve(fold, part, decodedOrRefused(event));
    parts.push(part);
  }
  return parts;
}

export const reportPartsAt = (source: EventSource, at: number = Number.POSITIVE_INFINITY): Promise<ReportPart[]> =>
  foldedUntil(source, reportFold, at);

/** The report from any log, as of a time; as of its latest event when left out. */
export async function reportAt(source: EventSource, at?: number): Promise<Report> {
  return reportOf(await reportPartsAt(source, at), at);
}
