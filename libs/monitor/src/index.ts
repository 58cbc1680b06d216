import { DUE_NOTIFICATIONS, toldIncidents } from './domain/due-notifications.ts';
import { anomalyDocuments } from './read-model/anomalies.ts';
import { baselineDocuments, unnamedBaselineDocuments } from './read-model/baselines.ts';
import { failureDocuments } from './read-model/failures.ts';
import { incidentDocuments, notificationDocuments } from './read-model/incidents.ts';
import { fineMetrics, hourlyMetrics } from './read-model/metrics.ts';
import { passedOnDocuments } from './read-model/passed-on.ts';

export * from './domain/anomalies.ts';
export * from './domain/failure-analysis.ts';
export * from './domain/incident-words.ts';
export * from './domain/incidents.ts';
export * from './domain/root-causes.ts';
export * from './domain/measure-generation.ts';
export { OTHERS, UNNAMED } from './domain/passed-on.ts';
export * from './domain/watched-generations.ts';
export * from './monitor-options.ts';
export * from './monitor.module.ts';
export type { ShownChannel, TestOutcome } from './notifications.ts';
export { procedures } from './procedures.ts';
export * from './read-model/anomalies.ts';
export * from './read-model/baselines.ts';
export { failureDocuments, type FailuresDocument } from './read-model/failures.ts';
export * from './read-model/metrics.ts';

/** What the monitor remembers, for rebuilds. */
export const projections = [
  anomalyDocuments,
  incidentDocuments,
  notificationDocuments,
  baselineDocuments,
  unnamedBaselineDocuments,
  fineMetrics,
  hourlyMetrics,
  passedOnDocuments,
  failureDocuments,
] as const;

/** What the monitor keeps folded beside its procedures. */
export const folds = { [DUE_NOTIFICATIONS]: toldIncidents } as const;
