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
import {
  inPartitionOrder,
  ownValue,
  partitionKey,
  partitionOfKey,
  type Positions,
  type StoredEvent,
} from '@contentflow/kernel';
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

/** Contents whose arms are remembered: what is served from the cache was nearly always made lately. */
const MOST_MAKERS = 100_000;

/** What has been read so far, for whoever goes on from there. */
export interface IsolationPoint {
  /** By content; null where a result says no arms, or not as they are said now. */
  readonly makers: ReadonlyMap<string, readonly (Arms | null)[]>;
  readonly served: ReadonlyMap<string, readonly ServedFromCache[]>;
  readonly hasForgotten: boolean;
}
const START: IsolationPoint = { makers: new Map(), served: new Map(), hasForgotten: false };

/**
 * No arm of an experiment, nor the holdback, was served what was made for the other: each answer from the cache names the content that
 * it was made for and the scope that both are in. The scope has to be the served content's own; and the content that it was made for,
 * as far as the log has its result, must not have been in another arm. Answers of releases that did not write it down are passed by.
 */
export class IsolationCheck {
  /** By partition, which are read in any order. */
  private readonly outOfScope = new Map<string, Difference[]>();
  /** By the content that it was made for. */
  private readonly served: Map<string, ServedFromCache[]>;
  /** By content, as its results say, the latest last. */
  private readonly makers: Map<string, (Arms | null)[]>;
  private hasForgotten: boolean;
  /** Whether contents have to be read again to tell. */
  private isDoubtful = false;

  constructor(
    { makers, served, hasForgotten }: IsolationPoint = START,
    private readonly mostMakers = MOST_MAKERS,
  ) {
    this.makers = new Map([...makers].map(([id, arms]) => [id, [...arms]]));
    this.served = new Map([...served].map(([id, each]) => [id, [...each]]));
    this.hasForgotten = hasForgotten;
  }

  point(): IsolationPoint {
    const { makers, served, hasForgotten } = this;
    return { makers, served, hasForgotten };
  }

  /** Whether nothing differs so far, for certain. */
  get isSound(): boolean {
    return this.outOfScope.size === 0 && !this.isDoubtful;
  }

  /** The next events of a partition. */
  read(batch: readonly StoredEvent[]): void {
    if (batch[0]?.topic !== Topic.content) return;
    for (const event of batch) {
      const { data } = event;
      if (!isResult(event) || !isRecord(data)) continue;
      this.madeBy(String(data['contentId']), armsIn(data));
      const made = hasServed(data) ? madeOf(event) : undefined;
      if (made) this.servedIn(event, made);
    }
  }

  /** Once all contents have been read. Where what was remembered of them does not tell, those that others were made for are looked up. */
  async differences(source: EventSource, ends: Positions): Promise<Difference[]> {
    const { outOfScope, served } = this;
    const differences = inPartitionOrder([...outOfScope.keys()]).flatMap((key) => outOfScope.get(key) ?? []);
    if (!this.isDoubtful) return differences;
    const isMaker = ({ contentId }: Raw): boolean => served.has(contentId as string);
    for await (const batch of contents(source, ends))
      for (const event of batch) {
        const made = isResult(event) && isRecord(event.data) && isMaker(event.data) ? madeOf(event) : undefined;
        for (const each of made ? (served.get(made.contentId) ?? []) : []) {
          const conflict = made && conflictOf(made.assignment, each);
          if (conflict)
            differences.push({ seq: null, eventId: each.eventId, field: `${each.field}.madeFor`, ...conflict });
        }
      }
    return differences;
  }

  private madeBy(contentId: string, arms: Arms | null): void {
    for (const each of this.served.get(contentId) ?? []) this.compare(arms, each);
    added(this.makers, contentId, arms);
    if (this.makers.size <= this.mostMakers) return;
    const [oldest] = this.makers.keys();
    this.makers.delete(oldest as string);
    this.hasForgotten = true;
  }

  private servedIn({ id: eventId, topic, partition }: StoredEvent, made: RawContent): void {
    const scope = cacheScope(made.assignment);
    const { holdback, exposures } = made.assignment;
    for (const [index, { servedFrom }] of made.calls.entries()) {
      if (!servedFrom) continue;
      const field = `data.calls.${index}.servedFrom`;
      if (withoutDraft(servedFrom.scope) !== scope)
        added(this.outOfScope, partitionKey(topic, partition), {
          seq: null,
          eventId,
          field: `${field}.scope`,
          expected: scope,
          actual: servedFrom.scope,
        });
      if (servedFrom.madeFor === made.contentId) continue;
      const served = { eventId, field, holdback, exposures };
      added(this.served, servedFrom.madeFor, served);
      const makers = this.makers.get(servedFrom.madeFor);
      if (!makers && this.hasForgotten) this.isDoubtful = true;
      for (const arms of makers ?? []) this.compare(arms, served);
    }
  }

  private compare(maker: Arms | null, served: ServedFromCache): void {
    if (!maker || conflictOf(maker, served)) this.isDoubtful = true;
  }
}

const resultTypes: ReadonlySet<string> = new Set([ContentGenerated.type, GenerationFailed.type]);
const isResult = ({ type }: StoredEvent): boolean => resultTypes.has(type);

const NONE: Arms = { holdback: false, exposures: [] };

/** As it was stored: whether it is what its contract takes is asked where it matters. */
function armsIn({ assignment }: Raw): Arms | null {
  if (!isRecord(assignment)) return null;
  const { holdback, exposures } = assignment as Partial<Arms>;
  if (typeof holdback !== 'boolean' || !Array.isArray(exposures) || !exposures.every(isRecord)) return null;
  if (!holdback && exposures.length === 0) return NONE;
  return { holdback, exposures: exposures.map(({ experiment, variant, epoch }) => ({ experiment, variant, epoch })) };
}

function added<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const known = lists.get(key);
  if (known) known.push(item);
  else lists.set(key, [item]);
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

async function* contents(source: EventSource, ends: Positions): AsyncGenerator<readonly StoredEvent[]> {
  for (const key of inPartitionOrder(Object.keys(ends)))
    if (partitionOfKey(key).topic === Topic.content)
      yield* source.read({ ...partitionOfKey(key), from: 0, to: ownValue(ends, key) ?? 0 });
}

/** What its contract takes: whatever else stands in the log is reported by who reads it. */
function madeOf(event: StoredEvent): RawContent | undefined {
  const decoded = decodedOrRefused(event);
  return isEvent(ContentGenerated, decoded) || isEvent(GenerationFailed, decoded) ? decoded.data : undefined;
}
