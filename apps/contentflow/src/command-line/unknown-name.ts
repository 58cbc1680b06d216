import { type ContentFlowError, usageError } from '@contentflow/kernel';
import { nearestName } from '@contentflow/nest-platform/nearest-name';

/**
 * `there is no action "creat"; did you mean "create"? There are list, create, rotate, revoke`
 * @param where  which option it was written in, e.g. `--scopes`
 */
export function unknownName(what: string, written: string, known: readonly string[], where?: string): ContentFlowError {
  const nearest = nearestName(written, known);
  const meant = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  return usageError(
    `${where === undefined ? '' : `${where}: `}there is no ${what} "${written}"`,
    `${meant}there are ${known.join(', ')}`,
  );
}
