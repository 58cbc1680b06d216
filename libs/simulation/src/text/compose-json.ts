import type { Random } from '@contentflow/kernel';

type Schema = Readonly<Record<string, unknown>>;

const DEEPEST = 8;

/** Some value that a JSON schema admits: what a model answers that was told to answer by one. */
export function composeJson(schema: Schema, sentence: string, random: Random, depth = 0): unknown {
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[random.below(schema.enum.length)] as unknown;
  const inner = (next: unknown): unknown =>
    depth >= DEEPEST ? null : composeJson((next ?? {}) as Schema, sentence, random, depth + 1);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return inner(choices[0]);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((schema.properties ?? {}) as Record<string, unknown>).map(([key, next]) => [key, inner(next)]),
      );
    case 'array':
      return Array.from({ length: Math.max(1, Number(schema.minItems ?? 1)) }, () => inner(schema.items));
    case 'integer':
      return Math.round(numberWithin(schema, random));
    case 'number':
      return Math.round(100 * numberWithin(schema, random)) / 100;
    case 'boolean':
      return random.next() < 0.5;
    case 'null':
      return null;
    default:
      return sentence;
  }
}

function numberWithin(schema: Schema, random: Random): number {
  const low = Number(schema.minimum ?? 0);
  const high = Number(schema.maximum ?? low + 10);
  return low + (high - low) * (0.4 + 0.4 * random.next());
}
