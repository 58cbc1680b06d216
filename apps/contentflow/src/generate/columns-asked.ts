import { contentRequestSchema } from '@contentflow/contracts';
import { namedColumn } from '../command-line/named-columns.ts';
import { unknownName } from '../command-line/unknown-name.ts';

/** How columns of other names are taken. */
export interface AskedColumns {
  /** The field of the brief that a column, by its name, is. */
  readonly meant: ReadonlyMap<string, string>;
  /** Whether all columns that are no field of a brief are taken as `metadata.NAME`. */
  readonly takesOthers: boolean;
}
export const asWritten: AskedColumns = { meant: new Map(), takesOthers: false };

export const METADATA = 'metadata.';
export const briefFields: readonly string[] = Object.keys(contentRequestSchema.in.shape);

/** The name that a column has in a brief. */
export function fieldOf(column: string, { meant, takesOthers }: AskedColumns): string {
  const field = meant.get(column) ?? column;
  const isKnown = briefFields.includes(field) || field.startsWith(METADATA);
  return isKnown || !takesOthers ? field : `${METADATA}${field}`;
}

/**
 * `title=topic,sku=metadata.sku`, `metadata`, or both.
 * @throws ContentFlowError `usage`, naming the part that is wrong
 */
export function columnsAsked(text: string | undefined): AskedColumns {
  if (text === undefined) return asWritten;
  const parts = text.split(',').map((part) => part.trim());
  const meant = new Map<string, string>();
  for (const part of parts.filter((each) => each !== 'metadata')) {
    const { column, field } = namedColumn(part, 'title=topic,sku=metadata.sku, or metadata');
    if (!briefFields.includes(field) && !/^metadata\../.test(field))
      throw unknownName('field of a brief', field, briefFields, '--columns');
    meant.set(column, field);
  }
  return { meant, takesOthers: parts.includes('metadata') };
}
