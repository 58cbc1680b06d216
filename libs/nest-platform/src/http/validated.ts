import { TOO_LARGE } from '@contentflow/contracts';
import { ContentFlowError, type JsonLimits } from '@contentflow/kernel';
import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { problemsIn } from '../field-problems.ts';
import { BODY_LIMITS, limitProblem } from './request-limits.ts';

/**
 * The value as its schema reads it, where it is within the limits.
 * @throws ContentFlowError `invalid-request` or `too-large`, naming every field that is wrong
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  limits: JsonLimits = BODY_LIMITS,
): z.output<Schema> {
  const beyond = limitProblem(value, limits);
  if (beyond) throw beyond;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = problemsIn(result.error, schema, value)
    .slice(0, 20)
    .map(({ path, problem }) => ({ field: path.join('.') || '(body)', problem }));
  const sentence = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  const isTooLarge = result.error.issues.some(
    (issue) => issue.code === 'custom' && issue.params?.['reason'] === TOO_LARGE.reason,
  );
  throw new ContentFlowError(isTooLarge ? 'too-large' : 'invalid-request', sentence, { cause: problems });
}

/** `@Body(valid(briefSchema)) brief: Brief` */
export const valid = (schema: z.ZodType, limits?: JsonLimits): SchemaPipe => ({
  schema,
  transform: (value: unknown) => validated(schema, value, limits),
});

/** A pipe that says what it checks by, so that the API's description is of what is really checked. */
interface SchemaPipe extends PipeTransform {
  readonly schema: z.ZodType;
}

export const schemaOf = (pipe: unknown): z.ZodType | undefined => {
  const schema = (pipe as Partial<SchemaPipe> | null)?.schema;
  return schema instanceof z.ZodType ? schema : undefined;
};
