import { ownValue } from '@contentflow/kernel';
import { openLog, openStore, type StoreOptions } from '../command-line/open-log.ts';
import { unknownName } from '../command-line/unknown-name.ts';
import { printReplayOutcome, rebuilt } from './rebuilding.ts';
import { projectionsOf } from '@contentflow/services';

/** Builds a service's documents again from the log; whoever serves them goes on with the old ones until then. */
export async function run(options: StoreOptions & { readonly json?: boolean }, service: string): Promise<void> {
  const projections = ownValue(projectionsOf, service);
  if (!projections) throw unknownName('service', service, Object.keys(projectionsOf));
  const log = await openLog(options);
  const store = await openStore(options, service);
  try {
    const outcomes = [];
    for (const projection of projections) {
      const outcome = await rebuilt(log, store, projection);
      if (!options.json) printReplayOutcome(projection.name, outcome);
      outcomes.push({ name: projection.name, ...outcome });
    }
    if (options.json) console.log(JSON.stringify(outcomes, null, 1));
  } finally {
    await store.close();
    await log.close();
  }
}
