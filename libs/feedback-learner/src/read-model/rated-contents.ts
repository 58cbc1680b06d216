import { ContentGenerated, type EventData, Topic } from '@contentflow/contracts';
import type { Projection, StoredEvent } from '@contentflow/kernel';
import { countWords, type RatedContent } from '../domain/feedback.ts';

/** What a content item was like, for the feedback to come. The first completion of a brief wins. */
export const ratedContents: Projection<RatedContent> = {
  name: 'feedback-learner.contents',
  topics: [Topic.content],
  indexes: [],
  apply: {
    [ContentGenerated.type]: (document, { data }: StoredEvent<EventData<typeof ContentGenerated>>) =>
      document ?? {
        id: data.contentId,
        contentType: data.brief.contentType,
        unit: data.unit,
        assignment: data.assignment,
        words: countWords(data.content.body),
        quality: data.quality?.score ?? null,
        language: data.brief.language ?? null,
        simulated: data.simulated,
      },
  },
};
