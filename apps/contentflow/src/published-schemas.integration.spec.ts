import { createConfig, lintFromString } from '@redocly/openapi-core';
import { apiRoutes } from '@contentflow/contracts';
import { jsonFault, ownValue, type Random, seededRandom } from '@contentflow/kernel';
import { routesOf, type TestedService } from '@contentflow/nest-platform/testing';
import { ModulesContainer } from '@nestjs/core';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type ScriptedModelServer, startScriptedModelServer } from './e2e/testing/scripted-model-server.ts';
import type { OpenApi } from './testing/fuzz/fuzzed-requests.ts';
import { integer, type JsonSchema, pick, valueOf } from './testing/fuzz/schema-values.ts';
import { startWholeSystem } from './testing/whole-system.ts';

/** What no pattern says, and the server refuses all the same: an http address with a host or a port that there is not. */
const isUnsaid = (why: string, value: unknown): boolean =>
  why === 'webhook is not an http or https address' &&
  /^\s*https?:\/\//i.test(String((value as { webhook: unknown }).webhook));
/** Of a query: the `next` of a page is whatever a server gave, and not every day is in the calendar. */
const unsaidOfQueries = [/after: is not the .*next.* of a page/, /is not a time/];
/** Said by the description of every body. */
const LIMITS = { depth: 64, keys: 200_000, text: 4_194_304, size: 16_777_216 };

const VALUES = 300;

/** What a client's check and a server's are known to read differently. */
const words = [
  ...['', ' ', '   ', '\t\n', '\u00a0', '\ufeff', ' x ', 'x', 'X'],
  ...['https://example.com', 'ftp://example.com', 'example.com', 'HTTPS://EXAMPLE.COM/a b', 'http:/x', 'http://'],
  ...[
    '2026-01-05T12:00:00Z',
    '2026-01-05T12:00:00+01:00',
    '2026-02-30T12:00:00Z',
    '2026-01-05',
    '2026-01-05 12:00:00Z',
  ],
  ...[
    '12:00',
    '24:00',
    '12:00:00',
    '9:00',
    'en',
    'pt-BR',
    'de_DE',
    'e',
    'en-',
    '1',
    '1.0',
    '0x10',
    '1e3',
    'true',
    'null',
  ],
] as const;
const numbers = [0, -0, 1, 1.5, -1, 2 ** 53, 1e21, 5e-324] as const;
const others = [null, true, [], {}, [null], ['x', 'x']] as const;

/** The value with one place of it, at any depth, replaced. */
function changed(value: unknown, random: Random, instead: unknown): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || random.next() < 0.15) return instead;
  const key = pick(random, keys);
  const next = changed((value as Record<string, unknown>)[key], random, instead);
  return Array.isArray(value)
    ? value.map((each: unknown, index) => (String(index) === key ? next : each))
    : { ...(value as object), [key]: next };
}

/** Values at the bounds that this schema speaks of, by the way in which they may be counted. */
function bounds(text: string): unknown[] {
  const of = (word: string): number[] =>
    [...text.matchAll(new RegExp(`"${word}":(-?[\\d.e+]+)`, 'g'))].map((found) => Number(found[1]));
  const near = (all: readonly number[]): number[] => all.flatMap((each) => [each - 1, each, each + 1]);
  const lengths = near(of('maxLength')).filter((length) => length >= 0 && length < 25_000);
  return [
    ...lengths.flatMap((length) => ['x'.repeat(length), '😀'.repeat(length), '😀'.repeat(length / 2)]),
    ...near(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].flatMap(of)),
  ];
}

describe('what is published of the interface', () => {
  let models: ScriptedModelServer;
  let system: TestedService;
  let url: string;
  let openApi: OpenApi;

  beforeAll(async () => {
    models = await startScriptedModelServer();
    system = await startWholeSystem(models);
    await system.app.listen(0, '127.0.0.1');
    url = await system.app.getUrl();
    openApi = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  }, 60_000);
  afterAll(async () => {
    await system?.close();
    await models?.close();
  });

  it.each(['openapi.json', 'asyncapi.json'])('has no error that a linter finds: %s', async (name) => {
    const source = await (await fetch(`${url}/${name}`)).text();
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source, absoluteRef: name, config });
    const errors = problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
  });

  const inPlace = (schema: object): object =>
    JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')) as object;
  const compiled = (schema: JsonSchema): ValidateFunction =>
    new Ajv2020({ strict: false, validateFormats: false }).compile({
      ...inPlace(schema),
      $defs: inPlace(openApi.components?.schemas ?? {}),
    });
  const definitions = (ref: string): JsonSchema | undefined =>
    openApi.components?.schemas?.[ref.split('/').at(-1) ?? ''];

  /** Values as the schema has them, with up to two places changed; the first from one that is known where one is. */
  function* valuesFor(schema: JsonSchema, random: Random, known: unknown): Generator<unknown> {
    const special = [...words, ...numbers, ...others, ...bounds(JSON.stringify([schema, openApi.components?.schemas]))];
    for (let count = 0; count < VALUES; count++) {
      let value = known ?? valueOf(schema, { random, hostility: 0, definitions });
      for (let changes = integer(random, 0, 2); changes > 0; changes--)
        value = changed(value, random, pick(random, special));
      // As it is sent; what no body may hold is refused before any schema is asked.
      const sent: unknown = JSON.parse(JSON.stringify(value));
      if (!jsonFault(sent, LIMITS)) yield sent;
    }
  }

  it('takes the bodies that the server takes, and no other', async () => {
    const { policy } = (await (await fetch(`${url}/v1/policy`)).json()) as { policy: object };
    const known = new Map<string, unknown>([
      ['PUT /v1/policy', policy],
      ['PATCH /v1/policy', policy],
    ]);
    let compared = 0;
    for (const { method, path, body } of routesOf(system.app.get(ModulesContainer))) {
      const route = `${method} ${path}`;
      const content = ownValue(openApi.paths, path)?.[method.toLowerCase()]?.requestBody?.content ?? {};
      const schema = ownValue(apiRoutes, route)?.body ?? body;
      const described = Object.values(content)[0]?.schema;
      expect({ route, isDescribed: described !== undefined }).toEqual({ route, isDescribed: schema !== undefined });
      if (!schema || !described) continue;
      const isPublished = compiled(described);
      const taken = new Set<boolean>();
      for (const value of valuesFor(described, seededRandom(route), known.get(route))) {
        const { success, error } = schema.safeParse(value);
        const why = error?.issues.map(({ path: way, message }) => `${way.join('.')} ${message}`).join('; ') ?? '';
        taken.add(success);
        if (isPublished(value) && isUnsaid(why, value)) continue;
        expect({ route, value, why, isTaken: success }).toEqual({ route, value, why, isTaken: isPublished(value) });
      }
      // Both happen, so that something was compared.
      expect({ route, taken: taken.size }).toEqual({ route, taken: 2 });
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  }, 120_000);

  it('takes the queries that the server takes, and no other', async () => {
    const asked = Object.entries(openApi.paths).flatMap(([path, { get }]) =>
      (path.includes('{') ? [] : (get?.parameters ?? []))
        .filter(({ in: place }) => place === 'query')
        .map(({ name, schema = {} }) => ({ path, name, schema })),
    );
    expect(asked.length).toBeGreaterThan(30);
    for (const { path, name, schema } of asked) {
      const isPublished = compiled(schema);
      const random = seededRandom(`${path} ${name}`);
      const edges = [
        ...words,
        ...numbers,
        ...bounds(JSON.stringify(schema)).filter((each) => typeof each === 'number'),
      ];
      for (let count = 0; count < 20; count++) {
        const value = String(
          random.next() < 0.2 ? valueOf(schema, { random, hostility: 0, definitions }) : pick(random, edges),
        );
        if (jsonFault(value, LIMITS)) continue;
        const reply = await fetch(`${url}${path}?${new URLSearchParams({ [name]: value }).toString()}`);
        const answer = await reply.text();
        const isClientsTaken = isPublished(/integer|number/.test(String(schema.type)) ? asNumber(value) : value);
        if (isClientsTaken && unsaidOfQueries.some((words) => words.test(answer))) continue;
        const told = { path, name, value, answer: answer.slice(0, 200) };
        expect({ ...told, isTaken: reply.status === 200 }).toEqual({ ...told, isTaken: isClientsTaken });
      }
    }
  }, 120_000);
});

/** The number that JSON reads in it; the text itself where that is none. */
function asNumber(text: string): unknown {
  try {
    return /^\s|\s$/.test(text) ? text : (JSON.parse(text) as unknown);
  } catch {
    return text;
  }
}
