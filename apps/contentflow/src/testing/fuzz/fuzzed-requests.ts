import type { Random } from '@contentflow/kernel';
import { hostileWords, type JsonSchema, type GenerationContext, pick, valueOf } from './schema-values.ts';

/** A request as a server takes it. */
export interface FuzzedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: JsonSchema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>> };
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

/** Endless requests over everything that an OpenAPI document describes; the same for the same seed. */
export function requestsOf(openApi: OpenApi, random: Random, knownIds: readonly string[]): () => FuzzedRequest {
  const definitions = new Map(Object.entries(openApi.components?.schemas ?? {}));
  const operations = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return () => {
    const { path, method, operation } = pick(random, operations);
    const making: GenerationContext = {
      random,
      hostility: pick(random, [0, 0.02, 0.1, 0.4]),
      known: {
        contentType: ['ad_copy', 'headline', 'summary'],
        model: ['m'],
        language: ['en', 'de'],
        tone: hostileWords,
      },
      definitions: (ref) => definitions.get(ref.split('/').at(-1) ?? ''),
    };
    const url = path.replace(/\{\w+\}/g, () => inPath(random, knownIds)) + queryOf(operation, making);
    const [type, described] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    const asked = random.next() < 0.97 ? method : pick(random, ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);
    return {
      method: asked,
      url,
      headers: {
        ...headersOf(random),
        ...(type ? { 'content-type': random.next() < 0.97 ? type : 'text/plain' } : {}),
      },
      ...(described && asked !== 'GET' && asked !== 'HEAD'
        ? { body: written(valueOf(described.schema, making), random) }
        : {}),
    };
  };
}

const inPath = (random: Random, knownIds: readonly string[]): string =>
  random.next() < 0.4 && knownIds.length > 0
    ? pick(random, knownIds)
    : encodeURIComponent(pick(random, hostileWords).toWellFormed()) || 'x';

function queryOf({ parameters = [] }: Operation, making: GenerationContext): string {
  const { random } = making;
  const given = parameters.filter((each) => each.in === 'query' && random.next() < 0.4);
  const pairs = given.map(({ name, schema }) => {
    const value = valueOf(schema, making);
    const text = typeof value === 'object' && value !== null ? 'x' : String(value);
    return `${name}=${encodeURIComponent(text.toWellFormed().slice(0, 2000))}`;
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function headersOf(random: Random): Record<string, string> {
  const draw = random.next();
  if (draw < 0.03) return { 'idempotency-key': pick(random, ['a', 'b', 'constructor', 'x'.repeat(300)]) };
  if (draw < 0.05) return { prefer: pick(random, ['wait=0', 'wait=-1', 'wait=NaN', 'wait=1e400']) };
  return draw < 0.07 ? { 'x-operator': pick(random, ['constructor', '__proto__', 'x'.repeat(5000)]) } : {};
}

/** As JSON, now and then broken off; a value that no text can hold is an empty object. */
function written(value: unknown, random: Random): string {
  const text = JSON.stringify(value) ?? '{}';
  return random.next() < 0.01 ? text.slice(0, Math.floor(random.next() * text.length)) : text;
}
