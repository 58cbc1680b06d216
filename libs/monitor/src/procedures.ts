import type { DecisionProcedure } from '@contentflow/decisions';
import { anomalies } from './domain/anomalies.ts';
import { incidents } from './domain/incidents.ts';

/** How the monitor decides, for those who take its decisions again. */
export const procedures: readonly DecisionProcedure[] = [anomalies, incidents];
