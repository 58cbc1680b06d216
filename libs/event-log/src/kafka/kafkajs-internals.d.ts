/** The parts of kafkajs 2.2.4 under its public face: those that let a reader fetch without a group, those we fix. */
declare module 'kafkajs/src/broker/index.js' {
  interface FetchRequest {
    maxWaitTime: number;
    minBytes: number;
    maxBytes: number;
    isolationLevel: number;
    topics: readonly {
      topic: string;
      partitions: readonly { partition: number; fetchOffset: string; maxBytes: number }[];
    }[];
  }
  interface FetchedMessage {
    readonly offset: string;
    readonly key: Buffer | null;
    isControlRecord: boolean;
    readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
  }
  export interface FetchedPartition {
    readonly partition: number;
    readonly highWatermark: string;
    abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
    readonly messages: readonly FetchedMessage[];
  }
  interface FetchResponse {
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  }
  export default class Broker {
    fetch(request: FetchRequest): Promise<FetchResponse>;
    offsetCommit(request: {
      groupId: string;
      groupGenerationId: number;
      memberId: string;
      retentionTime: number;
      topics: readonly {
        topic: string;
        partitions: readonly { partition: number; offset: string; metadata: string | null }[];
      }[];
    }): Promise<unknown>;
  }
}

declare module 'kafkajs/src/cluster/index.js' {
  import type { ISocketFactory, KafkaConfig, Logger, RetryOptions } from 'kafkajs';
  import type Broker from 'kafkajs/src/broker/index.js';

  export default class Cluster {
    constructor(options: {
      logger: Logger;
      socketFactory: ISocketFactory;
      brokers: readonly string[];
      clientId: string;
      ssl?: KafkaConfig['ssl'];
      sasl?: KafkaConfig['sasl'];
      connectionTimeout: number;
      requestTimeout: number;
      enforceRequestTimeout: boolean;
      metadataMaxAge: number;
      allowAutoTopicCreation: boolean;
      maxInFlightRequests: null;
      retry: RetryOptions;
    });
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    refreshMetadata(): Promise<void>;
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
    findGroupCoordinator(of: { groupId: string }): Promise<Broker>;
    findBroker(node: { nodeId: string }): Promise<Broker>;
    fetchTopicsOffset(
      topics: readonly { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
    ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
  }
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs';
  import type { FetchedPartition } from 'kafkajs/src/broker/index.js';

  /** What one fetch brought of one partition, without aborted transactions and their markers. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, fetched: FetchedPartition);
    readonly messages: readonly KafkaMessage[];
    readonly rawMessages: readonly unknown[];
    lastOffset(): string;
  }
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';
  export default function createSocketFactory(): ISocketFactory;
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    scheduleCheckPendingRequests(): void;
  }
}
