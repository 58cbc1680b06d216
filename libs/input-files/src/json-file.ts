import { messageOf, usageError } from '@contentflow/kernel';
import { parse, type ParseError, visit } from 'jsonc-parser';
import { repeatedKeyIn } from './repeated-keys.ts';
import { readText } from './text-lines.ts';

/** One JSON document. @throws ContentFlowError `usage`, naming the file and the place */
export function readJson(file: string): unknown {
  return jsonOf(file, readText(file));
}

/** @throws ContentFlowError `usage`, naming the file and the place */
export function jsonOf(file: string, text: string): unknown {
  if (text.trim() === '') throw usageError(`"${file}" is empty`, 'write JSON into it');
  const read = parsedJson(text);
  if ('problem' in read) throw usageError(`"${file}": ${lineAndColumn(text, read.at)}: ${read.problem}`);
  return read.value;
}

/** A value, or what is wrong with the text and at which of its characters. */
export type ParsedJson = { readonly value: unknown } | { readonly problem: string; readonly at: number };

/** As `JSON.parse`, but for an object that names a key twice: it would silently lose one of the two. */
export function parsedJson(text: string): ParsedJson {
  try {
    const value: unknown = JSON.parse(text);
    const repeated = repeatedKeyIn(text);
    return repeated ? { problem: `names "${repeated.key}" twice`, at: repeated.at } : { value };
  } catch (error) {
    const [what = ''] = messageOf(error).split(/ in JSON at position|, "|, \.\.\./);
    return { problem: `is not JSON: ${what}`, at: firstErrorIn(text) };
  }
}

/** `line 3, column 7`, both from 1. */
export function lineAndColumn(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

function firstErrorIn(text: string): number {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  return errors[0]?.offset ?? text.length;
}

/** Ids are written as numbers by some tools, and may be longer than a number keeps: two of them would become one. */
export function lostDigitsIn(text: string): { readonly problem: string; readonly at: number } | undefined {
  if (!/\d{16}/.test(text)) return undefined;
  let found: { problem: string; at: number } | undefined;
  visit(text, {
    onLiteralValue: (value, at, length) => {
      const written = text.slice(at, at + length);
      if (typeof value === 'number' && /^-?\d+$/.test(written) && !Number.isSafeInteger(value))
        found ??= { problem: `${written} has more digits than a number keeps; write it in quotes`, at };
    },
  });
  return found;
}
