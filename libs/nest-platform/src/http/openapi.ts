import { type ApiRoute, apiRoutes, problemSchema } from '@contentflow/contracts';
import { describeLimits, ownValue, setOwnValue } from '@contentflow/kernel';
import { z } from 'zod';
import { BODY_LIMITS, LONGEST_PARAMETER } from './request-limits.ts';
import type { Route } from './routes.ts';

type Json = Record<string, unknown>;

export const LICENSE = { name: 'Apache License 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' };
const KEY = { type: 'http', scheme: 'bearer', description: 'a key of `contentflow keys create`' };

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
      license: LICENSE,
    },
    servers: [{ url: '/', description: 'whoever gave this document' }],
    tags: tagsOf(inOrder),
    // At a loopback address nothing is needed where no key was made.
    security: [{ key: [] }, {}],
    paths,
    components: { schemas: components, securitySchemes: { key: KEY } },
  };
}

/** One document of the documents of several processes, each of which knows its own routes. */
export function mergedOpenApi(documents: readonly Json[]): Json {
  const [first = {}] = documents;
  const all = (pick: (document: Json) => unknown): Json =>
    Object.assign({}, ...documents.map((document) => pick(document) ?? {})) as Json;
  const tags = documents.flatMap((document) => (document['tags'] ?? []) as readonly { readonly name: string }[]);
  return {
    ...first,
    tags: [...new Map(tags.map((tag) => [tag.name, tag])).values()],
    paths: all(({ paths }) => paths),
    components: {
      ...(first['components'] as Json | undefined),
      schemas: all(({ components }) => (components as Json | undefined)?.['schemas']),
    },
  };
}

const tagOf = ({ path }: Route): string => path.split('/')[2] ?? path.slice(1);

const tagsOf = (routes: readonly Route[]): Json[] => [...new Set(routes.map(tagOf))].map((name) => ({ name }));

function operationOf(route: Route, schema: (schema: z.ZodType) => unknown): Json {
  const known = ownValue(apiRoutes, `${route.method} ${route.path}`);
  const body = known?.body ?? route.body;
  return {
    ...(known ? { summary: known.summary } : {}),
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+(.?)/g, (_, next: string) => next.toUpperCase())}`,
    tags: [tagOf(route)],
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
    responses: { ...answersOf(route, known, schema), '4XX': problem(schema), default: problem(schema) },
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

/** That a tuple has no further items is said by a schema: Spectral 6 takes the `false` of JSON Schema for nothing. */
const closedTuple = ({ jsonSchema }: { readonly jsonSchema: Json }): void => {
  if (jsonSchema['items'] === false) jsonSchema['items'] = { not: {} };
};

/** JSON Schema of zod schemas; those with an id of their own go into `components` and are referred to. */
export function jsonSchemas(components: Json, place = '#/components/schemas/'): (schema: z.ZodType) => unknown {
  return (schema) => {
    const options = { io: 'input', unrepresentable: 'any', override: closedTuple } as const;
    // Wrapped, so that a schema with an id is referred to even where it is the whole.
    const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: schema }), options);
    const moved = JSON.parse(
      JSON.stringify({ it: properties?.['it'], $defs }).replaceAll('"#/$defs/', `"${place}`),
    ) as { it: unknown; $defs: Json };
    Object.assign(components, moved.$defs);
    return moved.it;
  };
}
