import type { ContentDocument } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import { Injectable } from '@nestjs/common';
import { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';
import { GenerationWorker } from './generation-worker.ts';

/** Longest one waits for the document to follow the end of its brief. */
const VISIBLE_WITHIN_MS = 5000;

/** Ends briefs whose content is not wanted any more. */
@Injectable()
export class ContentCancellation {
  constructor(
    private readonly content: ContentService,
    private readonly updates: ContentUpdates,
    private readonly worker: GenerationWorker,
  ) {}

  /**
   * The document of a brief that is cancelled, now or before. Where its result was faster, that stands.
   * @throws ContentFlowError `not-found` for what was never accepted, `conflict` for what is generated or failed,
   *   `not-ready` while its end is not to be seen yet
   */
  async cancel(contentId: string, reason: string): Promise<ContentDocument> {
    const { endedAt } = await this.content.one(contentId);
    if (endedAt === undefined) await this.worker.cancel(contentId, reason);
    const document = await this.updates.ended(contentId, VISIBLE_WITHIN_MS);
    if (document?.endedAt === undefined)
      throw new ContentFlowError('not-ready', 'its end is not to be seen yet', { fix: 'ask again in a moment' });
    if (document.error?.failure === 'cancelled') return document;
    throw new ContentFlowError('conflict', `it is ${document.status} already`);
  }
}
