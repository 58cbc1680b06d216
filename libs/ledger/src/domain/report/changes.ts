import type { Changes } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';

type VisibleState = Pick<SystemState, 'improvements' | 'qualityThresholds' | 'replacedModels'>;

/** Whether other traffic of this stretch of time, in epoch milliseconds, was made in another way than the holdback: it never was, it is not now, or it is. */
export function changesIn(
  { improvements, qualityThresholds, replacedModels }: VisibleState,
  from: number,
  to: number,
): Changes {
  const isFollowed = Object.keys(qualityThresholds).length + Object.keys(replacedModels).length > 0;
  const begun = improvements.filter(({ appliedAt }) => appliedAt <= to);
  if (!isFollowed && begun.length === 0) return 'none_yet';
  return isFollowed || begun.some(({ endedAt = Infinity }) => endedAt > from) ? 'in_force' : 'none_in_force';
}
