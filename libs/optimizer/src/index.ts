export { backtestSimilarity } from './backtests/similarity-backtest.ts';
export { literalOptimizer, literalPolicy } from './baselines/literal-optimizer.ts';
export { OptimizerModule } from './optimizer.module.ts';
export { looks } from './read-model/looks.ts';
export { modelOutcomes } from './read-model/model-outcomes.ts';
export { procedures } from './procedures.ts';
