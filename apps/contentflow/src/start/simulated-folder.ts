import { configurationError } from '@contentflow/kernel';
import { assertFolderUnused, isOfSimulatedDay } from '@contentflow/nest-platform';
import { existsSync, readdirSync, rmSync } from 'node:fs';

/**
 * Takes away the simulated day before, and nothing else.
 * @throws ContentFlowError `configuration` where something else is in the folder, `folder-in-use` where a day runs in it
 */
export function emptyForSimulatedDay(folder: string): void {
  if (!existsSync(folder)) return;
  assertFolderUnused(folder);
  if (readdirSync(folder).length > 0 && !isOfSimulatedDay(folder))
    throw configurationError(
      '--data',
      `the simulated day would be made in "${folder}", where something else is`,
      'name another folder, whose neighbour it can be, or move that away',
    );
  rmSync(folder, { recursive: true, force: true });
}
