import type { SystemState } from '@contentflow/decisions';

/** Whether other traffic is made in another way than the holdback: it never was, it is not now, or it is. */
export type Changes = 'none_yet' | 'none_in_force' | 'in_force';

type Seen = Pick<SystemState, 'improvements' | 'qualityThresholds' | 'replacedModels'>;

/** What the traffic of this stretch of time was made with, in epoch milliseconds. */
export function changesIn(
  { improvements, qualityThresholds, replacedModels }: Seen,
  from: number,
  to: number,
): Changes {
  const isFollowed = Object.keys(qualityThresholds).length + Object.keys(replacedModels).length > 0;
  const begun = improvements.filter(({ appliedAt }) => appliedAt <= to);
  if (!isFollowed && begun.length === 0) return 'none_yet';
  return isFollowed || begun.some(({ endedAt = Infinity }) => endedAt > from) ? 'in_force' : 'none_in_force';
}
