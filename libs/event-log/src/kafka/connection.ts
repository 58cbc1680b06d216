import { ContentFlowError, messageOf } from '@contentflow/kernel';
import { Kafka, logLevel } from 'kafkajs';
import Cluster from 'kafkajs/src/cluster/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import './kafkajs-fixes.ts';
import { type KafkaSecurity, kafkaSecurityOf } from './security.ts';

export interface ConnectionOptions {
  readonly brokers: readonly string[];
  /** Names this process in the broker's logs. */
  readonly clientId: string;
  /** As the environment says, where left out. */
  readonly security?: KafkaSecurity;
}

/** Short first waits, because a transaction right after another is refused for some milliseconds; then patience. */
const RETRY = { initialRetryTime: 20, maxRetryTime: 1_000, retries: 20 };
const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;
const METADATA_MAX_AGE_MS = 300_000;

const securityOf = ({ security = kafkaSecurityOf(process.env) }: ConnectionOptions): KafkaSecurity => security;

/** A client of its own: consumers of one client share their committed offsets and would confuse each other's. */
export function kafkaClient(options: ConnectionOptions, retries = RETRY.retries): Kafka {
  const { brokers, clientId } = options;
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...securityOf(options),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { ...RETRY, retries },
    logLevel: logLevel.NOTHING,
  });
}

/** A connection below consumers and groups: a long fetch on it holds up nobody else. */
export function kafkaCluster(options: ConnectionOptions): Cluster {
  return new Cluster({
    logger: kafkaClient(options).logger(),
    socketFactory: createSocketFactory(),
    brokers: [...options.brokers],
    clientId: options.clientId,
    ...securityOf(options),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
    retry: RETRY,
  });
}

export function unreachable({ brokers }: ConnectionOptions, cause: unknown): ContentFlowError {
  const problem = `no Kafka broker answers at ${brokers.join(', ')} (${messageOf(cause)})`;
  return new ContentFlowError('log-unreachable', problem, { fix: 'start one, or correct the addresses', cause });
}
