import type { AcceptedBatch, BatchStatus, BatchSummary, BatchDocument } from '@contentflow/contracts';
import { ContentFlowError, derivedId, messageOf, ownValue, setOwnValue } from '@contentflow/kernel';
import { type HostedCollection, notFound, ProjectionHost } from '@contentflow/nest-platform';
import type { Page } from '@contentflow/read-model';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Acceptance, ContentService } from './content.service.ts';
import { batches } from './read-model/batches.ts';
import { inTurns } from './turns.ts';

/** Many briefs at once, and how far they are. */
@Injectable()
export class ContentBatches implements OnModuleInit {
  private documents: HostedCollection<BatchDocument> | undefined;

  constructor(
    private readonly content: ContentService,
    private readonly projections: ProjectionHost,
  ) {}

  async onModuleInit(): Promise<void> {
    this.documents = await this.projections.start(batches);
  }

  /** Takes the good ones and names what is wrong with the others. The same batch id again takes nothing twice. */
  async take(
    id: string,
    briefs: readonly unknown[],
    how: Omit<Acceptance, 'batch' | 'commandId'>,
  ): Promise<AcceptedBatch> {
    const problems: { line: number; problem: string }[] = [];
    const read = await inTurns(briefs, (input, line) => {
      try {
        const acceptance = { ...how, commandId: derivedId(id, line), batch: { id, line } };
        return { request: this.content.parse(input), acceptance };
      } catch (error) {
        problems.push({ line, problem: messageOf(error) });
        return undefined;
      }
    });
    const good = read.filter((each) => each !== undefined);
    const accepted = good.length > 0 ? await this.content.acceptAll(good) : [];
    const items = accepted.map(({ contentId }, index) => ({
      line: good[index]?.acceptance.batch.line as number,
      id: contentId,
    }));
    return { id, items, problems };
  }

  async list({ limit, after }: { limit: number; after?: string | undefined }): Promise<Page<BatchStatus>> {
    const sort = { by: 'acceptedAt', descending: true };
    const { items, next } = await this.collection.find({ sort, limit, ...(after ? { after } : {}) });
    return { items: await Promise.all(items.map((each) => this.statusOf(each))), next };
  }

  /** @throws ContentFlowError `not-found` */
  async one(id: string): Promise<BatchSummary> {
    const document = await this.collection.latest(id);
    if (!document) throw notFound('batch', id);
    const failures: Record<string, number> = {};
    const nearDuplicates: BatchSummary['nearDuplicates'][number][] = [];
    let cost = 0;
    for await (const { id: contentId, usage, error, nearDuplicate } of this.content.ofBatch(id)) {
      cost += usage.cost;
      if (error) setOwnValue(failures, error.failure, (ownValue(failures, error.failure) ?? 0) + 1);
      if (nearDuplicate) nearDuplicates.push({ id: contentId, ...nearDuplicate });
    }
    return { ...(await this.statusOf(document)), cost, failures, nearDuplicates };
  }

  private get collection(): HostedCollection<BatchDocument> {
    if (!this.documents) throw new ContentFlowError('not-ready', 'the generator is still starting');
    return this.documents;
  }

  /** Counts at least what the batch has taken: one that has just been accepted has not ended. */
  private async statusOf(document: BatchDocument): Promise<BatchStatus> {
    const { contents } = this.content;
    await contents.caughtUpTo(this.collection.positions());
    const batchId = document.id;
    const [accepted, generated, failed] = await Promise.all([
      contents.count({ batchId }),
      contents.count({ batchId, status: 'generated' }),
      contents.count({ batchId, status: 'failed' }),
    ]);
    const status = generated + failed < accepted ? 'running' : 'ended';
    return { ...document, status, accepted, generated, failed };
  }
}
