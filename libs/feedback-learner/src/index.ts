export { literalProcedures, procedures } from './procedures.ts';
export { FeedbackLearnerModule } from './feedback-learner.module.ts';
export { LearningQueries } from './learning.queries.ts';
export { FeedbackService } from './feedback.service.ts';
export { type Engagement, engagementSchema, type Feedback, feedbackSchema } from './domain/feedback.ts';
export { type Impact, type ImpactEvidence, type ImpactVerdict, judgeImpact } from './domain/impact.ts';
export {
  predictRating,
  type RatedFeatures,
  type RatingModel,
  updatedRatingModel,
  untrainedRatingModel,
} from './domain/rating-model.ts';

/** For rebuilds. */
export { adjustmentDocuments } from './read-model/adjustments.ts';
export { lastWords } from './read-model/last-words.ts';
export { learning } from './read-model/learning.ts';
export { ratedContents } from './read-model/rated-contents.ts';
