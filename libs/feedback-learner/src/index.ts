import type { DecisionProcedure } from '@contentflow/decisions';
import { literalImpact } from './baselines/literal-impact.ts';
import { adjustments } from './domain/adjustments.ts';
import { impact } from './domain/impact.ts';

/** For audits: how each of the feedback learner's decisions is recomputed. */
export const procedures: readonly DecisionProcedure[] = [adjustments, impact];
/** How it would decide by the specification's rules taken literally, to be measured against. */
export const literalProcedures: readonly DecisionProcedure[] = [adjustments, literalImpact];

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
