import fastifyHttpProxy from '@fastify/http-proxy';
import fastifyStatic from '@fastify/static';
import { LONGEST_PARAMETER, mergedOpenApi, refuseUnknownMethods, unreadableRequests } from '@contentflow/nest-platform';
import {
  fastify,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerBase,
  type RouteGenericInterface,
} from 'fastify';
import { mergedMetrics } from './merged-metrics.ts';
import { mergedReadiness } from './merged-readiness.ts';
import { type Description, ServiceRoutes } from './service-routes.ts';

/** Longer than a service that lives takes to say what it answers. */
const DESCRIBED_WITHIN_MS = 5000;
/** What services answer for all of them, beside the entry's own answers about the whole. */
const PASSED_ON = ['/v1', '/asyncapi.json'];

/**
 * One origin for the whole system: the page, and every service behind its paths.
 * @param services  the address of each, by name
 * @param page      the folder of the console's page; without it, there is none
 */
export async function entryServer(
  services: ReadonlyMap<string, string>,
  page: string | undefined,
): Promise<FastifyInstance> {
  const app = fastify({
    ...unreadableRequests,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  refuseUnknownMethods(app);
  const routes = new ServiceRoutes(
    [...services.keys()],
    async (service) => {
      const url = `${services.get(service)}/openapi.json`;
      return (await said(url, (answer) => answer.json(), DESCRIBED_WITHIN_MS)) as Description | undefined;
    },
    () => performance.now(),
  );
  for (const prefix of PASSED_ON) await passOn(app, prefix, services, routes);
  answerForAll(app, services);
  app.setNotFoundHandler((request, reply) => unknownPath(reply, request.url));
  if (page !== undefined) await app.register(fastifyStatic, { root: page });
  await routes.ask();
  return app;
}

/** What is asked of the system as a whole. */
function answerForAll(app: FastifyInstance, services: ReadonlyMap<string, string>): void {
  const ofEach = <T>(path: string, read: (answer: Response) => Promise<T>): Promise<(T | undefined)[]> =>
    Promise.all([...services.values()].map((url) => said(`${url}${path}`, read)));
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const names = [...services.keys()];
    const answers = await Promise.all(
      [...services.values()].map((url) =>
        fetch(`${url}/health/ready`)
          .then((answer) => answer.json() as Promise<unknown>)
          .catch(() => undefined),
      ),
    );
    const merged = mergedReadiness(names.map((name, index) => [name, answers[index]]));
    return reply.status(merged.status === 'ready' ? 200 : 503).send(merged);
  });
  app.get('/openapi.json', async () =>
    mergedOpenApi(known(await ofEach('/openapi.json', (answer) => answer.json() as Promise<Record<string, unknown>>))),
  );
  app.get('/metrics', async (_request, reply) => {
    const texts = await ofEach('/metrics', (answer) => answer.text());
    return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(mergedMetrics(known(texts)));
  });
}

/** Hands what comes to this prefix on to the service that says that it answers it, as it is. */
async function passOn(
  app: FastifyInstance,
  prefix: string,
  services: ReadonlyMap<string, string>,
  routes: ServiceRoutes,
): Promise<void> {
  const asked = new WeakMap<object, string>();
  const nameOf = (request: { readonly raw: object }): string => asked.get(request.raw) ?? '';
  await app.register(fastifyHttpProxy, {
    upstream: '',
    prefix,
    rewritePrefix: prefix,
    undici: { bodyTimeout: 0, headersTimeout: 0 },
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      const [path = ''] = request.url.split('?', 1);
      const service = await routes.serviceOf(path);
      if (service !== undefined) return void asked.set(request.raw, service);
      const silent = routes.silent();
      if (silent.length === 0) return unknownPath(reply, request.url);
      return problem(reply, 503, 'not-ready', 'A service does not answer', `${silent.join(', ')} may answer it, and does not yet`); // prettier-ignore
    },
    replyOptions: {
      getUpstream: (request) => services.get(nameOf(request)) ?? '',
      onError: (reply, { error }) => {
        const detail = `${nameOf(reply.request)} does not answer: ${error.message}`;
        void problem(reply, 503, 'not-ready', 'A service does not answer', detail);
      },
    },
  });
}

/** Of any server, HTTP/2 included. */
type AnyReply = FastifyReply<RouteGenericInterface, RawServerBase>;

const unknownPath = (reply: AnyReply, url: string) =>
  problem(reply, 404, 'not-found', 'There is no such thing', `nothing is at ${url}`);

const problem = (reply: AnyReply, status: number, code: string, title: string, detail: string) =>
  reply
    .status(status)
    .header('content-type', 'application/problem+json')
    .send({ type: `urn:contentflow:problem:${code}`, title, status, detail });

/** What is answered there; undefined where nothing good is. */
const said = <T>(url: string, read: (answer: Response) => Promise<T>, withinMs?: number): Promise<T | undefined> =>
  fetch(url, withinMs === undefined ? {} : { signal: AbortSignal.timeout(withinMs) })
    .then((answer) => (answer.ok ? read(answer) : undefined))
    .catch(() => undefined);

const known = <T>(answers: readonly (T | undefined)[]): T[] => answers.filter((answer) => answer !== undefined);
