import type { DecisionProcedure } from '@contentflow/decisions';
import { anomalies } from './domain/anomalies.ts';
import { anomalyDocuments } from './read-model/anomalies.ts';
import { baselineDocuments, unnamedBaselineDocuments } from './read-model/baselines.ts';
import { failureDocuments } from './read-model/failures.ts';
import { fineMetrics, hourlyMetrics } from './read-model/metrics.ts';
import { passedOnDocuments } from './read-model/passed-on.ts';

export * from './domain/anomalies.ts';
export * from './domain/failure-analysis.ts';
export * from './domain/root-causes.ts';
export * from './domain/measure-generation.ts';
export { OTHERS, UNNAMED } from './domain/passed-on.ts';
export * from './domain/watched-generations.ts';
export * from './monitor.module.ts';
export * from './read-model/anomalies.ts';
export * from './read-model/baselines.ts';
export { failureDocuments, type FailuresDocument } from './read-model/failures.ts';
export * from './read-model/metrics.ts';

/** How the monitor decides, for those who take its decisions again. */
export const procedures: readonly DecisionProcedure[] = [anomalies];

/** What the monitor remembers, for rebuilds. */
export const projections = [
  anomalyDocuments,
  baselineDocuments,
  unnamedBaselineDocuments,
  fineMetrics,
  hourlyMetrics,
  passedOnDocuments,
  failureDocuments,
] as const;
