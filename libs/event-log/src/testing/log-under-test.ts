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

export interface OpenOptions {
  readonly onError?: (error: unknown) => void;
  readonly maxWaiting?: number;
  /** Whether it may be killed: then its lease is short, so that nobody waits long for its partitions. */
  readonly isDoomed?: boolean;
}

/** A member that lives keeps its partitions on a busy machine too. Brokers refuse less than 6 seconds. */
const LEASE_MS = { living: 30_000, doomed: 600, kafka: 6_000 };

export function openAt(
  { engine, at, topics, namespace }: LogAddress,
  { onError = () => undefined, maxWaiting, isDoomed = false }: OpenOptions = {},
): Promise<EventLog> {
  const shared = { topics, clock: systemClock, onError, maxWaiting };
  if (engine === 'kafka')
    return openKafkaLog({
      ...shared,
      namespace,
      brokers: at.split(','),
      clientId: `test-${process.pid}`,
      sessionTimeoutMs: LEASE_MS.kafka,
    });
  return openEmbeddedLog({
    ...shared,
    file: at,
    writer: engine,
    leaseMs: isDoomed ? LEASE_MS.doomed : LEASE_MS.living,
  });
}
