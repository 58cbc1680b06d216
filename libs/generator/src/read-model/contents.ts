import {
  BriefAccepted,
  type Brief,
  ContentGenerated,
  type EventData,
  type Exposure,
  GenerationClaimed,
  GenerationFailed,
  type Quality,
  type Usage,
  projection,
} from '@contentflow/contracts';

/** One content item as the API shows it. Times in epoch milliseconds. */
export interface ContentDocument {
  readonly id: string;
  readonly status: 'accepted' | 'generating' | 'generated' | 'failed';
  readonly brief: Brief;
  readonly contentType: string;
  readonly content?: EventData<typeof ContentGenerated>['content'];
  readonly quality?: Quality;
  readonly usage: Usage;
  readonly recipe: string | null;
  readonly holdback: boolean;
  readonly exposures: readonly Exposure[];
  readonly revised?: boolean;
  readonly belowThreshold?: boolean;
  readonly brand?: EventData<typeof ContentGenerated>['brand'];
  readonly nearDuplicate?: EventData<typeof ContentGenerated>['nearDuplicate'];
  readonly batch?: { readonly id: string; readonly line: number };
  readonly batchId: string | null;
  readonly simulated: boolean;
  readonly error?: { readonly failure: string; readonly message: string };
  readonly acceptedAt: number;
  readonly endedAt?: number;
}

const noUsage: Usage = { tokensIn: 0, tokensOut: 0, calls: 0, cost: 0, timeMs: 0, waitMs: 0, cache: 'off' };
const hasEnded = (document: ContentDocument): boolean =>
  document.status === 'generated' || document.status === 'failed';

/** The first completion of a brief wins; whatever comes after it changes nothing. */
export const contents = projection<ContentDocument>('generator.contents', [
  'acceptedAt',
  'status',
  'contentType',
  'batchId+status',
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
          ...(data.quality ? { quality: data.quality } : {}),
          ...made(data),
          revised: data.revised,
          belowThreshold: data.belowThreshold,
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

const made = ({ usage, assignment }: Pick<EventData<typeof ContentGenerated>, 'usage' | 'assignment'>) => ({
  usage,
  recipe: assignment.recipe,
  holdback: assignment.holdback,
  exposures: assignment.exposures,
});
