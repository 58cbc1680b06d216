import { ownValue } from '@contentflow/kernel';
import { z } from 'zod';

/** What is wrong with a value, in the words of whoever wrote it; undefined where the library's own words serve. */
export function problemInWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `is ${kindOf(issue.input)}, not ${expected(issue.expected)}`;
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), issue.inclusive !== false, issue.input, 'least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), issue.inclusive !== false, issue.input, 'most');
    case 'invalid_value':
      return oneOf(issue.values.map(String), issue.input);
    case 'invalid_format':
      return ownValue(formats, issue.format);
    case 'not_multiple_of':
      return `is ${shown(issue.input)}, which is no multiple of ${issue.divisor}`;
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'unrecognized_keys':
    case 'custom':
      return undefined;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** `text`, `a list`: a form of JSON in plain words. */
export const expected = (type: string): string => ownValue(kinds, type) ?? type;

const formats: Readonly<Record<string, string>> = {
  url: 'is no address: write one such as https://example.com',
  email: 'is no e-mail address',
  datetime: 'is no time: write one such as 2026-01-05T12:00:00Z',
};

const LONGEST_SHOWN = 60;

/** Texts are shown in full where they are short; no secret is written where a number is wanted. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `text (${shown(value)})`;
  return typeof value === 'number' || typeof value === 'boolean' ? shown(value) : `a ${typeof value}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function oneOf(values: readonly string[], input: unknown): string {
  const known = values.length === 1 ? `"${values[0]}"` : `one of ${values.join(', ')}`;
  return input === undefined ? `is missing: write ${known}` : `is ${shown(input)}, not ${known}`;
}

/** `is -5, the least is 1`; `has 12 entries, the most are 10` */
function bound(origin: string, limit: number, isInclusive: boolean, input: unknown, which: 'least' | 'most'): string {
  if (origin === 'string') {
    const { length } = String(input);
    if (which === 'least' && length === 0) return 'is empty';
    return `has ${length} characters, the ${which === 'least' ? 'fewest' : 'most'} are ${limit}`;
  }
  if (origin === 'array' || origin === 'set') {
    const { length } = input as readonly unknown[];
    return `has ${length} ${length === 1 ? 'entry' : 'entries'}, the ${which === 'least' ? 'fewest' : 'most'} are ${limit}`;
  }
  if (isInclusive) return `is ${shown(input)}, the ${which} is ${limit}`;
  return `is ${shown(input)}, and must be ${which === 'least' ? 'above' : 'below'} ${limit}`;
}

// Once for everything that is parsed here: what a schema says of itself comes before it.
z.config({ customError: problemInWords });
