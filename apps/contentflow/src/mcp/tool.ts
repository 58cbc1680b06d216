import { apiRoutes } from '@contentflow/contracts';
import { ownValue, usageError } from '@contentflow/kernel';
import type { StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server';
import { z } from 'zod';

/** One route of the API, as programs that speak the protocol are offered it. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** As `apiRoutes` names it: `POST /v1/proposals/{id}/approve`. */
  readonly route: keyof typeof apiRoutes & string;
  /** What the route checks its query by, or its body. */
  readonly asks?: z.ZodObject;
  readonly hints: ToolAnnotations;
  /** The answer in a few words, for who reads no structures. */
  tell(answer: object): Told;
}

export interface Told {
  /** Numbers, ids and the product's own words. */
  readonly headline: string;
  /** What models, readers and callers have said is among it. */
  readonly data: readonly string[];
}

export type Arguments = Readonly<Record<string, unknown>>;

/** Items of a list that are shown unless more are asked for, and at most: whoever reads them has little room. */
const LISTED = 20;
const MOST_LISTED = 100;
const LONGEST_ID = 1000;

/** What a tool takes: the names in its route's path, and what the route asks. */
export function inputOf({ route, asks }: Pick<Tool, 'route' | 'asks'>): z.ZodObject {
  const ids = namesIn(route).map((name) => [name, z.string().min(1).max(LONGEST_ID)] as const);
  const shape = asks?.shape ?? {};
  const limit = 'limit' in shape ? { limit: z.number().int().min(1).max(MOST_LISTED).default(LISTED) } : {};
  return z.strictObject({ ...Object.fromEntries(ids), ...shape, ...limit });
}

/** What it answers, as the API's description has it: a list is one of at most {@link MOST_LISTED}. */
export function outputOf({ route }: Pick<Tool, 'route'>): z.ZodType {
  const answers = Object.values(ownValue(apiRoutes, route)?.answers ?? {});
  const [answer] = answers;
  if (!answer) throw new Error(`the API answers no ${route}`);
  return answer;
}

/** The request that a call of a tool is. */
export function requestOf(
  { route, asks }: Pick<Tool, 'route' | 'asks'>,
  given: Arguments,
): { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: object } {
  const [method = '', pattern = ''] = route.split(' ');
  const names = namesIn(route);
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => segment(String(ownValue(given, name))));
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
  if (method === 'POST') return { method, path, body: rest };
  const query = 'limit' in (asks?.shape ?? {}) ? { limit: LISTED, ...rest } : rest;
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return { method: 'GET', path: search.size > 0 ? `${path}?${search.toString()}` : path };
}

const namesIn = (route: string): string[] => [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** @throws ContentFlowError for what an address would read as the way up, and lead to another route */
function segment(id: string): string {
  if (/^\.{1,2}$/.test(id)) throw usageError(`there is nothing with the id "${id}"`);
  return encodeURIComponent(id);
}

/**
 * A schema as the API publishes and checks it. What it lets through goes on as it came: the API reads it, defaults and all.
 * What is answered may hold more than is known here: a newer system answers so.
 */
export function published(schema: z.ZodType): StandardSchemaWithJSON {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return {
    '~standard': {
      version: 1,
      vendor: 'contentflow',
      validate: (value) => {
        const { error } = schema.safeParse(value);
        return error ? { issues: error.issues } : { value };
      },
      jsonSchema: { input: () => ({ ...json }), output: () => ({ ...json }) },
    },
  };
}
