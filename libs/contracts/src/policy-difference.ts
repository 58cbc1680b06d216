import { canonicalJson, ownValue } from '@contentflow/kernel';
import { z } from 'zod';
import { type Policy, policySchema } from './policy.ts';
import { isRecord } from './renamed.ts';

/** A policy, or a part of one, by dotted key: `experiments.alpha`. Lists are values, as in a JSON merge patch. */
export type PolicyKeys = Readonly<Record<string, unknown>>;

/** One key that is another than before; absent where it has no value, as a lever that nobody set the autonomy of. */
export const policyChangeSchema = z.object({
  key: z.string(),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
});
export type KeyChange = z.output<typeof policyChangeSchema>;

export function policyKeys(part: object, path = ''): PolicyKeys {
  const entries = Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    isRecord(value) ? Object.entries(policyKeys(value, `${path}${key}.`)) : [[`${path}${key}`, value] as const],
  );
  return Object.fromEntries(entries);
}

/** The part of a policy that has these keys. */
export function policyPart(keys: PolicyKeys): object {
  const bySection = Map.groupBy(Object.entries(keys), ([key]) => key.split('.')[0] as string);
  return Object.fromEntries(
    [...bySection].map(([head, inner]) => {
      const [[key, value] = ['', undefined]] = inner;
      if (key === head) return [head, value];
      const below = inner.map(([each, innerValue]) => [each.slice(head.length + 1), innerValue]);
      return [head, policyPart(Object.fromEntries(below) as PolicyKeys)];
    }),
  );
}

/** Where two policies differ, by key. */
export const policyChanges = (before: Policy, after: Policy): KeyChange[] => changesBetween(before, after);

/** Where two plain objects of plain objects differ, by dotted key and in the keys' order; a list counts as one value. */
export function changesBetween(before: object, after: object): KeyChange[] {
  const [from, to] = [policyKeys(before), policyKeys(after)];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .sort()
    .filter((key) => !isSameValue(ownValue(from, key), ownValue(to, key)))
    .map((key) => ({
      key,
      ...(Object.hasOwn(from, key) ? { before: ownValue(from, key) } : {}),
      ...(Object.hasOwn(to, key) ? { after: ownValue(to, key) } : {}),
    }));
}

export const isSameValue = (a: unknown, b: unknown): boolean =>
  a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));

/**
 * The document with the patch merged into it: null takes a member out, a list replaces a list.
 * Source: RFC 7396, section 2
 */
export function mergePatched(document: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged = new Map(isRecord(document) ? Object.entries(document) : []);
  for (const [key, value] of Object.entries(patch))
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatched(merged.get(key), value));
  return Object.fromEntries(merged);
}

/** A policy that says all there is to say: what is left out is an error, and no default stands in for it. */
export const wholePolicySchema = withoutDefaults(policySchema).pipe(policySchema);

function withoutDefaults(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return withoutDefaults(schema.unwrap() as z.ZodType);
  if (!(schema instanceof z.ZodObject)) return schema;
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  return z.strictObject(Object.fromEntries(fields.map(([key, field]) => [key, withoutDefaults(field)])));
}
