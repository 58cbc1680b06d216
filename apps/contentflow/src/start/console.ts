import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../../console/dist', import.meta.url));

/** Nothing but its own scripts and styles, in nobody's frame. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/** Serves the console at `/`, where it was built. */
export async function serveConsole(app: NestFastifyApplication): Promise<void> {
  if (!existsSync(built)) return;
  const server = app.getHttpAdapter().getInstance();
  await server.register(async (files) => {
    // The page itself holds nothing of anybody's; what it shows it asks for.
    files.addHook('onRoute', (route) => void (route.config = { ...route.config, isPublic: true }));
    files.addHook('onSend', async (_request, reply) => void reply.headers(PAGE_HEADERS));
    await files.register(fastifyStatic, { root: built, prefix: '/', wildcard: false });
  });
}
