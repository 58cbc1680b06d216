import { z } from 'zod';

type JsonSchema = Readonly<Record<string, unknown>>;

/** A JSON text without the fence or the words that a model may have put around it. */
export function jsonIn(text: string): string {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text);
  return (fenced?.[1] ?? text).trim();
}

/**
 * What is wrong with a text that must be JSON of this schema; undefined where nothing is.
 * @throws Error for a schema that cannot be checked by
 */
export function jsonProblem(schema: JsonSchema, text: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `it is not JSON: ${(error as Error).message}`;
  }
  const { success, error } = validatorOf(schema).safeParse(value);
  if (success) return undefined;
  return error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`).join('; ');
}

/** @throws Error for a schema that cannot be checked by */
export function validatorOf(schema: JsonSchema): z.ZodType {
  const known = validators.get(schema) ?? z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  validators.set(schema, known);
  return known;
}
const validators = new WeakMap<JsonSchema, z.ZodType>();
