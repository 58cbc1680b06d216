import { usageError, ownValue } from '@contentflow/kernel';
import { openEmbeddedReadModel, rebuildProjection } from '@contentflow/read-model';
import { join } from 'node:path';
import { openLog, type LogOptions } from '../open-log.ts';
import { progressBar } from '../progress.ts';
import { projectionsOf } from '../services.ts';

/** Builds a service's documents again from the log; whoever serves them goes on with the old ones until then. */
export async function run(options: LogOptions, service: string): Promise<void> {
  const projections = ownValue(projectionsOf, service);
  if (!projections)
    throw usageError(`there is no service "${service}"`, `there are ${Object.keys(projectionsOf).join(', ')}`);
  const log = await openLog(options);
  const store = await openEmbeddedReadModel({
    file: join(options.data, 'read-models', `${service}.sqlite`),
    writer: 'thread',
  });
  try {
    for (const projection of projections) {
      const ends = Object.values(await log.ends(projection.topics)).reduce((sum, end) => sum + end, 0);
      const progress = progressBar(projection.name, ends);
      await rebuildProjection({
        log,
        store,
        projection,
        onProgress: (positions) =>
          progress.update(
            Object.values(positions).reduce((sum, at) => sum + at, 0),
            '',
          ),
      });
      progress.stop();
      console.log(`${projection.name}: rebuilt from ${ends} events`);
    }
  } finally {
    await store.close();
    await log.close();
  }
}
