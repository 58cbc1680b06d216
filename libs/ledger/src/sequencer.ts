import { DecisionSequenced, isEvent, Topic } from '@contentflow/contracts';
import type { EventLog, GroupSubscription } from '@contentflow/event-log';
import { type Clock, partitionKey, type Reaction, type StoredEvent, ownValue, steadyNow } from '@contentflow/kernel';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import {
  type ChainEnd,
  emptyChain,
  entryFor,
  isPermanentRefusal,
  sequencedEvent,
  recordEntry,
} from './domain/chain.ts';

const LONGEST_DRAIN_MS = 1000;
const DRAIN_POLL_MS = 20;
const decisionsPartition = partitionKey(Topic.decisions, 0);

/**
 * Gives each decision its place in the chain. One member of the group owns the decisions' only partition; the log fences
 * all others, and appends the entry in one transaction with the offset. What is in memory is only what the ledger says,
 * so it is read again whenever someone else may have written, or a write of ours may not have come through.
 */
@Injectable()
export class Sequencer implements OnApplicationBootstrap {
  private readonly log: EventLog;
  private readonly clock: Clock;
  private subscription: GroupSubscription | undefined;
  private isOwner = false;
  private end: ChainEnd | undefined;
  private nextOffset = 0;

  constructor(@Inject(PLATFORM) { storedLog, clock }: Pick<Platform, 'storedLog' | 'clock'>) {
    this.log = storedLog;
    this.clock = clock;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.log.subscribe({
      group: 'ledger',
      topics: [Topic.decisions],
      isHopeless: isPermanentRefusal,
      onAssigned: (partitions) => this.assigned(partitions.has(decisionsPartition)),
      handle: (event) => this.sequence(event),
    });
  }

  /** Whether it is this process that gives decisions their places. */
  get isTheOne(): boolean {
    return this.isOwner;
  }

  /** Waits until every decision that is in the log has its place; for a second at most, and not where another process gives them. */
  async drained(): Promise<void> {
    const until = steadyNow(this.clock) + LONGEST_DRAIN_MS;
    while (this.isOwner && steadyNow(this.clock) < until && (await this.isBehind()))
      await this.clock.sleep(DRAIN_POLL_MS);
  }

  /** Called by who signs last: what it gave a place is to be signed. */
  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  /** What is handled is there for others only once it is appended: the log alone tells. */
  private async isBehind(): Promise<boolean> {
    const [decision, entry] = await Promise.all([lastOf(this.log, Topic.decisions), lastOf(this.log, Topic.ledger)]);
    return decision !== undefined && decision.id !== entry?.causationId;
  }

  private assigned(isOwner: boolean): void {
    if (isOwner && !this.isOwner) this.end = undefined;
    this.isOwner = isOwner;
  }

  private async sequence(event: StoredEvent): Promise<Reaction> {
    if (await this.isOutOfDate(event)) this.end = await readChainEnd(this.log);
    this.nextOffset = event.offset + 1;
    const end = this.end as ChainEnd;
    const entry = entryFor(end, event);
    if (!entry) return [];
    this.end = recordEntry(end, entry);
    return [sequencedEvent(entry, event, this.clock.now())];
  }

  /** A repeat means that what we wrote was undone; events we have not seen, that another has handled them. */
  private async isOutOfDate({ offset }: StoredEvent): Promise<boolean> {
    if (!this.end || offset < this.nextOffset) return true;
    return offset > this.nextOffset && (await this.holdsEvents(this.nextOffset, offset));
  }

  private async holdsEvents(from: number, to: number): Promise<boolean> {
    for await (const events of this.log.read({ topic: Topic.decisions, partition: 0, from, to }))
      if (events.length > 0) return true;
    return false;
  }
}

/** Behind the last event a log may keep marks of its own. */
const MARKS_AT_MOST = 10;

async function lastOf(log: Pick<EventLog, 'ends' | 'read'>, topic: string): Promise<StoredEvent | undefined> {
  const to = ownValue(await log.ends([topic]), partitionKey(topic, 0)) ?? 0;
  let last: StoredEvent | undefined;
  for await (const events of log.read({ topic, partition: 0, from: Math.max(0, to - MARKS_AT_MOST), to }))
    last = events.at(-1) ?? last;
  return last;
}

/** The same distance over which a log knows repeats: a decision that comes again later than that is another one's. */
const REMEMBERED = 20_000;

/** The end of the chain as the ledger has it now: read from so far before it as repeats are known, however long the ledger is. */
export async function readChainEnd(log: Pick<EventLog, 'ends' | 'read'>, remembered = REMEMBERED): Promise<ChainEnd> {
  const to = ownValue(await log.ends([Topic.ledger]), partitionKey(Topic.ledger, 0)) ?? 0;
  for (let from = Math.max(0, to - remembered); ; from = Math.max(0, from - remembered)) {
    const end = await chainEndFrom(log, from, to);
    // Other things than entries may stand there, by somebody's mistake.
    if (end.seq > 0 || from === 0) return end;
  }
}

async function chainEndFrom(log: Pick<EventLog, 'read'>, from: number, to: number): Promise<ChainEnd> {
  let end = emptyChain();
  for await (const events of log.read({ topic: Topic.ledger, partition: 0, from, to }))
    for (const event of events)
      if (isEvent(DecisionSequenced, event) && !event.isRepeat) end = recordEntry(end, event.data);
  return end;
}
