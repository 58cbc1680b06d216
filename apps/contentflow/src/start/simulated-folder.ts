import { UNFINISHED_RESTORE } from '@contentflow/kernel';
import { assertFolderUnused, isOfSimulatedDay } from '@contentflow/nest-platform';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * An empty place for a simulated day beside the data folder: `simulated-day`, or, where something else is in that, such as a day of
 * a release before 0.3, which nothing tells from an installation, `simulated-day-2` and so on. Takes away the day before, and nothing else.
 * @throws ContentFlowError `folder-in-use` where a day runs in it
 */
export function folderForSimulatedDay(data: string): { readonly folder: string; readonly leftAlone: string[] } {
  const leftAlone: string[] = [];
  for (;;) {
    const folder = join(data, '..', leftAlone.length === 0 ? 'simulated-day' : `simulated-day-${leftAlone.length + 1}`);
    if (isFree(folder)) return { folder, leftAlone };
    leftAlone.push(folder);
  }
}

function isFree(folder: string): boolean {
  if (!existsSync(folder)) return true;
  assertFolderUnused(folder);
  const names = readdirSync(folder);
  // Where a morning was being unpacked when its start was ended, nobody has worked.
  if (names.length > 0 && !names.includes(UNFINISHED_RESTORE) && !isOfSimulatedDay(folder)) return false;
  rmSync(folder, { recursive: true, force: true });
  return true;
}
