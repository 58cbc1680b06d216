import { topics } from '@contentflow/contracts';
import { examineKafkaLog } from '@contentflow/event-log';
import { messageOf, mongoUnreachable } from '@contentflow/kernel';
import { databaseIn, mongoAddress, mongoHosts, namespaceOf } from '@contentflow/nest-platform';
import type { Finding } from './repairs.ts';

const WAIT_MS = 3000;

/** As services reach it: by TLS and as somebody, where it asks for that, and with a document read. */
export async function reachedMongo(uri: string): Promise<Finding> {
  const what = `MongoDB ${mongoHosts(uri)}`;
  try {
    const { default: mongoose } = await import('mongoose');
    const options = { dbName: databaseIn(namespaceOf(), 'ledger'), serverSelectionTimeoutMS: WAIT_MS };
    const connection = mongoose.createConnection(mongoAddress(uri), options);
    try {
      await (await connection.asPromise()).collection('projections').findOne({});
    } catch (error) {
      throw mongoUnreachable('', error);
    } finally {
      await connection.close();
    }
    return { what, ok: true, detail: 'answers' };
  } catch (error) {
    return { what, ok: false, detail: messageOf(error) };
  }
}

/** Whether the log there is whole and stays so. Nothing is made or changed. */
export async function examinedKafka(brokers: string): Promise<Finding[]> {
  const what = `Kafka ${brokers}`;
  try {
    const options = { brokers: brokers.split(','), clientId: 'contentflow-doctor', topics, namespace: namespaceOf() };
    const faults = await examineKafkaLog(options);
    if (faults.length > 0) return faults.map((detail) => ({ what, ok: false, detail }));
    return [{ what, ok: true, detail: 'answers; its topics are whole, and nothing of them expires' }];
  } catch (error) {
    return [{ what, ok: false, detail: messageOf(error) }];
  }
}
