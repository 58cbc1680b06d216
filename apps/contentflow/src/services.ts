import type { DecisionProcedure } from '@contentflow/decisions';
import { procedures as feedbackLearner, FeedbackLearnerModule } from '@contentflow/feedback-learner';
import { type GeneratorOptions, GeneratorModule } from '@contentflow/generator';
import { LedgerModule } from '@contentflow/ledger';
import { MonitorModule } from '@contentflow/monitor';
import { OptimizerModule, procedures as optimizer } from '@contentflow/optimizer';
import { procedures as scaler, ScalerModule } from '@contentflow/scaler';
import type { DynamicModule, Type } from '@nestjs/common';

/** All six services, for one process. The ledger comes first: what the others say at their start is put in order. */
export const allServices = (generator: GeneratorOptions): (Type | DynamicModule)[] => [
  LedgerModule,
  GeneratorModule.of(generator),
  MonitorModule,
  OptimizerModule,
  FeedbackLearnerModule,
  ScalerModule,
];

/** How every decision is taken, for audits. */
export const procedures: ReadonlyMap<string, DecisionProcedure> = new Map(
  ([...feedbackLearner, ...optimizer, ...scaler] as readonly DecisionProcedure[]).map((each) => [each.name, each]),
);
