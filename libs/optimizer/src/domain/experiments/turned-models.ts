import type { SystemState } from '@contentflow/decisions';
import { HOUR_MS, ownValue } from '@contentflow/kernel';

/** What was harmful from its beginning says something of its own content type; what was tried for so long and then ended for harm has changed. */
const LONG_TRIAL_MS = 4 * HOUR_MS;

/** Models whose trial, or that themselves, were stopped for harm since this time, though they had done well for hours before. */
export function turnedModels(
  { experiments, improvements }: Pick<SystemState, 'experiments' | 'improvements'>,
  since: number,
): { readonly contentType: string; readonly model: string }[] {
  const isLate = (begun = Infinity, ended = -Infinity): boolean => ended > since && ended - begun >= LONG_TRIAL_MS;
  const tried = Object.values(experiments).filter(
    ({ verdict, origin, startedAt, concludedAt }) =>
      verdict === 'control' && origin.kind !== 'retest' && isLate(startedAt, concludedAt),
  );
  const undone = improvements.filter(
    ({ status, experimentId, appliedAt, endedAt }) =>
      status === 'rolled_back' && isLate(ownValue(experiments, experimentId)?.startedAt ?? appliedAt, endedAt),
  );
  return [...tried, ...undone].flatMap(({ contentType, change }) =>
    change.kind === 'use_model' ? { contentType, model: change.model } : [],
  );
}
