import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  GenerationFailed,
  type Usage,
  projection,
  type ContentDocument,
  contentSchema,
} from '@contentflow/contracts';

const noUsage: Usage = { tokensIn: 0, tokensOut: 0, calls: 0, cost: 0, timeMs: 0, waitMs: 0, cache: 'off' };
const hasEnded = (document: ContentDocument): boolean =>
  document.status === 'generated' || document.status === 'failed';

/** The first completion of a brief wins; whatever comes after it changes nothing. */
export const contents = projection('generator.contents', contentSchema, [
  'acceptedAt',
  'status+acceptedAt',
  'contentType+acceptedAt',
  'contentType+status+acceptedAt',
  'batchId+acceptedAt',
  'batchId+status+acceptedAt',
  'recipe+acceptedAt',
])
  .on(
    BriefAccepted,
    (document, { data, time }) =>
      document ?? {
        id: data.contentId,
        status: 'accepted',
        brief: data.brief,
        contentType: data.brief.contentType,
        usage: noUsage,
        recipe: null,
        holdback: false,
        exposures: [],
        ...(data.batch ? { batch: data.batch } : {}),
        batchId: data.batch?.id ?? null,
        ...(data.keyId !== undefined && { keyId: data.keyId }),
        ...(data.personal && { personal: data.personal }),
        simulated: data.simulated,
        acceptedAt: time,
      },
  )
  .on(GenerationClaimed, (document) =>
    document && !hasEnded(document) ? { ...document, status: 'generating' } : document,
  )
  .on(ContentGenerated, (document, { data, time }) =>
    document && !hasEnded(document)
      ? {
          ...document,
          status: 'generated',
          content: data.content,
          ...(data.personal && { personal: data.personal }),
          ...(data.quality ? { quality: data.quality } : {}),
          ...made(data),
          revised: data.revised,
          belowThreshold: data.belowThreshold,
          ...(data.truncated ? { truncated: data.truncated } : {}),
          ...(data.unwrapped ? { unwrapped: data.unwrapped } : {}),
          ...(data.brand ? { brand: data.brand } : {}),
          ...(data.nearDuplicate ? { nearDuplicate: data.nearDuplicate } : {}),
          endedAt: time,
        }
      : document,
  )
  .on(GenerationFailed, (document, { data, time }) =>
    document && !hasEnded(document)
      ? {
          ...document,
          status: 'failed',
          ...made(data),
          error: { failure: data.failure, message: data.message },
          endedAt: time,
        }
      : document,
  );

const made = ({
  usage,
  assignment,
  calls,
}: Pick<EventData<typeof ContentGenerated>, 'usage' | 'assignment' | 'calls'>) => ({
  usage,
  recipe: assignment.recipe,
  holdback: assignment.holdback,
  exposures: assignment.exposures,
  improvements: assignment.improvements,
  calls,
});
