import type { DecisionProcedure } from '@contentflow/decisions';
import { type DynamicModule, Module } from '@nestjs/common';
import { adjustments } from './domain/adjustments.ts';
import { impact } from './domain/impact.ts';
import { FeedbackController } from './feedback.controller.ts';
import { FeedbackDecisions, PROCEDURES } from './feedback-decisions.ts';
import { FeedbackService } from './feedback.service.ts';
import { LearningController } from './learning.controller.ts';
import { LearningQueries } from './learning.queries.ts';

/**
 * - What comes in: what readers say and do, by HTTP; what was generated and measured, by events.
 * - What it decides: which adjustments to propose (the optimizer puts them on trial), and whether a trial served readers.
 * - What it remembers: of each content what feedback on it needs; what ratings have taught. `/v1/adjustments`, `/v1/learning`.
 */
@Module({})
export class FeedbackLearnerModule {
  static of(procedures: readonly DecisionProcedure[] = [adjustments, impact]): DynamicModule {
    return {
      module: FeedbackLearnerModule,
      controllers: [FeedbackController, LearningController],
      providers: [{ provide: PROCEDURES, useValue: procedures }, FeedbackService, LearningQueries, FeedbackDecisions],
      exports: [FeedbackService],
    };
  }
}
