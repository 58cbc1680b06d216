import { optimizerProcedure } from './domain/optimizer.procedure.ts';

export { optimizerProcedure } from './domain/optimizer.procedure.ts';
export { OptimizerModule } from './optimizer.module.ts';

/** For audits. */
export const procedures = [optimizerProcedure];
