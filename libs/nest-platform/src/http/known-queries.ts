import { ContentFlowError } from '@contentflow/kernel';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { unknownName } from '../field-problems.ts';
import type { Route } from './routes.ts';

/** The parameters that a route takes in its query, by method and path as the API's description has it; undefined where it takes any. */
export type QueryNames = (method: string, path: string) => readonly string[] | undefined;

/** Refuses what a route does not take in its query: a misspelt `limit` would be answered as if nobody had asked for one. */
export function refuseUnknownQueries(server: FastifyInstance, namesOf: QueryNames): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const garbled = garbledIn(request.url);
    if (garbled !== undefined)
      return done(new ContentFlowError('invalid-request', 'is not percent-encoded UTF-8', { field: shown(garbled) }));
    const { url } = request.routeOptions;
    const names = url === undefined ? undefined : namesOf(request.method, templateOf(url));
    const written = Object.keys((request.query ?? {}) as object);
    const unknown = names && written.filter((name) => !names.includes(name));
    if (!names || !unknown?.[0]) return done();
    const problems = unknown.slice(0, 20).map((name) => ({ field: shown(name), problem: unknownName(name, names) }));
    const sentence = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
    done(new ContentFlowError('invalid-request', sentence, { cause: problems }));
  });
}

/** The first parameter whose name or value stands for no text: it would be taken as it is written. */
function garbledIn(url: string): string | undefined {
  const query = url.slice(url.indexOf('?') + 1);
  if (query.length === url.length || !query.includes('%')) return undefined;
  return query
    .split('&')
    .find((each) => !isDecodable(each))
    ?.split('=', 1)[0];
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What others define, to which their clients and providers add what they like (`api-version`, `beta`, `session_state`). */
export const OTHERS = /^\/v1\/(chat|responses|completions|embeddings|messages|models)(\/|$)|^\/v1\/session\/callback$/;

/** As the routes of controllers say it. */
export function queryNamesOf(routes: readonly Route[]): QueryNames {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, namesIn(route)]));
  // HEAD is asked as GET is.
  return (method, path) => known.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}

function namesIn({ path, query }: Route): readonly string[] | undefined {
  if (OTHERS.test(path)) return undefined;
  return query instanceof z.ZodObject ? Object.keys(query.shape as object) : [];
}

/** `/v1/content/:id` → `/v1/content/{id}` */
const templateOf = (url: string): string => url.replace(/:(\w+)/g, '{$1}');

const shown = (name: string): string => name.slice(0, 80).toWellFormed();
