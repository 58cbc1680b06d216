import { optimizerProcedure } from './domain/optimizer.procedure.ts';

export { benchOptimizerErrorRates } from './benchmarks/optimizer-error-rates.ts';
export { optimizerProcedure } from './domain/optimizer.procedure.ts';
export { OptimizerModule } from './optimizer.module.ts';
export { looks } from './read-model/looks.ts';

/** For audits. */
export const procedures = [optimizerProcedure];
