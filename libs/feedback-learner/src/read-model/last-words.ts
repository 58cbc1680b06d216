import { FeedbackReceived, projection } from '@contentflow/contracts';
import { z } from 'zod';

const lastWordSchema = z.object({ id: z.string(), rating: z.number() });
/** What one rater gave one content last. */
export type LastWord = z.output<typeof lastWordSchema>;

/** Who is named speaks once of each content: the last word counts. */
export const lastWordId = (contentId: string, rater: string): string => `${contentId} ${rater}`;

export const lastWords = projection<LastWord>('feedback-learner.last-words', lastWordSchema).on(
  FeedbackReceived,
  (document, { data }) =>
    data.rater === null || data.flood ? document : { id: lastWordId(data.contentId, data.rater), rating: data.rating },
  ({ data }) => lastWordId(data.contentId, data.rater ?? ''),
);
