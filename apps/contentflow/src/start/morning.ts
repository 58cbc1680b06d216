import { restoreEmbedded } from '@contentflow/backup';
import { readJson } from '@contentflow/input-files';
import { codeVersion, openSigningKeys, simulatedSigner } from '@contentflow/nest-platform';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A simulated morning that comes with ContentFlow, so that a demo begins with something to see: its ledger is a backup like any other. */
export interface Morning {
  readonly world: string;
  readonly seed: string;
  /** Virtual epoch milliseconds after its last event. */
  readonly endsAtMs: number;
  readonly contents: number;
}

const FOLDER = fileURLToPath(new URL('../../morning', import.meta.url));
export const MORNING_FILE = join(FOLDER, 'morning.tar.zst');

export const readMorning = (): Morning => readJson(join(FOLDER, 'morning.json')) as Morning;

/** Fills an empty folder with it, compared byte by byte with what was backed up. @throws ContentFlowError `backup-damaged`, `backup-newer` */
export async function unpackMorning(folder: string, morning: Morning): Promise<void> {
  await restoreEmbedded({ from: MORNING_FILE, data: folder, release: codeVersion, onBytes: () => undefined });
  markAsSimulated(folder, morning);
}

/** Says of a folder that a simulated day is in it, which the next one may take away. */
export function markAsSimulated(folder: string, { seed }: Morning): void {
  openSigningKeys(folder, simulatedSigner(seed));
}
