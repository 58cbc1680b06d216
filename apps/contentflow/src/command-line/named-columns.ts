import { usageError } from '@contentflow/kernel';

/**
 * The column and the field that a part of `--columns` names: `title=topic`. A column's own name may hold `=`.
 * @throws ContentFlowError `usage`, naming the part that is wrong
 */
export function namedColumn(part: string, example: string): { readonly column: string; readonly field: string } {
  const at = part.lastIndexOf('=');
  const [column, field] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
  if (column !== '' && field !== '') return { column, field };
  throw usageError(`--columns: "${part.trim()}" names no column and field`, `write e.g. ${example}`);
}
