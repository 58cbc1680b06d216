import type { EventLog } from '../event-log.ts';
import type { KafkaLogOptions } from './kafka-log.ts';

export type { KafkaLogOptions };

/** Opens the log on a Kafka cluster. The client is loaded only then: the embedded engine has no need of it. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<EventLog> {
  const engine = await import('./kafka-log.ts');
  return engine.openKafkaLog(options);
}
