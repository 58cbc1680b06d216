import { listen, shownConfigurationFile } from '@contentflow/nest-platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { flushCompileCache } from 'node:module';
import { serveConsole } from './console.ts';
import type { StartOptions } from './start-options.ts';

/** Listens, with the console, and says so in one line. */
export async function answer(app: NestFastifyApplication, options: StartOptions, note: string): Promise<void> {
  await serveConsole(app);
  await listen(app, options.port, options.host);
  console.log(`configuration: ${shownConfigurationFile(options.config)}`);
  console.log(`ContentFlow is ready at ${await app.getUrl()}${note}`);
  // What has been compiled by now is all that the next start needs, however this one ends.
  flushCompileCache();
}
