import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { eventDefinitions } from './define-event.ts';
import { firstRefused, type JsonSchema } from './testing/compatibility.ts';
import { isUpcast } from './upcasters.ts';
import './index.ts';

const folder = new URL('../released/', import.meta.url);
const released = readdirSync(folder)
  .sort()
  .map((file): [string, Record<string, JsonSchema>] => [
    file.replace(/\.json$/, ''),
    JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, JsonSchema>,
  ]);
const schemaNow = (type: string): JsonSchema | undefined => {
  const schema = eventDefinitions.get(type)?.schema;
  return schema && (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
};

describe.each(released)('what release %s wrote', (_release, schemas) => {
  it.each(Object.entries(schemas))('as %s is read by the contract of now, or by an upcaster', (type, earlier) => {
    if (isUpcast(type)) return;
    const now = schemaNow(type);
    expect(now).toBeDefined();
    expect(firstRefused(earlier, now ?? {})).toBeUndefined();
  });
});

describe('a contract that old data do not fit', () => {
  const of = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
    z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;
  const earlier = z.object({
    id: z.string(),
    kind: z.enum(['a', 'b']),
    share: z.number(),
    note: z.string().optional(),
    parts: z.array(z.object({ n: z.number().int() })),
    limits: z.record(z.string(), z.number()),
    until: z.number().nullable(),
  });

  it.each([
    ['a field it did not have', earlier.extend({ extra: z.string() }), 'data.extra: is required now'],
    ['a field that was optional', earlier.extend({ note: z.string() }), 'data.note: is required now'],
    ['another type', earlier.extend({ id: z.number() }), 'data.id: is string, must be number'],
    ['fewer values', earlier.extend({ kind: z.literal('a') }), 'data.kind: "b" is no longer allowed'],
    ['a narrower range', earlier.extend({ share: z.number().max(1) }), 'data.share: maximum is now 1'],
    ['a longer text', earlier.extend({ id: z.string().min(1) }), 'data.id: minLength is now 1'],
    ['a pattern', earlier.extend({ id: z.string().regex(/^x/) }), 'data.id: pattern is now ^x'],
    [
      'a field inside a list',
      earlier.extend({ parts: z.array(z.object({ n: z.string() })) }),
      'data.parts[].n: is integer, must be string',
    ],
    [
      'another value by key',
      earlier.extend({ limits: z.record(z.string(), z.string()) }),
      'data.limits.*: is number, must be string',
    ],
    ['no null', earlier.extend({ until: z.number() }), 'data.until: is null, must be number'],
    ['no such field', z.strictObject(earlier.omit({ share: true }).shape), 'data.share: is no longer allowed'],
  ])('is told: %s', (_what, now, refusal) => {
    expect(firstRefused(of(earlier, 'output'), of(now, 'input'))).toBe(refusal);
  });

  it.each([
    ['the same', earlier],
    ['a field with a default', earlier.extend({ extra: z.string().default('') })],
    ['more values', earlier.extend({ kind: z.enum(['a', 'b', 'c']) })],
    ['one more alternative', earlier.extend({ id: z.union([z.number(), z.string()]) })],
    ['a wider range', earlier.extend({ parts: z.array(z.object({ n: z.number() })) })],
    ['a field less', earlier.omit({ note: true })],
    ['anything', earlier.extend({ limits: z.unknown() })],
  ])('is none: %s', (_what, now) => {
    expect(firstRefused(of(earlier, 'output'), of(now, 'input'))).toBeUndefined();
  });
});
