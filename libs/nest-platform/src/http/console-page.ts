import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Nothing but its own scripts and styles, in nobody's frame. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
};

/** What the console shows, each at an address of its own, and each thing in it at one below. */
export const consolePages = [
  'content',
  'experiments',
  'improvements',
  'proposals',
  'incidents',
  'anomalies',
  'learning',
  'performance',
  'scaling',
  'ledger',
  'documentation',
  'settings',
] as const;

const A_YEAR = 'public, max-age=31536000, immutable';

/** Serves the console from this folder, packed where it was built so: its page at `/` and at the address of each thing that it shows. */
export async function serveConsolePage(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(async (files) => {
    // The page itself holds nothing of anybody's; what it shows it asks for.
    files.addHook('onRoute', (route) => void (route.config = { ...route.config, isPublic: true }));
    files.addHook('onSend', async (_request, reply) => void reply.headers(PAGE_HEADERS));
    await files.register(fastifyStatic, {
      root: folder,
      prefix: '/',
      wildcard: false,
      preCompressed: true,
      cacheControl: false,
      // Scripts and styles have the hash of their content in their names.
      setHeaders: (reply, path) => void reply.header('cache-control', path.includes('/assets/') ? A_YEAR : 'no-cache'),
    });
    for (const page of consolePages)
      for (const path of [`/${page}`, `/${page}/:id`])
        files.get(path, (_request, reply) => reply.sendFile('index.html'));
  });
}
