import {
  type Configuration,
  openEmbeddedPlatform,
  openKafkaPlatform,
  type OpenPlatform,
} from '@contentflow/nest-platform';
import { refuseOtherOrigin } from './one-origin.ts';

/** Which engine keeps the log and the documents. */
export type Engine = (
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly mongoUri: string }
) & { /** Whether to go on where the log has lost what was seen of it. */ readonly acceptsLoss?: boolean };

/** Whether what is made is no model's work. It is all or nothing: a figure of both would mean neither. */
export const isSimulated = ({ providers }: Configuration): boolean => providers.some(({ kind }) => kind === 'sandbox');

export async function openEngine(engine: Engine, configuration: Configuration): Promise<OpenPlatform> {
  const { leaseMs } = configuration;
  const { acceptsLoss = false } = engine;
  const platform =
    engine.kind === 'embedded'
      ? await openEmbeddedPlatform(engine.folder, leaseMs, undefined, acceptsLoss)
      : await openKafkaPlatform(engine.brokers, engine.mongoUri, leaseMs);
  const simulated = isSimulated(configuration);
  const where = engine.kind === 'embedded' ? `the data folder ${engine.folder}` : 'the log';
  try {
    // Where there are none, nothing is made, and whoever started it only looks.
    if (configuration.providers.length > 0) await refuseOtherOrigin(platform.storedLog, simulated, where);
  } catch (error) {
    await platform.close();
    throw error;
  }
  return { ...platform, simulated, acceptsLoss };
}
