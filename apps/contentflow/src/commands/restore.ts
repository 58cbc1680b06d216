import { type Manifest, restoreEmbedded } from '@contentflow/backup';
import { codeVersion } from '@contentflow/nest-platform';
import { progressBar } from '../progress.ts';
import { run as audit } from './audit.ts';

export interface RestoreOptions {
  readonly data: string;
}

/**
 * Fills an empty folder from a backup, and audits it.
 * @returns 0 when the audit finds every decision as it was taken, else 1
 */
export async function run({ data }: RestoreOptions, from: string): Promise<number> {
  const manifest = await restored(data, from);
  console.log(`${data}: ${manifest.events} events as of ${manifest.at}, made by release ${manifest.version}`);
  return audit({ data });
}

async function restored(data: string, from: string): Promise<Manifest> {
  let total = 0;
  let done = 0;
  let progress = progressBar('restoring', 0);
  try {
    return await restoreEmbedded({
      from,
      data,
      release: codeVersion,
      accept: ({ pieces }) => {
        progress.stop();
        total = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
        progress = progressBar('restoring', Math.ceil(total / 1e6));
      },
      onBytes: (bytes) => progress.update(Math.floor((done += bytes) / 1e6), 'MB'),
    });
  } finally {
    progress.stop();
  }
}
