import { ContentFlowError, isContentFlowError, messageOf, type StoredEvent } from '@contentflow/kernel';
import type { FetchedPartition } from 'kafkajs/src/broker/index.js';
import type Cluster from 'kafkajs/src/cluster/index.js';
import Batch from 'kafkajs/src/consumer/batch.js';
import { setTimeout as pause } from 'node:timers/promises';
import { fromMessage } from './cloud-events.ts';
import { grouped } from './grouped.ts';
import { whatIsGone } from './whole-history.ts';

const READ_COMMITTED = 1;
const NO_LEADER = 'log-no-leader';
const MAX_BYTES = 8_000_000;
const TRIES = 50;
const PAUSE_MS = 100;
const MAX_BYTES_PER_PARTITION = 1_000_000;

/** A partition and the offset to fetch from. */
export interface Cursor {
  readonly topic: string;
  readonly partition: number;
  next: number;
}

/** What one fetch brought of one partition. */
export interface Fetched {
  readonly cursor: Cursor;
  readonly events: readonly StoredEvent[];
  /** The offset to go on from: past the markers of transactions too, which are no events but have offsets. */
  readonly next: number;
}

/** Fetches committed events straight from the partitions' leaders, without a consumer group. */
export class PartitionFetcher {
  private readonly cluster: Cluster;
  private readonly commits = new Set<Promise<void>>();
  private isOver = false;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  async connect(topics: readonly string[]): Promise<void> {
    await this.cluster.connect();
    await this.cluster.addMultipleTargetTopics([...new Set(topics)]);
  }

  async disconnect(): Promise<void> {
    this.isOver = true;
    // One that is under way would connect again behind this, and hold the process for ever.
    await Promise.allSettled(this.commits);
    await this.cluster.disconnect();
  }

  refreshLeaders(): Promise<void> {
    return this.cluster.refreshMetadata();
  }

  /** The cursors of each broker that leads some of them. */
  byLeader(cursors: readonly Cursor[]): { node: string; cursors: Cursor[] }[] {
    const byNode = grouped(cursors, (cursor) => this.leaderOf(cursor));
    return [...byNode].map(([node, own]) => ({ node, cursors: own }));
  }

  private leaderOf({ topic, partition }: Cursor): string {
    const [node] = Object.keys(this.cluster.findLeaderForPartitions(topic, [partition]));
    if (node !== undefined) return node;
    throw new ContentFlowError(NO_LEADER, `partition ${partition} of ${topic} has no leader yet`);
  }

  /** What this leader has beyond these cursors; waits for it, but not longer than that. Leaves the cursors as they are. */
  async fetch(node: string, cursors: readonly Cursor[], waitMs: number): Promise<Fetched[]> {
    const broker = await this.cluster.findBroker({ nodeId: node });
    const fetching = broker.fetch({
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: MAX_BYTES,
      isolationLevel: READ_COMMITTED,
      topics: requests(cursors),
    });
    const { responses } = await fetching.catch(async (error: unknown) => {
      throw (isOutOfRange(error) && (await this.goneBefore(cursors))) || error;
    });
    const byKey = new Map(cursors.map((cursor) => [`${cursor.topic}/${cursor.partition}`, cursor]));
    return responses.flatMap(({ topicName, partitions }) =>
      partitions.flatMap((fetched) => {
        const cursor = byKey.get(`${topicName}/${fetched.partition}`);
        return cursor && fetched.messages.length > 0 ? [decoded(cursor, fetched)] : [];
      }),
    );
  }

  /** As a group without members has them: nobody is fenced by it, and nobody reads it here. */
  async commitFor(groupId: string, cursors: readonly Cursor[]): Promise<void> {
    if (this.isOver) return;
    const commit = this.commit(groupId, cursors);
    this.commits.add(commit);
    await commit.finally(() => this.commits.delete(commit));
  }

  private async commit(groupId: string, cursors: readonly Cursor[]): Promise<void> {
    const coordinator = await this.cluster.findGroupCoordinator({ groupId });
    const topics = [...grouped(cursors, ({ topic }) => topic)].map(([topic, own]) => ({
      topic,
      partitions: own.map(({ partition, next }) => ({ partition, offset: String(next), metadata: null })),
    }));
    await coordinator.offsetCommit({ groupId, groupGenerationId: -1, memberId: '', retentionTime: -1, topics });
  }

  /** What is no longer there of what these cursors want. */
  private async goneBefore(cursors: readonly Cursor[]): Promise<ContentFlowError | undefined> {
    for (const { topic, partition, next } of cursors) {
      const [found] = await this.cluster.fetchTopicsOffset([
        { topic, partitions: [{ partition }], fromBeginning: true },
      ]);
      const begins = Number(found?.partitions[0]?.offset ?? 0);
      const gone = whatIsGone([{ topic, partition, begins }], next);
      if (gone) return gone;
    }
    return undefined;
  }

  /** The offset after the last committed record, a transaction's marker among them. */
  async stableEnds(topics: readonly { name: string; partitions: number }[]): Promise<Cursor[]> {
    const wanted = topics.map(({ name, partitions }) => ({
      topic: name,
      partitions: Array.from({ length: partitions }, (_, partition) => ({ partition })),
      fromBeginning: false,
    }));
    const offsets = await this.persistently(() => this.cluster.fetchTopicsOffset(wanted));
    return offsets.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic, partition, next: Number(offset) })),
    );
  }

  /** Asks again while partitions have no leader yet, or a new one. */
  async persistently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (attempt === TRIES || !isPassing(error)) throw error;
        await pause(PAUSE_MS);
        await this.refreshLeaders();
      }
    }
  }
}

function requests(
  cursors: readonly Cursor[],
): { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[] {
  const byTopic = grouped(cursors, ({ topic }) => topic);
  return [...byTopic].map(([topic, own]) => ({
    topic,
    partitions: own.map(({ partition, next }) => ({
      partition,
      fetchOffset: String(next),
      maxBytes: MAX_BYTES_PER_PARTITION,
    })),
  }));
}

function decoded(cursor: Cursor, fetched: FetchedPartition): Fetched {
  const batch = new Batch(cursor.topic, String(cursor.next), fetched);
  const events = batch.messages.map((message) => fromMessage(cursor.topic, cursor.partition, message));
  return { cursor, events, next: Math.max(Number(batch.lastOffset()) + 1, cursor.next) };
}

const isOutOfRange = (error: unknown): boolean => (error as { type?: unknown } | null)?.type === 'OFFSET_OUT_OF_RANGE';

/** Whether the broker's answer is that a partition has moved or a connection broke, so that asking again may help. */
export const isPassing = (error: unknown): boolean =>
  isContentFlowError(error, NO_LEADER) ||
  (error as { retriable?: unknown } | null)?.retriable === true ||
  /closed|timed? ?out/i.test(messageOf(error));
