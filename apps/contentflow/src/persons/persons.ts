import { decodedLog, type EventLog } from '@contentflow/event-log';
import { databaseIn, namespaceOf, PersonalData } from '@contentflow/nest-platform';
import { kafkaInstallation } from '../backup/kafka-installation.ts';
import { openLog, type StoreOptions } from '../command-line/open-log.ts';

export type PersonsOptions = StoreOptions;

/** The log and the keys of persons of a folder, or of a deployment; no process must run, and any may. */
export async function withPersons<T>(
  options: PersonsOptions,
  work: (log: EventLog, personal: PersonalData) => Promise<T>,
): Promise<T> {
  const installation = kafkaInstallation(options);
  const namespace = namespaceOf();
  const place = installation
    ? { mongo: { uri: installation.mongo?.uri ?? '', databaseOf: (service: string) => databaseIn(namespace, service) } }
    : { folder: options.data };
  const log = decodedLog(await openLog(options));
  const personal = new PersonalData(place);
  try {
    return await work(log, personal);
  } finally {
    await personal.close();
    await log.close();
  }
}
