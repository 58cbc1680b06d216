import { type KafkaInstallation, type Manifest, restoreEmbedded, restoreKafka } from '@contentflow/backup';
import { codeVersion, mongoHosts } from '@contentflow/nest-platform';
import { kafkaInstallation } from './kafka-installation.ts';
import { progressBar } from '../command-line/progress.ts';
import { run as audit } from '../audit/audit.ts';

export interface RestoreOptions {
  readonly data: string;
  readonly kafka?: string;
  readonly mongo?: string;
  readonly json?: boolean;
}

/**
 * Fills an empty folder, or an empty cluster, from a backup, and audits it.
 * @returns 0 when the audit finds every decision as it was taken, else 1
 */
export async function run({ data, kafka, mongo, json }: RestoreOptions, from: string): Promise<number> {
  const installation = kafkaInstallation({ kafka, mongo });
  const manifest = await restored(from, data, installation);
  const where = installation ? `${kafka} and ${mongoHosts(mongo ?? '')}` : data;
  if (!json)
    console.log(`${where}: ${manifest.events} events as of ${manifest.at}, made by release ${manifest.version}`);
  return audit({ data, ...(json && { json }), ...(kafka === undefined ? {} : { kafka }) });
}

async function restored(from: string, data: string, to: KafkaInstallation | undefined): Promise<Manifest> {
  let total = 0;
  let done = 0;
  let progress = progressBar('restoring', 0);
  try {
    const shared = {
      from,
      release: codeVersion,
      accept: ({ pieces }: Manifest) => {
        progress.stop();
        // Unpacked, and on a cluster sent besides.
        total = (to ? 2 : 1) * pieces.reduce((sum, { bytes }) => sum + bytes, 0);
        progress = progressBar('restoring', Math.ceil(total / 1e6));
      },
      onBytes: (bytes: number) => progress.update(Math.floor((done += bytes) / 1e6), 'MB'),
    };
    return await (to ? restoreKafka({ ...shared, to }) : restoreEmbedded({ ...shared, data }));
  } finally {
    progress.stop();
  }
}
