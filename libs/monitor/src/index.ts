import type { DecisionProcedure } from '@contentflow/decisions';
import { anomalies } from './domain/anomalies.ts';

export * from './domain/anomalies.ts';
export * from './domain/measure-generation.ts';
export * from './domain/watched-generations.ts';
export * from './monitor.module.ts';

/** How the monitor decides, for those who take its decisions again. */
export const procedures = [anomalies] as unknown as readonly DecisionProcedure[];
