import { ContentFlowError } from '@contentflow/kernel';
import type { Admin } from 'kafkajs';
import type { TopicDefinition } from '../event-log.ts';

/** Nothing that evidence is folded from may expire. */
const KEPT_FOR_EVER = [{ name: 'retention.ms', value: '-1' }];
const CREATE_TIMEOUT_MS = 30_000;

/** Makes the topics that are missing and refuses those with another number of partitions. */
export async function declareTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = topics.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) await createTopics(admin, missing);
  await refuseOtherPartitions(admin, topics);
}

async function createTopics(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  await admin.createTopics({
    waitForLeaders: true,
    timeout: CREATE_TIMEOUT_MS,
    topics: topics.map(({ name, partitions }) => ({
      topic: name,
      numPartitions: partitions,
      configEntries: KEPT_FOR_EVER,
    })),
  });
}

async function refuseOtherPartitions(admin: Admin, topics: readonly TopicDefinition[]): Promise<void> {
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const existing = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  for (const { name, partitions } of topics)
    if (existing.get(name) !== partitions)
      throw new ContentFlowError(
        'log-partitions',
        `topic ${name} has ${existing.get(name)} partitions on the broker, not ${partitions}`,
        { mend: 'keep the number it was made with: another one would move keys between partitions' },
      );
}
