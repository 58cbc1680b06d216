import {
  type Assignment,
  type Call,
  ContentGenerated,
  decodedOrRefused,
  GenerationFailed,
  isEvent,
  isRecord,
  Topic,
} from '@contentflow/contracts';
import { cacheScope } from '@contentflow/decisions';
import { inPartitionOrder, ownValue, partitionOfKey, type Positions, type StoredEvent } from '@contentflow/kernel';
import type { Difference, EventSource } from './event-source.ts';

/** What a content was made by. */
type Arms = Pick<Assignment, 'holdback' | 'exposures'>;
interface RawContent {
  readonly contentId: string;
  readonly assignment: Assignment;
  readonly calls: readonly Call[];
}
/** An answer that a content was given from the cache, made for another one. */
interface ServedFromCache extends Arms {
  readonly eventId: string;
  readonly field: string;
}

/**
 * No arm of an experiment, nor the holdback, was served what was made for the other: each answer from the cache names the content that
 * it was made for and the scope that both are in. The scope has to be the served content's own; and the content that it was made for,
 * as far as the log has its result, must not have been in another arm. Answers of releases that did not write it down are passed by.
 */
export async function isolationDifferences(source: EventSource, ends: Positions): Promise<Difference[]> {
  const differences: Difference[] = [];
  const served = new Map<string, ServedFromCache[]>();
  for await (const [event, made] of results(source, ends, hasServed)) {
    const scope = cacheScope(made.assignment);
    for (const [index, { servedFrom }] of made.calls.entries()) {
      if (!servedFrom) continue;
      const at = { eventId: event.id, field: `data.calls.${index}.servedFrom` };
      if (withoutDraft(servedFrom.scope) !== scope)
        differences.push({
          seq: null,
          eventId: at.eventId,
          field: `${at.field}.scope`,
          expected: scope,
          actual: servedFrom.scope,
        });
      const { holdback, exposures } = made.assignment;
      if (servedFrom.madeFor !== made.contentId)
        served.set(servedFrom.madeFor, [...(served.get(servedFrom.madeFor) ?? []), { ...at, holdback, exposures }]);
    }
  }
  if (served.size === 0) return differences;
  for await (const [, made] of results(source, ends, ({ contentId }) => served.has(contentId as string)))
    for (const each of served.get(made.contentId) ?? []) {
      const conflict = conflictOf(made.assignment, each);
      if (conflict) differences.push({ seq: null, eventId: each.eventId, field: `${each.field}.madeFor`, ...conflict });
    }
  return differences;
}

/** Where both are in one experiment, they are in the same arm of it. Recipes may have moved on between two attempts at a brief. */
function conflictOf(maker: Arms, served: Arms): Pick<Difference, 'expected' | 'actual'> | undefined {
  if (maker.holdback !== served.holdback)
    return { expected: { holdback: served.holdback }, actual: { holdback: maker.holdback } };
  for (const { experiment, variant } of served.exposures) {
    const other = maker.exposures.find((each) => each.experiment === experiment);
    if (other && other.variant !== variant)
      return { expected: { experiment, variant }, actual: { experiment, variant: other.variant } };
  }
  return undefined;
}

/** Drafts of one brief are apart as well; which one it was stands behind the scope. */
const withoutDraft = (scope: string): string => scope.slice(0, scope.lastIndexOf('#'));

type Raw = Readonly<Record<string, unknown>>;
const hasServed = ({ calls }: Raw): boolean =>
  Array.isArray(calls) && calls.some((call: Raw | null) => call?.['servedFrom'] !== undefined);

/** Results that are asked for: only those are decoded, which a log of millions has few of. */
async function* results(
  source: EventSource,
  ends: Positions,
  isAskedFor: (data: Raw) => boolean,
): AsyncGenerator<readonly [StoredEvent, RawContent]> {
  for (const key of inPartitionOrder(Object.keys(ends))) {
    const { topic, partition } = partitionOfKey(key);
    if (topic !== Topic.content) continue;
    for await (const events of source.read({ topic, partition, from: 0, to: ownValue(ends, key) ?? 0 }))
      for (const event of events) {
        const made = isRecord(event.data) && isAskedFor(event.data) ? madeOf(event) : undefined;
        if (made) yield [event, made];
      }
  }
}

/** What its contract takes: whatever else stands in the log is reported by who reads it. */
function madeOf(event: StoredEvent): RawContent | undefined {
  const decoded = decodedOrRefused(event);
  return isEvent(ContentGenerated, decoded) || isEvent(GenerationFailed, decoded) ? decoded.data : undefined;
}
