import { type ApiRoute, apiRoutes, problemSchema } from '@contentflow/contracts';
import { describeLimits, ownValue, setOwnValue } from '@contentflow/kernel';
import { z } from 'zod';
import { BODY_LIMITS, LONGEST_PARAMETER } from './request-limits.ts';
import type { Route } from './routes.ts';

type Json = Record<string, unknown>;

/** OpenAPI 3.1 of these routes: requests from the schemas that check them, answers from the contracts. */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const components: Json = {};
  const schema = jsonSchemas(components);
  const paths: Record<string, Json> = {};
  const inOrder = routes.toSorted((a, b) => `${a.path} ${a.method}`.localeCompare(`${b.path} ${b.method}`));
  for (const route of inOrder)
    setOwnValue(paths, route.path, {
      ...ownValue(paths, route.path),
      [route.method.toLowerCase()]: operationOf(route, schema),
    });
  schema(problemSchema);
  return {
    openapi: '3.1.0',
    info: {
      title: 'ContentFlow',
      version,
      description:
        'Makes content, watches it, and improves itself. Errors are problem details (RFC 9457). A parameter of a query that is not described is refused, but where clients of OpenAI and Anthropic ask.',
    },
    paths,
    components: { schemas: components },
  };
}

/** One document of the documents of several processes, each of which knows its own routes. */
export function mergedOpenApi(documents: readonly Json[]): Json {
  const [first = {}] = documents;
  const all = (pick: (document: Json) => unknown): Json =>
    Object.assign({}, ...documents.map((document) => pick(document) ?? {})) as Json;
  return {
    ...first,
    paths: all(({ paths }) => paths),
    components: { schemas: all(({ components }) => (components as Json | undefined)?.['schemas']) },
  };
}

function operationOf(route: Route, schema: (schema: z.ZodType) => unknown): Json {
  const known = ownValue(apiRoutes, `${route.method} ${route.path}`);
  const body = known?.body ?? route.body;
  return {
    ...(known ? { summary: known.summary } : {}),
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [route.path.split('/')[2] ?? route.path.slice(1)],
    parameters: [...pathParameters(route.path), ...queryParameters(route.query, schema), ...headers(route)],
    ...(body
      ? {
          requestBody: {
            required: true,
            description: `At most 16 MB; ${describeLimits(BODY_LIMITS)}. No NUL, no half of a surrogate pair, no key \`__proto__\`.`,
            content: { [known?.bodyType ?? 'application/json']: { schema: schema(body) } },
          },
        }
      : {}),
    responses: { ...answersOf(route, known, schema), default: problem(schema) },
  };
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: LONGEST_PARAMETER },
  }));

function queryParameters(query: z.ZodType | undefined, schema: (schema: z.ZodType) => unknown): Json[] {
  if (!(query instanceof z.ZodObject)) return [];
  return Object.entries(query.shape as Record<string, z.ZodType>).map(([name, each]) => ({
    name,
    in: 'query',
    required: !each.safeParse(undefined).success,
    schema: schema(each),
  }));
}

function headers({ method, path }: Route): Json[] {
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  });
  return [
    ...(method === 'POST' ? [header('Idempotency-Key', 'the same key twice is done once and answered twice')] : []),
    ...(method === 'POST' && path === '/v1/content' ? [header('Prefer', 'wait=SECONDS')] : []),
  ];
}

function answersOf(route: Route, known: ApiRoute | undefined, schema: (schema: z.ZodType) => unknown): Json {
  const contentType = known?.contentType ?? (route.isStream ? 'text/event-stream' : 'application/json');
  const answers = Object.entries(known?.answers ?? { [route.status]: z.unknown() });
  return Object.fromEntries(
    answers.map(([status, answer]) => [
      status,
      { description: known?.summary ?? 'done', content: { [contentType]: { schema: schema(answer) } } },
    ]),
  );
}

const problem = (schema: (schema: z.ZodType) => unknown): Json => ({
  description: 'Problem details',
  content: { 'application/problem+json': { schema: schema(problemSchema) } },
});

/** JSON Schema of zod schemas; those with an id of their own go into `components` and are referred to. */
export function jsonSchemas(components: Json, place = '#/components/schemas/'): (schema: z.ZodType) => unknown {
  return (schema) => {
    const options = { io: 'input', unrepresentable: 'any' } as const;
    // Wrapped, so that a schema with an id is referred to even where it is the whole.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), options);
    const moved = JSON.parse(
      JSON.stringify({ it: properties?.['it'], $defs }).replaceAll('"#/$defs/', `"${place}`),
    ) as { it: unknown; $defs: Json };
    Object.assign(components, moved.$defs);
    return moved.it;
  };
}
