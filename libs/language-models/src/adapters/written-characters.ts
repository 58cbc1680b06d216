import { isRecord } from './error-document.ts';

/** Under these names stands what a model writes, in each protocol. What else is beside it, ids and signatures among it, is its server's. */
const WRITTEN: ReadonlySet<string> = new Set([
  'text',
  'content',
  'refusal',
  'thinking',
  'reasoning',
  'summary',
  'name',
  'code',
]);
/** What a call is made with: a text, or an object, all of which was written. */
const GIVEN: ReadonlySet<string> = new Set(['arguments', 'input']);

/** Characters of all that was written in a part of an answer, or in a list of them: by it is estimated what a server does not count. */
export function writtenCharacters(part: unknown): number {
  if (typeof part === 'string') return part.length;
  if (Array.isArray(part)) return part.reduce<number>((sum, each) => sum + writtenCharacters(each), 0);
  if (!isRecord(part)) return 0;
  return Object.entries(part).reduce((sum, [name, value]) => sum + charactersOf(name, value), 0);
}

function charactersOf(name: string, value: unknown): number {
  if (GIVEN.has(name) && isRecord(value)) return JSON.stringify(value).length;
  return GIVEN.has(name) || WRITTEN.has(name) || isRecord(value) ? writtenCharacters(value) : 0;
}
