import type { DecisionProcedure } from '@contentflow/decisions';
import { optimizerProcedure } from './domain/optimizer.procedure.ts';

export { backtestSimilarity } from './backtests/similarity-backtest.ts';
export { literalOptimizer, literalPolicy } from './baselines/literal-optimizer.ts';
export { OptimizerModule } from './optimizer.module.ts';
export { looks } from './read-model/looks.ts';
export { modelOutcomes } from './read-model/model-outcomes.ts';

/** How it decides; for the service, and for audits. */
export const procedures: readonly DecisionProcedure[] = [optimizerProcedure];
