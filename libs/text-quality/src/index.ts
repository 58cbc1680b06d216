export { measureText, measureTextDeeply, type MeasuredText } from './measure-text.ts';
export { type Choosable, impartialMeasures, scoreUnder } from './impartial.ts';
export { measureNames, type MeasuredBrief, type MeasureName, type TextMeasures } from './measured-brief.ts';
export {
  calibrate,
  judgeOf,
  rulesVersion,
  scoreOfRating,
  type Calibration,
  type JudgeIdentity,
  type RatedMeasures,
} from './calibration.ts';
export type { SevereFailure } from './severe-failures.ts';
export { normaliseBrief } from './normalise-brief.ts';
export { nearDuplicates, NearDuplicateIndex, textComparison, type NearDuplicate } from './near-duplicates.ts';
export { predictedEngagement } from './predicted-engagement.ts';
export { type AspectName, type CommentAspect, labelsOf, type Polarity, type ReadComment } from './comments/aspect.ts';
export { type CommentReader, openCommentReader } from './comments/read-comment.ts';
export {
  learnRatings,
  predictRating,
  ratingIntervalCoverage,
  type PredictedRating,
  type RatedText,
  type RatingModel,
} from './learning/rating-model.ts';
export {
  engagementRate,
  learnEngagement,
  type EngagementModel,
  type CompetingText,
} from './learning/engagement-model.ts';
export { isUnreadable, type FileRecord, type UnreadableRow } from './backtests/unreadable.ts';
export {
  qualityBacktest,
  readQualityRow,
  type QualityResult,
  type QualityRow,
  type QualitySummary,
} from './backtests/quality-backtest.ts';
export type { CommentFigures, Figures } from './backtests/comment-figures.ts';
export {
  commentsBacktest,
  readCommentRow,
  type CommentResult,
  type CommentRow,
  type CommentsSummary,
} from './backtests/comments-backtest.ts';
export {
  ratingsBacktest,
  readRatingRow,
  type LearningPoint,
  type RatingResult,
  type RatingRow,
  type RatingsSummary,
} from './backtests/ratings-backtest.ts';
export {
  engagementBacktest,
  readEngagementRow,
  type EngagementResult,
  type EngagementRow,
  type EngagementSummary,
  type PairwiseAccuracy,
} from './backtests/engagement-backtest.ts';
export { checkGrammar } from './deep-grammar.ts';
export type { GrammarSlip } from './grammar-slip.ts';
export { textFindings, type TextFindings } from './text-findings.ts';
export type { UnsupportedClaims } from './measures/groundedness.ts';
