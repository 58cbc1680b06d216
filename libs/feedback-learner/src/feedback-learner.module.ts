import { Module } from '@nestjs/common';
import { FeedbackController } from './feedback.controller.ts';
import { FeedbackDecisions } from './feedback-decisions.ts';
import { FeedbackService } from './feedback.service.ts';
import { LearningController } from './learning.controller.ts';
import { LearningQueries } from './learning.queries.ts';

/** In comes what readers say and do; out go adjustments they ask for, and whether these served them. */
@Module({
  controllers: [FeedbackController, LearningController],
  providers: [FeedbackService, LearningQueries, FeedbackDecisions],
  exports: [FeedbackService],
})
export class FeedbackLearnerModule {}
