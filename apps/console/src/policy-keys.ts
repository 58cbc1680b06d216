import { ownValue } from '@contentflow/kernel/own-value';

/** One key of the policy, dotted, and its value. */
export interface PolicyKey {
  readonly key: string;
  readonly value: unknown;
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every key that has a value of its own, in the order of the policy. */
export function keysOf(policy: object, within = ''): PolicyKey[] {
  return Object.entries(policy).flatMap(([name, value]) => {
    const key = within === '' ? name : `${within}.${name}`;
    return isGroup(value) && Object.keys(value).length > 0 ? keysOf(value, key) : [{ key, value }];
  });
}

/** What changes one key and nothing else: a JSON merge patch (RFC 7396). */
export const patchOf = (key: string, value: unknown): object =>
  key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly $ref?: string;
}

/** What the keys mean, by the description that the API gives of its policy. */
export function descriptionsIn(openApi: object): ReadonlyMap<string, string> {
  const answer = at(openApi, [
    'paths',
    '/v1/policy',
    'get',
    'responses',
    '200',
    'content',
    'application/json',
    'schema',
  ]);
  const found = new Map<string, string>();
  const resolved = (schema: Described | undefined): Described | undefined =>
    schema?.$ref ? (at(openApi, schema.$ref.replace('#/', '').split('/')) as Described | undefined) : schema;
  const collect = (schema: Described | undefined, key: string): void => {
    const { description, properties } = resolved(schema) ?? {};
    if (description !== undefined) found.set(key, description);
    for (const [name, inner] of Object.entries(properties ?? {})) collect(inner, key === '' ? name : `${key}.${name}`);
  };
  collect(resolved(answer as Described | undefined)?.properties?.['policy'], '');
  return found;
}

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => (isGroup(inner) ? ownValue(inner, name) : undefined), value);
