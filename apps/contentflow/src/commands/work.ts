import { loadConfiguration } from '@contentflow/nest-platform';
import { untilStopped } from '../until-stopped.ts';
import { startWorker } from '../start-real.ts';

export async function run({ data, config }: { data: string; config?: string }): Promise<void> {
  const configuration = await loadConfiguration(config);
  const worker = await startWorker(configuration, { kind: 'embedded', folder: data });
  await untilStopped();
  await worker.close();
}
