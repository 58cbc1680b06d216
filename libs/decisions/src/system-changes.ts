import { changesBetween, type KeyChange } from '@contentflow/contracts';
import { openExperiments } from './system-state/experiments.ts';
import { improvementsInForce } from './system-state/improvements.ts';
import { recipeInForce } from './system-state/recipes.ts';
import type { SystemState } from './system-state.ts';

/**
 * In what the system differs between two instants: policy, autonomy, instances, open anomalies; of each content type the recipe in force with its
 * thresholds, the improvements, and the experiments that are open. By dotted key; what is absent before or after was not there.
 */
export const systemChanges = (before: SystemState, after: SystemState, contentType?: string): KeyChange[] =>
  changesBetween(compared(before, contentType), compared(after, contentType));

function compared(state: SystemState, contentType: string | undefined): object {
  const types = Object.keys(state.generation0).filter((each) => contentType === undefined || each === contentType);
  const byType = types.map((type) => [type, comparedType(state, type)] as const);
  if (contentType !== undefined) return Object.fromEntries(byType);
  const { autonomy, instances, policy, openAnomalies } = state;
  const anomalies = Object.entries(openAnomalies).map(([id, { rule, model }]) => [id, `${rule} of ${model}`] as const);
  return { autonomy, instances, policy, anomalies: Object.fromEntries(anomalies), ...Object.fromEntries(byType) };
}

const comparedType = (state: SystemState, type: string): object => ({
  recipe: recipeInForce(state, type),
  improvements: Object.fromEntries(
    improvementsInForce(state, type).map(({ improvementId, summary, status }) => [
      improvementId,
      `${summary} (${status})`,
    ]),
  ),
  experiments: Object.fromEntries(
    openExperiments(state, type).map(({ experimentId, lever, status }) => [experimentId, `${lever} (${status})`]),
  ),
});
