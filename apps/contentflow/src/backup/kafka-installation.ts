import type { KafkaInstallation } from '@contentflow/backup';
import { topics } from '@contentflow/contracts';
import { configurationError, systemClock } from '@contentflow/kernel';
import { databaseIn, mongoAddress, namespaceOf } from '@contentflow/nest-platform';
import { projectionsOf } from '@contentflow/services';

/** `--kafka` and `--mongo`, which belong together. @throws ContentFlowError `configuration` where one of them is missing */
export function kafkaInstallation({ kafka, mongo }: { kafka?: string; mongo?: string }): KafkaInstallation | undefined {
  if (kafka === undefined && mongo === undefined) return undefined;
  if (!kafka) throw configurationError('--kafka', 'names no broker', 'write --kafka localhost:9092');
  if (!mongo) throw configurationError('--mongo', 'names no server', 'write --mongo mongodb://localhost:27017');
  const databases = Object.fromEntries(
    Object.keys(projectionsOf).map((name) => [name, databaseIn(namespaceOf(), name)]),
  );
  const clientId = `contentflow-copy-${process.pid}`;
  return {
    kafka: { brokers: kafka.split(','), clientId, topics, namespace: namespaceOf(), clock: systemClock },
    mongo: { uri: mongoAddress(mongo), databases },
  };
}
