import type { DecisionProcedure } from '@contentflow/decisions';
import { optimizerProcedure } from './domain/optimizer.procedure.ts';

export { literalOptimizer } from './baselines/literal-optimizer.ts';

/** How it decides; for the service, and for audits. */
export const procedures: readonly DecisionProcedure[] = [optimizerProcedure];
