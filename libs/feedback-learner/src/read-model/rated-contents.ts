import { ContentGenerated, projection, UseServed } from '@contentflow/contracts';
import { countWords, type RatedContent, ratedContentSchema } from '../domain/feedback.ts';

/** What a content item was like, for the feedback to come. The first completion of a brief wins. */
export const ratedContents = projection<RatedContent>('feedback-learner.contents', ratedContentSchema, [
  'answerId+madeAt',
])
  .on(
    ContentGenerated,
    (document, { data, time }) =>
      document ?? {
        id: data.contentId,
        contentType: data.brief.contentType,
        unit: data.unit,
        assignment: data.assignment,
        // Of what is sealed nobody knows how long it is.
        words: data.personal ? 0 : countWords(data.content.body),
        quality: data.quality?.score ?? null,
        language: data.brief.language ?? null,
        madeAt: time,
        simulated: data.simulated,
        ...(data.personal && { subject: data.personal.subject }),
      },
  )
  .on(UseServed, (document, { data, time }) => {
    if (document ?? data.failure !== undefined) return document;
    const { completionId: id, answerId, use: contentType, unit, assignment, answer, simulated } = data;
    const { words = 0, quality } = answer ?? {};
    return {
      ...{ id, contentType, unit, assignment, words, language: null, madeAt: time, simulated },
      quality: quality?.score ?? null,
      ...(answerId !== undefined && { answerId }),
    };
  });
