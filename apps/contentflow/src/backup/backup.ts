import { backUp, embeddedSource, kafkaSource } from '@contentflow/backup';
import { codeVersion } from '@contentflow/nest-platform';
import { kafkaInstallation } from './kafka-installation.ts';
import { progressBar } from '../command-line/progress.ts';

export interface BackupOptions {
  readonly data: string;
  readonly output: string;
  readonly kafka?: string;
  readonly mongo?: string;
  readonly json?: boolean;
}

/** Copies an installation while it runs, and reads the copy again before it says so. */
export async function run({ data, output, json, ...cluster }: BackupOptions): Promise<void> {
  const installation = kafkaInstallation(cluster);
  const progress = progressBar('backing up', 100);
  try {
    const { events, pieces, at } = await backUp({
      source: installation ? kafkaSource(installation) : embeddedSource(data),
      output,
      release: codeVersion,
      onProgress: (share, bytes) => progress.update(Math.floor(share * 100), `${Math.round(bytes / 1e6)} MB`),
    });
    progress.stop();
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    if (json) return console.log(JSON.stringify({ output, events, files: pieces.length, bytes, at }));
    console.log(
      `${output}: ${events} events and ${pieces.length} files, ${(bytes / 1e6).toFixed(1)} MB, as of ${at}; read again, all is there`,
    );
  } finally {
    progress.stop();
  }
}
