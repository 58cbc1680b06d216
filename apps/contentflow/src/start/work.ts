import { loadConfiguration, untilStopped } from '@contentflow/nest-platform';
import { startWorker } from './start-real.ts';

export async function run({ data, config }: { data: string; config?: string }): Promise<void> {
  const configuration = await loadConfiguration(config);
  const worker = await startWorker(configuration, { kind: 'embedded', folder: data });
  await untilStopped();
  await worker.close();
  // The channel to its parent would keep it.
  process.exit(0);
}
