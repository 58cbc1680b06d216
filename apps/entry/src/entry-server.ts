import fastifyHttpProxy from '@fastify/http-proxy';
import { systemClock } from '@contentflow/kernel';
import {
  type AccessSettings,
  drainedServer,
  drainRequests,
  graceMs,
  LONGEST_PARAMETER,
  mergedOpenApi,
  plainAddress,
  problemOf,
  refuseForeign,
  refuseUnknownMethods,
  refuseUnknownQueries,
  retryAfterS,
  serveConsolePage,
  telemetry,
  refuseNonRequests,
  unreadableRequests,
} from '@contentflow/nest-platform';
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
/** Longer than one that lives takes to say how it is; a process that is frozen takes connections and says nothing. */
const READY_WITHIN_MS = 4000;
/** What services answer for all of them, beside the entry's own answers about the whole. */
const FORWARDED_PREFIXES = ['/v1', '/asyncapi.json'];
const OWN_PATHS: ReadonlySet<string> = new Set(['/health/live', '/health/ready', '/openapi.json', '/metrics']);

export interface Entry {
  /** The address of each, by name. */
  readonly services: ReadonlyMap<string, string>;
  /** The folder of the console's page; without it, there is none. */
  readonly page: string | undefined;
  /** Which pages may ask, and under which names. */
  readonly access: AccessSettings;
  /** With which the entry itself asks services what they answer, where they ask for one. */
  readonly key: string | undefined;
}

/** One origin for the whole system: the page, and every service behind its paths. Each service judges the key that a request shows. */
export async function entryServer({ services, page, access, key }: Entry): Promise<FastifyInstance> {
  const app = fastify({
    ...unreadableRequests,
    ...drainedServer,
    rewriteUrl: ({ url = '/' }) => plainAddress(url),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  refuseNonRequests(app);
  refuseForeign(app, access);
  drainRequests(app, systemClock, graceMs);
  app.setErrorHandler((error, _request, reply) => {
    const refused = problemOf(error);
    return later(reply, refused.status)
      .status(refused.status)
      .header('content-type', 'application/problem+json')
      .send(refused);
  });
  refuseUnknownMethods(app);
  // What is handed on is judged by who answers it.
  refuseUnknownQueries(app, (_method, path) => (OWN_PATHS.has(path) ? [] : undefined));
  const routes = new ServiceRoutes(
    [...services.keys()],
    async (service) => {
      const url = `${services.get(service)}/openapi.json`;
      const signal = AbortSignal.timeout(DESCRIBED_WITHIN_MS);
      const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
      return (await said(url, (answer) => answer.json(), { signal, headers })) as Description | undefined;
    },
    () => performance.now(),
  );
  for (const prefix of FORWARDED_PREFIXES) await forward(app, prefix, services, routes);
  answerForAll(app, services);
  app.setNotFoundHandler((request, reply) => unknownPath(reply, request.url));
  if (page !== undefined) await serveConsolePage(app, page);
  await routes.ask();
  return app;
}

/** What is asked of the system as a whole. */
function answerForAll(app: FastifyInstance, services: ReadonlyMap<string, string>): void {
  const ofEach = async <T>(request: FastifyRequest, read: (answer: Response) => Promise<T>): Promise<T[]> => {
    const asked = { headers: saidBy(request) };
    const answers = await Promise.all(
      [...services.values()].map((url) => said(`${url}${request.routeOptions.url}`, read, asked)),
    );
    return answers.filter((answer) => answer !== undefined);
  };
  app.get('/health/live', async () => ({ status: 'live' }));
  app.get('/health/ready', async (_request, reply) => {
    const names = [...services.keys()];
    const answers = await Promise.all(
      [...services.values()].map((url) =>
        fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(READY_WITHIN_MS) })
          .then((answer) => answer.json() as Promise<unknown>)
          .catch(() => undefined),
      ),
    );
    const merged = mergedReadiness(names.map((name, index) => [name, answers[index]]));
    return reply.status(merged.status === 'ready' ? 200 : 503).send(merged);
  });
  app.get('/openapi.json', async (request, reply) => {
    const documents = await ofEach(request, (answer) => answer.json() as Promise<Record<string, unknown>>);
    return documents.length > 0 ? mergedOpenApi(documents) : noneAnswers(reply);
  });
  app.get('/metrics', async (request, reply) => {
    const texts = await ofEach(request, (answer) => answer.text());
    if (texts.length === 0) return noneAnswers(reply);
    return reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(mergedMetrics([...texts, (await telemetry()?.figures()) ?? '']));
  });
}

/** Hands what comes to this prefix on to the service that says that it answers it, as it is. */
async function forward(
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
    preHandler: (request: FastifyRequest, reply: FastifyReply, done) => {
      const [path = ''] = request.url.split('?', 1);
      routes.serviceOf(path).then((service) => {
        if (service === undefined) return noService(reply, routes.silent());
        asked.set(request.raw, service);
        return done();
      }, done);
    },
    replyOptions: {
      // Which page it comes from has been asked here, where the browser's own name for us is known.
      rewriteRequestHeaders: (request, { origin: _origin, 'sec-fetch-site': _site, ...headers }) => ({
        ...headers,
        'x-forwarded-for': handedOnFor(request),
      }),
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
type AnyRequest = FastifyRequest<RouteGenericInterface, RawServerBase>;

function noService(reply: AnyReply, silent: readonly string[]): AnyReply {
  if (silent.length === 0) return unknownPath(reply, reply.request.url);
  const fix = 'where it asks for keys, the entry needs one with "read": CONTENTFLOW_KEY';
  const detail = `${silent.join(', ')} may answer it, and does not yet; ${fix}`;
  return problem(reply, 503, 'not-ready', 'A service does not answer', detail);
}

const unknownPath = (reply: AnyReply, url: string) =>
  problem(reply, 404, 'not-found', 'There is no such thing', `nothing is at ${url}`);

/** Says when to come again, where that may help. */
function later<Reply extends Pick<AnyReply, 'header'>>(reply: Reply, status: number): Reply {
  const seconds = retryAfterS(status);
  if (seconds !== undefined) reply.header('retry-after', seconds);
  return reply;
}

const problem = (reply: AnyReply, status: number, code: string, title: string, detail: string) =>
  later(reply, status)
    .status(status)
    .header('content-type', 'application/problem+json')
    .send({ type: `urn:contentflow:problem:${code}`, title, status, detail });

/** What is answered there; undefined where nothing good is. */
const said = <T>(url: string, read: (answer: Response) => Promise<T>, asked: RequestInit): Promise<T | undefined> =>
  fetch(url, asked)
    .then((answer) => (answer.ok ? read(answer) : undefined))
    .catch(() => undefined);

/** What says who asks, and from where. */
function saidBy(request: FastifyRequest): Record<string, string> {
  const { authorization, cookie, 'api-key': azures, 'x-api-key': named = azures } = request.headers;
  return {
    'x-forwarded-for': handedOnFor(request),
    ...(authorization && { authorization }),
    ...(cookie && { cookie }),
    ...(typeof named === 'string' && { 'x-api-key': named }),
  };
}

/** A service that only this machine reaches asks for a key all the same of whoever comes from elsewhere. */
const handedOnFor = ({ headers, socket }: Pick<AnyRequest, 'headers' | 'socket'>): string =>
  [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? 'unknown'].flat().join(', ');

const noneAnswers = (reply: AnyReply) =>
  problem(
    reply,
    401,
    'unauthorized',
    'No service answers',
    'where they ask for a key, send "Authorization: Bearer KEY"',
  );
