export { measureText, type MeasuredText } from './measure-text.ts';
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
export { nearDuplicates, similarity, type NearDuplicate } from './near-duplicates.ts';
export { predictedEngagement } from './predicted-engagement.ts';
export type { AspectName, CommentAspect, Polarity } from './comments/aspect.ts';
export { readComment, type ReadComment } from './comments/read-comment.ts';
