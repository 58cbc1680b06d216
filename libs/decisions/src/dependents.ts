import type { Experiment, Improvement, SystemState } from './system-state.ts';

/** The experiment that an improvement now rests on: its latest re-test that came to an end, or the one it was found by. */
export function evidenceFor(
  { experiments }: Pick<SystemState, 'experiments'>,
  { improvementId, experimentId }: Improvement,
): Experiment | undefined {
  const retests = Object.values(experiments)
    .filter(({ origin, status }) => origin.kind === 'retest' && origin.id === improvementId && status === 'concluded')
    .sort((a, b) => (a.concludedAt as number) - (b.concludedAt as number));
  return retests.at(-1) ?? experiments[experimentId];
}

/**
 * Improvements in force that were applied after this one, in the same content type, and most of whose evidence was gathered while it was in
 * force: nobody knows what they bring without it.
 */
export function dependentsOf(
  state: Pick<SystemState, 'experiments' | 'improvements'>,
  { improvementId, contentType, appliedAt }: Improvement,
): Improvement[] {
  return state.improvements.filter((each) => {
    const isLater = each.contentType === contentType && each.appliedAt > appliedAt;
    if (!isLater || each.improvementId === improvementId) return false;
    if (each.status !== 'applied' && each.status !== 'confirmed') return false;
    const { startedAt, concludedAt = each.appliedAt } = evidenceFor(state, each) ?? {};
    return ((startedAt ?? concludedAt) + concludedAt) / 2 > appliedAt;
  });
}
