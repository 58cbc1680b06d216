import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';
import { fileURLToPath } from 'node:url';

/** Which service answers which paths; the rest is the console's own. */
const routes: readonly (readonly [service: string, prefixes: readonly string[]])[] = [
  ['generator', ['/v1/content', '/v1/recipes', '/v1/chat', '/v1/models']],
  ['feedback-learner', ['/v1/adjustments', '/v1/learning']],
  ['monitor', ['/v1/metrics', '/v1/baselines', '/v1/anomalies', '/v1/failures']],
  ['optimizer', ['/v1/experiments', '/v1/improvements']],
  ['scaler', ['/v1/forecasts', '/v1/scaling']],
  [
    'ledger',
    [
      '/v1/decisions',
      '/v1/state',
      '/v1/report',
      '/v1/documentation',
      '/v1/autonomy',
      '/openapi.json',
      '/asyncapi.json',
      '/metrics',
    ],
  ],
];

const address = (service: string): string => {
  const name = `${service.toUpperCase().replaceAll('-', '_')}_URL`;
  const url = process.env[name];
  if (!url) throw new Error(`the environment has no ${name}; write e.g. http://${service}:4000`);
  return url;
};

/** One origin for the whole system: the console, and every service behind its paths. */
async function main(): Promise<void> {
  const app = fastify();
  // A reader's word about a content item goes to those who learn from it.
  for (const path of ['feedback', 'engagement'])
    await app.register(fastifyHttpProxy, {
      upstream: address('feedback-learner'),
      prefix: `/v1/content/:id/${path}`,
      rewritePrefix: `/v1/content/:id/${path}`,
    });
  for (const [service, prefixes] of routes)
    for (const prefix of prefixes)
      await app.register(fastifyHttpProxy, { upstream: address(service), prefix, rewritePrefix: prefix });
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const answers = await Promise.all(
      routes.map(([service]) =>
        fetch(`${address(service)}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    const missing = routes.filter((_, index) => !answers[index]).map(([service]) => service);
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send({ status: missing.length === 0 ? 'ready' : 'not ready', missing });
  });
  await app.register(fastifyStatic, { root: fileURLToPath(new URL('../dist', import.meta.url)) });
  const url = await app.listen({ port: Number(process.env['PORT'] ?? 4000), host: process.env['HOST'] ?? '127.0.0.1' });
  console.log(`console is ready at ${url}`);
}

main().catch((error: unknown) => {
  console.error(`console: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
});
