import { ownValue } from '@contentflow/kernel';
import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import {
  loadConfiguration,
  LONGEST_PARAMETER,
  mergedOpenApi,
  problemOf,
  refuseForeign,
  refuseUnknownMethods,
  unreadableRequests,
  untilStopped,
} from '@contentflow/nest-platform';
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerBase,
  type RouteGenericInterface,
} from 'fastify';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { mergedMetrics } from './merged-metrics.ts';
import { mergedReadiness } from './merged-readiness.ts';

/** Which service answers which paths; the rest is the console's own. */
const routes: readonly (readonly [service: string, prefixes: readonly string[]])[] = [
  [
    'generator',
    ['/v1/content', '/v1/recipes', '/v1/chat', '/v1/models', '/v1/providers', '/v1/budgets', '/v1/semantic-cache'],
  ],
  ['feedback-learner', ['/v1/adjustments', '/v1/learning']],
  ['monitor', ['/v1/metrics', '/v1/baselines', '/v1/anomalies', '/v1/failures']],
  ['optimizer', ['/v1/experiments', '/v1/improvements', '/v1/outcomes']],
  ['scaler', ['/v1/forecasts', '/v1/scaling']],
  [
    'ledger',
    [
      '/v1/decisions',
      '/v1/dead-letters',
      '/v1/state',
      '/v1/report',
      '/v1/documentation',
      '/v1/autonomy',
      '/v1/policy',
      '/v1/proposals',
      '/v1/pins',
      '/v1/quality-thresholds',
      '/v1/keys',
      '/v1/session',
      '/asyncapi.json',
    ],
  ],
];

const address = (service: string): string => {
  const name = `${service.toUpperCase().replaceAll('-', '_')}_URL`;
  const url = ownValue(process.env, name);
  if (!url) throw new Error(`the environment has no ${name}; write e.g. http://${service}:4000`);
  return url;
};

/** One origin for the whole system: the console, and every service behind its paths. */
async function main(): Promise<void> {
  const app = fastify({
    ...unreadableRequests,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  const { access } = await loadConfiguration(process.env['CONTENTFLOW_CONFIG']);
  refuseForeign(app, access);
  app.setErrorHandler((error, _request, reply) => {
    const said = problemOf(error);
    return reply.status(said.status).header('content-type', 'application/problem+json').send(said);
  });
  refuseUnknownMethods(app);
  // A reader's word about a content item goes to those who learn from it.
  for (const path of ['feedback', 'engagement']) await pass(app, 'feedback-learner', `/v1/content/:id/${path}`);
  // A person's hand is the ledger's to write down, whatever it is laid on.
  for (const path of ['experiments/:id/stop', 'improvements/:id/restore']) await pass(app, 'ledger', `/v1/${path}`);
  for (const [service, prefixes] of routes) for (const prefix of prefixes) await pass(app, service, prefix);
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const said = await ofEach('/health/ready', (answer) => answer.json(), { whateverStatus: true });
    const merged = mergedReadiness(routes.map(([service], index) => [service, said[index]]));
    return reply.status(merged.status === 'ready' ? 200 : 503).send(merged);
  });
  app.get('/openapi.json', async (request, reply) => {
    const read = (answer: Response) => answer.json() as Promise<Record<string, unknown>>;
    const documents = known(await ofEach('/openapi.json', read, { request }));
    return documents.length > 0 ? mergedOpenApi(documents) : noneAnswers(reply);
  });
  app.get('/metrics', async (request, reply) => {
    const texts = known(await ofEach('/metrics', (answer) => answer.text(), { request }));
    if (texts.length === 0) return noneAnswers(reply);
    return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(mergedMetrics(texts));
  });
  app.setNotFoundHandler((request, reply) =>
    problem(reply, 404, 'not-found', 'There is no such thing', `nothing is at ${request.url}`),
  );
  const built = fileURLToPath(new URL('../dist', import.meta.url));
  if (existsSync(built)) await app.register(fastifyStatic, { root: built });
  const url = await app.listen({ port: Number(process.env['PORT'] ?? 4000), host: process.env['HOST'] ?? '127.0.0.1' });
  console.log(`console is ready at ${url}`);
  await untilStopped();
  await app.close();
  process.exit(0);
}

/** Hands what comes to this prefix on to a service, as it is. */
async function pass(app: FastifyInstance, service: string, prefix: string): Promise<void> {
  await app.register(fastifyHttpProxy, {
    upstream: address(service),
    prefix,
    rewritePrefix: prefix,
    undici: { bodyTimeout: 0, headersTimeout: 0 },
    replyOptions: {
      // Which page it comes from has been asked here, where the browser's own name for us is known.
      rewriteRequestHeaders: (_request, { origin: _origin, 'sec-fetch-site': _site, ...headers }) => headers,
      onError: (reply, { error }) => {
        const detail = `${service} does not answer: ${error.message}`;
        void problem(reply, 503, 'not-ready', 'A service does not answer', detail);
      },
    },
  });
}

/** Of any server, HTTP/2 included. */
type AnyReply = FastifyReply<RouteGenericInterface, RawServerBase>;

const problem = (reply: AnyReply, status: number, code: string, title: string, detail: string) =>
  reply
    .status(status)
    .header('content-type', 'application/problem+json')
    .send({ type: `urn:contentflow:problem:${code}`, title, status, detail });

/** What each service answers there; undefined for those that do not. */
const ofEach = <T>(
  path: string,
  read: (answer: Response) => Promise<T>,
  { request, whateverStatus = false }: { readonly request?: FastifyRequest; readonly whateverStatus?: boolean } = {},
): Promise<(T | undefined)[]> =>
  Promise.all(
    routes.map(([service]) =>
      fetch(`${address(service)}${path}`, { headers: shownBy(request) })
        .then((answer) => (answer.ok || whateverStatus ? read(answer) : undefined))
        .catch(() => undefined),
    ),
  );

/** The key that a request shows, which each service judges. */
function shownBy(request: FastifyRequest | undefined): Record<string, string> {
  const { authorization, cookie } = request?.headers ?? {};
  return { ...(authorization && { authorization }), ...(cookie && { cookie }) };
}

const noneAnswers = (reply: AnyReply) =>
  problem(reply, 401, 'unauthorized', 'A key is needed', 'no service answers; send "Authorization: Bearer KEY"');

const known = <T>(answers: readonly (T | undefined)[]): T[] => answers.filter((answer) => answer !== undefined);

main().catch((error: unknown) => {
  console.error(`console: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(2);
});
