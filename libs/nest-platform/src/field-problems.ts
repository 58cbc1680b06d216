import { expected } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { z } from 'zod';
import { nearestName } from './nearest-name.ts';

/** What is wrong with one field. */
export interface FieldProblem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

/** Each problem by the field it is of: a key that nobody knows is one of that key, and one that is left out is missing. */
export function problemsIn(error: z.ZodError, schema: z.ZodType, value: unknown): FieldProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, issue.path));

  function problemsOf(issue: z.core.$ZodIssue, path: readonly PropertyKey[]): FieldProblem[] {
    if (issue.code === 'invalid_union') {
      const meant = formMeant(issue.errors);
      if (meant) return meant.flatMap((inner) => problemsOf(inner, [...path, ...inner.path]));
      return [{ path, problem: noneOf(issue) }];
    }
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: [...path, key], problem: unknownName(key, keysAt(schema, path)) }));
    const isMissing = issue.code === 'invalid_type' && path.length > 0 && valueAt(value, path) === undefined;
    if (isMissing) return [{ path, problem: 'is missing' }];
    return [
      {
        path,
        problem: `${issue.message}${issue.code === 'invalid_value' ? meantBy(issue, valueAt(value, path)) : ''}`,
      },
    ];
  }
}

/** Of what is wrong with a value as each of its forms: the form that it is of by its kind, else nothing. The most that is right is meant. */
function formMeant(forms: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | undefined {
  const isOfKind = (issues: readonly z.core.$ZodIssue[]): boolean =>
    !issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'));
  return forms.filter(isOfKind).toSorted((a, b) => a.length - b.length)[0];
}

/** `; did you mean "running"?` */
function meantBy({ values }: z.core.$ZodIssueInvalidValue, written: unknown): string {
  const nearest = typeof written === 'string' ? nearestName(written, values.map(String)) : undefined;
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

/** `is neither text nor an object` */
function noneOf({ errors }: z.core.$ZodIssueInvalidUnion): string {
  const types = errors.flatMap((issues) =>
    issues.flatMap((issue) => (issue.path.length === 0 && issue.code === 'invalid_type' ? issue.expected : [])),
  );
  if (types.length === 0) return 'has none of the forms that it may have';
  const [first = '', ...others] = [...new Set(types)].map(expected);
  return others.length === 0 ? `is not ${first}` : `is neither ${first} nor ${others.join(' nor ')}`;
}

/** What is wrong with a name that is none of these, and which was meant, it seems. */
export function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? 'is not known' : `is not known; did you mean "${nearest}"?`;
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? ownValue(inner as Record<string, unknown>, String(key)) : undefined,
    value,
  );

/** The keys that the schema has at this place, whichever of its forms is meant. */
const keysAt = (schema: z.ZodType, path: readonly PropertyKey[]): string[] =>
  path
    .reduce<z.ZodType[]>((schemas, key) => schemas.flatMap((each) => innerAt(each, key)), formsOf(schema))
    .flatMap((each) => {
      if (each instanceof z.ZodObject) return Object.keys(each.shape as object);
      return each instanceof z.ZodRecord && each.keyType instanceof z.ZodEnum ? each.keyType.options.map(String) : [];
    });

function innerAt(schema: z.ZodType, key: PropertyKey): z.ZodType[] {
  if (schema instanceof z.ZodArray) return formsOf(schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) return formsOf(schema.valueType as z.ZodType);
  if (!(schema instanceof z.ZodObject)) return [];
  const field = ownValue(schema.shape as Record<string, z.ZodType | undefined>, String(key));
  return field ? formsOf(field) : [];
}

/** The schema without what is wrapped around it: objects, lists and figures. */
function formsOf(schema: z.ZodType): z.ZodType[] {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable
  )
    return formsOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe) return formsOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(formsOf);
  return [schema];
}
