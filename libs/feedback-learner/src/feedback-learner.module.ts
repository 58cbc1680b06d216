import { Module } from '@nestjs/common';
import { FeedbackController } from './feedback.controller.ts';
import { FeedbackDecisions } from './feedback-decisions.ts';
import { FeedbackService } from './feedback.service.ts';
import { LearningController } from './learning.controller.ts';
import { LearningQueries } from './learning.queries.ts';

/**
 * - What comes in: what readers say and do, by HTTP; what was generated and measured, by events.
 * - What it decides: which adjustments to propose (the optimizer puts them on trial), and whether a trial served readers.
 * - What it remembers: of each content what feedback on it needs; what ratings have taught. `/v1/adjustments`, `/v1/learning`.
 */
@Module({
  controllers: [FeedbackController, LearningController],
  providers: [FeedbackService, LearningQueries, FeedbackDecisions],
  exports: [FeedbackService],
})
export class FeedbackLearnerModule {}
