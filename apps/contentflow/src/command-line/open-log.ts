import { topics } from '@contentflow/contracts';
import { type EventLog, openEmbeddedLog, openKafkaLog } from '@contentflow/event-log';
import { systemClock, usageError } from '@contentflow/kernel';
import { databaseIn, assertIntactLog, namespaceOf } from '@contentflow/nest-platform';
import { openEmbeddedReadModel, openMongoReadModel } from '@contentflow/read-model';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface LogOptions {
  readonly data: string;
  readonly kafka?: string;
  readonly namespace?: string;
}

export interface StoreOptions extends LogOptions {
  readonly mongo?: string;
}

/** The documents of a service, of a folder or of a deployment. */
export function openStore({ data, mongo, namespace = namespaceOf() }: StoreOptions, service: string) {
  return mongo
    ? openMongoReadModel({ uri: mongo, database: databaseIn(namespace, service) })
    : openEmbeddedReadModel({ file: join(data, 'read-models', `${service}.sqlite`), writer: 'thread' });
}

/** The log of a folder, or of a deployment, for commands that only read it. @throws ContentFlowError where there is none */
export async function openLog({ data, kafka, namespace = namespaceOf() }: LogOptions): Promise<EventLog> {
  if (kafka)
    return openKafkaLog({
      brokers: kafka.split(','),
      topics,
      namespace,
      clientId: 'contentflow-cli',
      clock: systemClock,
    });
  const file = join(data, 'log.sqlite');
  if (!existsSync(file)) throw usageError(`there is no log in "${data}"`, 'name the folder with --data DIR');
  assertIntactLog(file, 'bring it back from a copy with "contentflow restore"');
  return openEmbeddedLog({ file, topics, clock: systemClock, writer: 'thread' });
}
