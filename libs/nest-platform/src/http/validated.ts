import { ContentFlowError } from '@contentflow/kernel';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';

/**
 * The value as its schema reads it.
 * @throws ContentFlowError `invalid-request`, naming every field that is wrong
 */
export function validated<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ field: path.join('.') || '(body)', problem: message }));
  const sentence = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new ContentFlowError('invalid-request', sentence, { cause: problems });
}

/** `@Body(valid(briefSchema)) brief: Brief` */
export const valid = (schema: z.ZodType): PipeTransform => ({
  transform: (value: unknown) => validated(schema, value),
});

/** `?limit=&after=` of every list. */
export const pageSchema = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  after: z.string().optional(),
});
