import { type ContentFlowError, usageError } from '@contentflow/kernel';
import { nearestName } from '@contentflow/nest-platform/nearest-name';

/** `there is no action "creat"; did you mean "create"? There are list, create, rotate, revoke` */
export function unknownName(what: string, written: string, known: readonly string[]): ContentFlowError {
  const nearest = nearestName(written, known);
  const meant = nearest === undefined ? '' : `did you mean "${nearest}"? `;
  return usageError(`there is no ${what} "${written}"`, `${meant}there are ${known.join(', ')}`);
}
