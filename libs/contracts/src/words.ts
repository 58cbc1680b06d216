import { isLongerThan } from '@contentflow/kernel';
import { z } from 'zod';

/**
 * What somebody wrote: taken without the space around it, and not blank. One pattern says so to this parser and to whoever reads the published
 * schema, which `trim` and `min` would not: the schema would speak of the text as it came. Characters are counted as JSON Schema counts them, by code point.
 * @param most  characters that are left of it
 */
export const words = (most: number): z.ZodString => trimmed(most, `^\\s*\\S${upTo(most - 1)}\\s*$`);

/** The same, or nothing at all. */
export const anyWords = (most: number): z.ZodString => trimmed(most, `^\\s*(?:\\S${upTo(most - 1)}\\s*)?$`);

const trimmed = (most: number, pattern: string): z.ZodString =>
  z
    .string()
    .regex(new RegExp(pattern, 'u'), {
      error: ({ input }) => (String(input).trim() === '' ? 'is blank' : `is longer than ${most} characters`),
    })
    .trim();

/** After the first character: any that end in one that is no space. */
const upTo = (most: number): string => (most < 1 ? '' : `(?:[\\s\\S]{0,${most - 1}}\\S)?`);

/** A text of so many characters at most, as it stands: the published schema says so by `maxLength`, and counts by code point. */
export const upToCharacters = (most: number): z.ZodString => atMost(most, z.string());

/** The same of a text that has a form besides. */
export const atMost = <Text extends z.ZodType<string>>(most: number, text: Text): Text =>
  text
    .refine((each) => !isLongerThan(each, most), `is longer than ${most} characters`)
    .meta({ maxLength: most }) as Text;
