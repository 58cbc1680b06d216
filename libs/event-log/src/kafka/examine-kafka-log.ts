import { isContentFlowError } from '@contentflow/kernel';
import { withDeadLetterTopics } from '../dead-letter.ts';
import type { TopicDefinition } from '../event-log.ts';
import { topicsIn } from '../namespaced-log.ts';
import { type ConnectionOptions, kafkaClient, unreachable } from './connection.ts';
import { faultsOf } from './topics.ts';

const CONNECT_RETRIES = 3;

/**
 * What is wrong with a log on Kafka, in a sentence each; nothing is made or changed. Topics that are not there yet are in order.
 * @throws ContentFlowError `log-unreachable`
 */
export async function examineKafkaLog(
  options: ConnectionOptions & { readonly topics: readonly TopicDefinition[]; readonly namespace?: string },
): Promise<readonly string[]> {
  const declared = withDeadLetterTopics(options.topics);
  const topics = options.namespace ? topicsIn(options.namespace, declared) : declared;
  const admin = kafkaClient(options, CONNECT_RETRIES).admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const faults = await faultsOf(
      admin,
      topics.filter(({ name }) => existing.has(name)),
    );
    return faults.map(({ message }) => message);
  } catch (error) {
    throw isContentFlowError(error) ? error : unreachable(options, error);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
