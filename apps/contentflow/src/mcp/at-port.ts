import { ContentFlowError, messageOf, MINUTE_MS } from '@contentflow/kernel';
import {
  type AccessSettings,
  keyShown,
  loadConfiguration,
  mustBeFree,
  plainAddress,
  problemOf,
  refuseForeign,
  refuseNonRequests,
  refuseUnknownMethods,
  unreadableRequests,
  untilStopped,
} from '@contentflow/nest-platform';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { ask, type RunningOptions } from '../operate/running-system.ts';
import { toolServer } from './tool-server.ts';

export interface PortOptions {
  readonly url: string;
  readonly by: string;
  readonly port: number;
  readonly host: string;
  readonly config?: string;
}

/** Of one message. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** A sender that is slower holds a connection for nothing. */
const SLOWEST_REQUEST_MS = 2 * MINUTE_MS;
/** Streams of a client that wants to hear of changes: there are none. */
const MAX_SUBSCRIPTIONS = 16;
const MAX_CONNECTIONS = 1000;

/** Serves streamable HTTP until it is told to stop. */
export async function serveAtPort({ url, by, port, host, config }: PortOptions): Promise<void> {
  const { access } = await loadConfiguration(config);
  await mustBeFree(port, host);
  const server = await portServer({ url, by }, access);
  await server.listen({ port, host });
  const { port: chosen } = server.server.address() as AddressInfo;
  console.log(
    `The Model Context Protocol is ready at http://${host.includes(':') ? `[${host}]` : host}:${chosen}/mcp; it asks ${url}`,
  );
  await untilStopped();
  await server.close();
}

/** One address, `/mcp`. Each request stands for itself: nothing is kept between two. What a caller may do, the system says by their own key. */
export async function portServer(asked: RunningOptions, access: AccessSettings): Promise<FastifyInstance> {
  const app = fastify({
    ...unreadableRequests,
    forceCloseConnections: true,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: SLOWEST_REQUEST_MS,
    rewriteUrl: ({ url = '/' }) => plainAddress(url),
  });
  refuseNonRequests(app);
  app.server.maxConnections = MAX_CONNECTIONS;
  const { isPrivate } = refuseForeign(app, access);
  app.setErrorHandler((error, _request, reply) => {
    const refused = problemOf(error);
    return reply.status(refused.status).header('content-type', 'application/problem+json').send(refused);
  });
  refuseUnknownMethods(app);
  // The protocol's own code reads what comes, and says what is wrong with it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const mustShow = ({ headers }: FastifyRequest): boolean => access.keys === 'always' || !isPrivate(headers);
  const handler = createMcpHandler(
    ({ authInfo }) => toolServer({ ...asked, ...(authInfo && { key: authInfo.token }) }),
    { maxSubscriptions: MAX_SUBSCRIPTIONS, maxRequestBodySize: MAX_BODY_BYTES },
  );
  app.get('/health/live', () => ({ status: 'live' }));
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    handler: async (request, reply) => {
      const key = keyShown(request);
      if (mustShow(request)) await assertKnown(asked, key, reply);
      return reply.send(await answered(handler, request, reply, key));
    },
  });
  app.addHook('onClose', () => handler.close());
  return app;
}

/**
 * The system behind may ask nobody for a key, since it is reached from its own machine alone; this is not.
 * @throws ContentFlowError `unauthorized`; `not-ready` where nobody can say
 */
async function assertKnown(asked: RunningOptions, key: string | undefined, reply: FastifyReply): Promise<void> {
  const session = key === undefined ? { name: null } : await sessionOf({ ...asked, key });
  if (session.name !== null) return;
  void reply.header('www-authenticate', 'Bearer');
  const problem = key === undefined ? 'a key is needed here' : 'this key opens nothing here';
  throw new ContentFlowError('unauthorized', problem, { fix: 'send "Authorization: Bearer KEY"' });
}

const sessionOf = (asked: RunningOptions): Promise<{ readonly name: string | null }> =>
  ask<{ name: string | null }>(asked, 'GET', '/v1/session').catch((error: unknown) => {
    throw new ContentFlowError('not-ready', messageOf(error), { cause: error });
  });

/** Hands a request on as the web's own. It ends with the connection that it came by. */
async function answered(
  handler: McpHttpHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  key: string | undefined,
): Promise<Response> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const { method, headers, body } = request;
  const web = new Request(new URL(request.url, 'http://localhost'), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((each): [string, string] => [name, each]),
    ),
    signal: gone.signal,
    ...(Buffer.isBuffer(body) && { body: new Uint8Array(body) }),
  });
  return handler.fetch(web, key === undefined ? {} : { authInfo: { token: key, clientId: '', scopes: [] } });
}
