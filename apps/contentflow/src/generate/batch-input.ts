import { contentRequestSchema, contentTypes } from '@contentflow/contracts';
import type { Columns } from '@contentflow/input-files';
import { usageError } from '@contentflow/kernel';
import { validated } from '@contentflow/nest-platform';
import { keepRows, type KeptRows, type ReadRow } from '../command-line/kept-rows.ts';
import { type AskedColumns, asWritten, briefFields, fieldOf, METADATA } from './columns-asked.ts';

/** A row of a batch: what is asked for, or why it is refused. */
export type BatchRow = ReadRow<{ readonly brief: Readonly<Record<string, unknown>> }>;
/** A file of briefs: every row of it was looked at before the first is paid for. */
export type BatchInput = KeptRows<{ readonly brief: Readonly<Record<string, unknown>> }>;

const columns: Columns = {
  names: briefFields,
  required: ['contentType', 'topic'],
  prefixes: [METADATA],
  looksLikeRow: (line) => startsLikeRow.test(line),
  onUnknown: 'say what they are with --columns NAME=FIELD, or take them all as metadata.NAME with --columns metadata',
};
const startsLikeRow = new RegExp(`^\\s*"?(${contentTypes.join('|')})"?\\s*[,;\\t|]`);

/** @throws ContentFlowError `usage`, naming the file, and the line and column of what is wrong with it */
export const readBatch = (file: string, folder: string, asked: AskedColumns = asWritten): Promise<BatchInput> =>
  keepRows(
    file,
    { folder, option: '--data' },
    {
      columns: { ...columns, renamed: (column) => fieldOf(column, asked), expected: [...asked.meant.keys()] },
      read: (value) => ({ brief: goodBrief(briefOf(value)) }),
      refusal: 'bad_brief',
    },
  );

function goodBrief(brief: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  validated(contentRequestSchema, brief);
  return brief;
}

const lists = new Set(['keyPoints', 'keywords']);
const numbers = new Set(['length', 'maxCostUsd']);

/** A CSV row says lists with `|`, metadata in columns such as `metadata.sku`, and leaves empty what it does not say. */
function briefOf(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Columns are words from outside: maps, since a plain object has names of its own.
  const brief = new Map<string, unknown>();
  const metadata = new Map<string, unknown>();
  const note = (name: string, each: unknown): void => {
    if (metadata.has(name)) throw usageError(`${METADATA}${name}: is said twice`, 'leave one of the two out');
    metadata.set(name, each);
  };
  for (const [field, given] of Object.entries(value)) {
    if (given === '' || given === undefined) continue;
    if (field.startsWith(METADATA)) note(field.slice(METADATA.length), given);
    else if (lists.has(field) && typeof given === 'string') brief.set(field, items(given));
    else if (numbers.has(field) && typeof given === 'string' && /^[+-]?\d+(\.\d+)?$/.test(given.trim()))
      brief.set(field, Number(given));
    else if (field === 'metadata' && typeof given === 'string') note('text', given);
    else if (field === 'metadata' && typeof given === 'object' && given !== null && !Array.isArray(given))
      for (const [name, each] of Object.entries(given)) note(name, each);
    else brief.set(field, given);
  }
  if (metadata.size > 0) brief.set('metadata', Object.fromEntries(metadata));
  return Object.fromEntries(brief);
}
const items = (list: string): string[] =>
  list
    .split('|')
    .map((each) => each.trim())
    .filter((each) => each !== '');
