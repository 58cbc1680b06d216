import { type Answer, type autonomyViewSchema, levers, type systemViewSchema } from '@contentflow/contracts';
import {
  autonomySetOn,
  frozenUntil,
  improvementsInForce,
  openExperiments,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { ownValue, setOwnValue } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import type { SystemRecord } from './report/record.ts';

/** What the system may do by itself, lever by lever. */
export type AutonomyView = Answer<typeof autonomyViewSchema>;

export const tunedLevers = [...levers, 'scaling'] as const;

export function autonomyView(state: SystemState, at: number): AutonomyView {
  // Each lever as it was set: a pause holds all of them, and lets go of all as they were.
  const running = { ...state, autonomy: { ...state.autonomy, state: 'running' as const } };
  const levels = tunedLevers.map((lever) => [lever, autonomySetOn(running, lever)]);
  const { state: now, reason } = state.autonomy;
  return {
    state: now,
    levers: Object.fromEntries(levels) as AutonomyView['levers'],
    reason,
    frozenUntil: frozenUntil(state.policy.freezeWindows, at) ?? null,
  };
}

/** What the system is after so many entries of the ledger, and by which of them. */
export type SystemView = Answer<typeof systemViewSchema>;
export type ContentTypeView = SystemView['contentTypes'][number];

export function systemView({ system, improvementEvents }: SystemRecord, at: number, contentType?: string): SystemView {
  const types = Object.keys(system.generation0)
    .filter((each) => contentType === undefined || each === contentType)
    .sort();
  return {
    position: system.position,
    policy: system.policy,
    policyVersion: system.policyVersion,
    autonomy: autonomyView(system, at),
    instances: system.instances,
    contentTypes: types.map((type) => contentTypeView(system, type, improvementEvents)),
    openAnomalies: Object.values(system.openAnomalies).map(({ basis: _basis, ...anomaly }) => anomaly),
    void: system.void,
  };
}

function contentTypeView(
  system: SystemState,
  contentType: string,
  events: SystemRecord['improvementEvents'],
): ContentTypeView {
  const recipe = recipeInForce(system, contentType);
  const isOfType = (each: { contentType: string }): boolean => each.contentType === contentType;
  return {
    contentType,
    generation0: recipeVersion(ownValue(system.generation0, contentType) ?? recipe),
    recipe: recipeVersion(recipe),
    inForce: recipe,
    improvements: improvementsInForce(system, contentType).map(
      ({ improvementId, status, lever, summary, change, appliedAt }) => ({
        improvementId,
        status,
        lever,
        summary,
        change,
        appliedAt,
        events: ownValue(events, improvementId) ?? [],
      }),
    ),
    experiments: openExperiments(system, contentType).map(
      ({ experimentId, lever, metric, change, status, startedAt, origin }) => ({
        experimentId,
        lever,
        metric,
        change,
        status,
        startedAt: startedAt ?? null,
        origin,
      }),
    ),
    adjustments: Object.values(system.adjustments)
      .filter(isOfType)
      .map(({ adjustmentId, kind, status, current, target }) => ({ adjustmentId, kind, status, current, target })),
    hypotheses: countsOf(Object.values(system.hypotheses).filter(isOfType)),
  };
}

function countsOf(items: readonly { readonly status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of items) setOwnValue(counts, status, (ownValue(counts, status) ?? 0) + 1);
  return counts;
}
