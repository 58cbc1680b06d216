import './metadata.ts';
import { ownValue } from '@contentflow/kernel';
import { loadConfiguration, startTelemetry, untilStopped } from '@contentflow/nest-platform';
import { assertKnownEnvironment, portOf } from '@contentflow/nest-platform/environment';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { entryServer } from './entry-server.ts';

/** Whose routes it passes on, as each describes them. */
const services = ['generator', 'monitor', 'optimizer', 'feedback-learner', 'scaler', 'ledger'];
const built = fileURLToPath(new URL('../../console/dist', import.meta.url));

const address = (service: string): string => {
  const name = `${service.toUpperCase().replaceAll('-', '_')}_URL`;
  const url = ownValue(process.env, name);
  if (!url) throw new Error(`the environment has no ${name}; write e.g. http://${service}:4000`);
  return url;
};

async function main(): Promise<void> {
  assertKnownEnvironment(process.env);
  const observed = await startTelemetry('entry');
  const addresses = new Map(services.map((service) => [service, address(service)]));
  const { access } = await loadConfiguration(process.env['CONTENTFLOW_CONFIG']);
  const page = existsSync(built) ? built : undefined;
  const app = await entryServer({ services: addresses, page, access, key: process.env['CONTENTFLOW_KEY'] });
  const url = await app.listen({ port: portOf(process.env), host: process.env['HOST'] ?? '127.0.0.1' });
  console.log(`the entry is ready at ${url}`);
  await untilStopped();
  await app.close();
  await observed.stop();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(`entry: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
});
