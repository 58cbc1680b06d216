import type { EventLog } from '../event-log.ts';
import type { GroupPositions, KafkaCopyOptions, KafkaRestore } from './kafka-copy.ts';
import type { KafkaLogOptions } from './kafka-log.ts';

export type { GroupPositions, KafkaCopyOptions, KafkaLogOptions, KafkaRestore };

/** Opens the log on a Kafka cluster. The client is loaded only then: the embedded engine has no need of it. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const engine = await import('./kafka-log.ts');
  return engine.openKafkaLog(options);
}

/** What groups have committed. Taken before the log's ends, no group is further than a copy up to these. */
export const kafkaGroupPositions = async (options: KafkaCopyOptions): Promise<GroupPositions> =>
  (await import('./kafka-copy.ts')).kafkaGroupPositions(options);

/** Puts events back on a cluster, at the offsets that they had. */
export const openKafkaRestore = async (options: KafkaCopyOptions): Promise<KafkaRestore> =>
  (await import('./kafka-copy.ts')).openKafkaRestore(options);
