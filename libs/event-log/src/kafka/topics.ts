import { ContentFlowError, type Clock } from '@contentflow/kernel';
import type { Admin } from 'kafkajs';
import type { TopicDefinition } from '../event-log.ts';

/** Nothing that evidence is folded from may expire. */
const UNLIMITED_RETENTION = [{ name: 'retention.ms', value: '-1' }];
/** A broker may not know at once of the topics that its controller has just made. */
const LOOK_AGAIN_MS = 100;
const LOOKS = 300;

/** Makes the topics that are missing and refuses those with another number of partitions. */
export async function declareTopics(admin: Admin, topics: readonly TopicDefinition[], clock: Clock): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) await createTopics(admin, missing);
  const counts = await partitionCounts(admin, topics, clock);
  for (const { name, partitions } of topics)
    if (counts.get(name) !== partitions) throw partitionsDiffer(name, counts.get(name), partitions);
}

async function createTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: false,
    topics: topics.map(({ name, partitions }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: UNLIMITED_RETENTION,
    })),
  });
}

async function partitionCounts(
  admin: Admin,
  topics: readonly TopicDefinition[],
  clock: Clock,
): Promise<Map<string, number>> {
  for (let look = 1; ; look++) {
    try {
      const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
      return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
    } catch (error) {
      if (look === LOOKS || !NOT_YET.has(String((error as { type?: unknown }).type))) throw error;
      await clock.sleep(LOOK_AGAIN_MS);
    }
  }
}

const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

function partitionsDiffer(topic: string, existing: number | undefined, declared: number): ContentFlowError {
  return new ContentFlowError(
    'log-partitions',
    `topic ${topic} has ${existing} partitions on the broker, not ${declared}`,
    { fix: 'keep the number it was made with: another one would move keys between partitions' },
  );
}
