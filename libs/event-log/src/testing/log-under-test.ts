import { systemClock } from '@contentflow/kernel';
import { openEmbeddedLog } from '../embedded/embedded-log.ts';
import type { EventLog, TopicDefinition } from '../event-log.ts';
import { openKafkaLog } from '../kafka/open-kafka-log.ts';

/** A log that several processes can open, as data that fits on a command line. */
export interface LogAddress {
  readonly engine: 'thread' | 'inline' | 'kafka';
  /** The file, or the brokers. */
  readonly at: string;
  readonly topics: readonly TopicDefinition[];
  readonly namespace?: string;
}

/** Short, so that tests of dead members need not wait long. Brokers refuse less than 6 seconds. */
export const LEASE_MS = { thread: 600, inline: 600, kafka: 6_000 };

export function openAt(
  { engine, at, topics, namespace }: LogAddress,
  onTrouble: (error: unknown) => void = () => undefined,
  maxWaiting?: number,
): Promise<EventLog> {
  const shared = { topics, clock: systemClock, onTrouble, maxWaiting };
  if (engine === 'kafka')
    return openKafkaLog({
      ...shared,
      namespace,
      brokers: at.split(','),
      clientId: `test-${process.pid}`,
      sessionTimeoutMs: LEASE_MS.kafka,
    });
  return openEmbeddedLog({ ...shared, file: at, writer: engine, leaseMs: LEASE_MS[engine] });
}
