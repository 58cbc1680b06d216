import { serveConsolePage } from '@contentflow/nest-platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** Serves the console, where it was built. */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  if (existsSync(built)) await serveConsolePage(app.getHttpAdapter().getInstance(), built);
}
