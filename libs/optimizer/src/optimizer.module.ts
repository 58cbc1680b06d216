import { type DynamicModule, Module } from '@nestjs/common';
import { optimizerProcedure } from './domain/optimizer.procedure.ts';
import { OptimizerController } from './optimizer.controller.ts';
import { OptimizerDecisions, type OptimizerProcedure, PROCEDURE } from './optimizer-decisions.ts';

/**
 * - What comes in: content, measurements, ratings, and all decisions once they stand in the ledger.
 * - What it decides: hypotheses, experiments, what is applied and rolled back, how high the bar stands.
 * - What it remembers: nothing but what the log says. Its documents: `/v1/experiments`, `/v1/improvements`.
 */
@Module({})
export class OptimizerModule {
  static of(procedure: OptimizerProcedure = optimizerProcedure): DynamicModule {
    return {
      module: OptimizerModule,
      controllers: [OptimizerController],
      providers: [{ provide: PROCEDURE, useValue: procedure }, OptimizerDecisions],
    };
  }
}
