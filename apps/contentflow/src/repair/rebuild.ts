import { ownValue, usageError } from '@contentflow/kernel';
import { openLog, openStore, type StoreOptions } from '../command-line/open-log.ts';
import { printReplayOutcome, rebuilt } from './rebuilding.ts';
import { projectionsOf } from '@contentflow/services';

/** Builds a service's documents again from the log; whoever serves them goes on with the old ones until then. */
export async function run(options: StoreOptions, service: string): Promise<void> {
  const projections = ownValue(projectionsOf, service);
  if (!projections)
    throw usageError(`there is no service "${service}"`, `there are ${Object.keys(projectionsOf).join(', ')}`);
  const log = await openLog(options);
  const store = await openStore(options, service);
  try {
    for (const projection of projections) printReplayOutcome(projection.name, await rebuilt(log, store, projection));
  } finally {
    await store.close();
    await log.close();
  }
}
