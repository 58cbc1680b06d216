import { ContentFlowError, jsonFault, type JsonLimits, textProblem } from '@contentflow/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Of a body as it comes, and as it is where it came packed. */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Of any body: enough for what anybody sends, and far below what ends a process. Bytes are bounded before it is parsed. */
export const BODY_LIMITS: JsonLimits = { depth: 64, keys: 200_000, text: 4_194_304, size: 16_777_216 };

/** Characters. */
export const LONGEST_PARAMETER = 1000;

/** A policy or a word of an operator is no longer. */
export const SMALL_BODY_LIMITS: JsonLimits = { depth: 8, keys: 1000, text: 2000, size: 65_536 };

/** `invalid-request`, or `too-large`, naming the field; undefined where nothing is wrong. */
export function limitProblem(value: unknown, limits: JsonLimits): ContentFlowError | undefined {
  const fault = jsonFault(value, limits);
  if (!fault) return undefined;
  const field = fault.path.length > 0 ? fault.path.join('.') : '(body)';
  return new ContentFlowError(fault.isTooLarge ? 'too-large' : 'invalid-request', fault.problem, { field });
}

/** Looks at what a path and a query say before any handler does. */
export function checkParameters(server: FastifyInstance): void {
  server.addHook('preValidation', (request, _reply, done) => {
    const [field, problem] = parameterProblem(request) ?? [];
    done(problem === undefined ? undefined : new ContentFlowError('invalid-request', problem, { field }));
  });
}

function parameterProblem({ params, query }: FastifyRequest): [field: string, problem: string] | undefined {
  const all = [...Object.entries(params ?? {}), ...Object.entries(query ?? {})] as [string, unknown][];
  for (const [field, value] of all)
    for (const text of [field, ...(Array.isArray(value) ? value : [value])]) {
      const problem = textProblem(String(text), LONGEST_PARAMETER);
      if (problem !== undefined) return [field.slice(0, 80).toWellFormed(), problem];
    }
  return undefined;
}

/** A path that is known, asked by a method that it does not know: 405, with what it knows; or just that, where that is what was asked. */
export function refuseUnknownMethods(server: FastifyInstance): void {
  const routes: { readonly method: string; readonly fits: RegExp }[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) routes.push({ method: each, fits: patternOf(url) });
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?', 1);
    const allowed = [...new Set(routes.filter(({ fits }) => fits.test(path)).map(({ method }) => method))].sort();
    if (allowed.length === 0 || allowed.includes(request.method)) return done();
    void reply.header('allow', allowed.join(', '));
    if (request.method === 'OPTIONS') return void reply.status(204).send();
    done(
      new ContentFlowError('method-not-allowed', `${path} knows no ${request.method}`, {
        field: '(method)',
        fix: `it knows ${allowed.join(', ')}`,
      }),
    );
  });
}

/** `/v1/content/:id/events` */
const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .split('/')
      .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('/')}/?$`,
  );
