import {
  type Configuration,
  openEmbeddedPlatform,
  openKafkaPlatform,
  type OpenPlatform,
} from '@contentflow/nest-platform';

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
  return { ...platform, simulated: isSimulated(configuration), acceptsLoss };
}
