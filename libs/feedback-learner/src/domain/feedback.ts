import {
  anyWords,
  aspectSchema,
  assignmentSchema,
  EngagementRecorded,
  words,
  upToCharacters,
} from '@contentflow/contracts';
import type { CommentReader } from '@contentflow/text-quality';
import { z } from 'zod';

const rater = words(200).optional();

/** What a reader says of a content item. */
export const feedbackSchema = z
  .strictObject({
    rating: z.number().min(1).max(5),
    comment: anyWords(5_000).optional(),
    edit: upToCharacters(200_000).optional(),
    rater,
  })
  .describe('Feedback');

/** The same of the answer to a call whose use was named. */
export const completionFeedbackSchema = feedbackSchema
  .extend({ completion: words(200).describe('the id of the answer, or its header x-request-id') })
  .describe('CompletionFeedback');
export type CompletionFeedback = z.output<typeof completionFeedbackSchema>;
export type Feedback = z.output<typeof feedbackSchema>;

/** More than anyone could mean: of seconds, of money, or of times. */
const MOST_MEANT = 1e9;

/** What a reader does with a content item. */
export const engagementSchema = z
  .strictObject({
    kind: EngagementRecorded.schema.shape.kind,
    value: z.number().min(0).max(MOST_MEANT).optional(),
    rater,
  })
  .describe('Engagement');
export type Engagement = z.output<typeof engagementSchema>;

export type Aspect = z.output<typeof aspectSchema>;

/** What the feedback learner remembers of a content item. */
export const ratedContentSchema = z.object({
  id: z.string(),
  contentType: z.string(),
  unit: z.string(),
  assignment: assignmentSchema,
  words: z.number(),
  quality: z.number().nullable(),
  language: z.string().nullable(),
  madeAt: z.number().optional().describe('documents of an earlier release do not say'),
  subject: z.string().optional().describe('pseudonym of whom it is about, where it is about a person'),
  answerId: z.string().optional().describe('by which its caller knows the answer to a call whose use was named'),
  simulated: z.boolean(),
});
export type RatedContent = z.output<typeof ratedContentSchema>;

/** An edit that changes the length by less says nothing of length. */
const MIN_LENGTH_CHANGE = 0.15;

/** What a reader's comment and edit say, aspect by aspect. */
export function aspectsOf(
  { comment, edit }: Feedback,
  content: RatedContent,
  reader: CommentReader | undefined,
): Aspect[] {
  const said = comment && reader ? reader.read(comment).aspects : [];
  const shown = edit === undefined || content.words === 0 ? undefined : lengthShownBy(edit, content.words);
  const isMentioned = said.some(({ aspect }) => aspect === 'length');
  return [...said, ...(shown && !isMentioned ? [shown] : [])];
}

function lengthShownBy(edit: string, words: number): Aspect | undefined {
  const kept = countWords(edit) / Math.max(1, words);
  if (kept === 0 || Math.abs(kept - 1) < MIN_LENGTH_CHANGE) return undefined;
  return { aspect: 'length', polarity: 'negative', wanted: kept < 1 ? 'shorter' : 'longer' };
}

export const countWords = (text: string): number => text.match(/\S+/g)?.length ?? 0;
