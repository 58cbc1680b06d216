import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import 'reflect-metadata';
import { INTERPRETED } from '@contentflow/contracts';
import { MINUTE_MS, systemClock } from '@contentflow/kernel';
import { guardAccess } from '../access/access-guard.ts';
import { type Access, accessSchema } from '../access/access-settings.ts';
import { Login } from '../access/login.ts';
import { KnownKeys } from '../access/known-keys.ts';
import { drainedServer, drainRequests } from '../http/drained-requests.ts';
import { DeadLetters } from '../dead-letters.ts';
import { plainAddress } from '../http/plain-address.ts';
import { ProblemFilter } from '../http/problem-filter.ts';
import { queryNamesOf, type QueryNames, refuseUnknownQueries } from '../http/known-queries.ts';
import { answerRepeats } from '../http/idempotency.ts';
import { readJsonBodies } from '../http/json-bodies.ts';
import { checkParameters, LONGEST_PARAMETER, MAX_BODY_BYTES, refuseUnknownMethods } from '../http/request-limits.ts';
import { routesOf } from '../http/routes.ts';
import { spareBytes } from '../http/spared-bytes.ts';
import { refuseNonRequests, unreadableRequests } from '../http/unreadable-requests.ts';
import { observeRequests } from '../http/observed-requests.ts';
import { LeanRoutes } from '../http/lean-routes.ts';
import { openIdempotencyKeys } from './open-idempotency-keys.ts';
import { HandlerErrors, LogTransport } from '../log-transport.ts';
import { PlatformModule } from '../platform.module.ts';
import type { Machines, Models, Platform } from '../platform.ts';
import { type AdmissionSettings, admissionSchema, RequestAdmission } from './admit-requests.ts';
import { leanWay } from './lean-way.ts';
import { graceMs } from './stop-signals.ts';

export interface ServiceAppOptions {
  readonly platform: Platform;
  readonly models: Models;
  readonly machines: Machines;
  /** The services that this process runs. */
  readonly services: readonly (Type | DynamicModule)[];
  readonly admission?: AdmissionSettings;
  readonly access?: Access;
}

/** Until a request has come in whole: a sender that is slower holds a connection for nothing. */
const SLOWEST_REQUEST_MS = 2 * MINUTE_MS;
/** Connections that may wait to be accepted; the system's own limit holds where it is less. */
const BACKLOG = 4096;

@Module({})
class ServicesModule {}

/** One Nest application for these services: HTTP, and the log as its transport. It neither listens nor handles events yet. */
export async function createServiceApp({
  platform,
  models,
  machines,
  services,
  admission = admissionSchema.parse({}, INTERPRETED),
  access = { settings: accessSchema.parse({}, INTERPRETED) },
}: ServiceAppOptions): Promise<NestFastifyApplication> {
  const { settings, loginSecret } = access;
  const login = settings.login && new Login(settings.login, loginSecret);
  const root = { module: ServicesModule, imports: [PlatformModule.of(platform, models, machines, login), ...services] };
  const admitted = new RequestAdmission(admission);
  const adapter = new FastifyAdapter({
    serverFactory: admitted.serverFactory,
    ...unreadableRequests,
    bodyLimit: MAX_BODY_BYTES,
    ...drainedServer,
    requestTimeout: SLOWEST_REQUEST_MS,
    rewriteUrl: ({ url = '/' }) => plainAddress(url),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  const server = adapter.getInstance();
  refuseNonRequests(server);
  let keys: KnownKeys | undefined = undefined;
  const guard = guardAccess(server, {
    ...access,
    known: () => keys?.all() ?? new Map(),
    refresh: async () => keys?.shared(),
    onUse: (key) => keys?.used(key),
    now: () => platform.clock.now(),
  });
  admitted.admit(server);
  const takeInHand = drainRequests(server, systemClock, graceMs);
  observeRequests(server);
  refuseUnknownMethods(server);
  checkParameters(server);
  let queryNames: QueryNames = () => undefined;
  refuseUnknownQueries(server, (method, path) => queryNames(method, path));
  const readJson = readJsonBodies(server);
  let routes: LeanRoutes | undefined = undefined;
  admitted.answerPast(leanWay({ routes: () => routes, admission: admitted, guard, takeInHand, readJson }));
  const { instance, logger } = platform;
  spareBytes(server);
  answerRepeats(server, { keys: openIdempotencyKeys(platform), instance, logger });
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: ['error', 'fatal'],
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalFilters(new ProblemFilter(platform.logger));
  keys = app.get(KnownKeys);
  routes = app.get(LeanRoutes);
  queryNames = queryNamesOf(routesOf(app.get(ModulesContainer)));
  const events = app.connectMicroservice(
    { strategy: new LogTransport(platform, app.get(DeadLetters)) },
    { inheritAppConfig: false },
  );
  events.useGlobalFilters(new HandlerErrors());
  return app;
}

/** Starts handling events, and then whatever the services do by themselves. */
export async function startServices(app: NestFastifyApplication): Promise<void> {
  await app.init();
  await app.startAllMicroservices();
}

/** Listens with room for a burst of connections. */
export async function listen(app: NestFastifyApplication, port: number, host: string): Promise<void> {
  await app.listen({ port, host, backlog: BACKLOG });
}
