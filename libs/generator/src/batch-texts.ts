import type { NearDuplicateIndex } from '@contentflow/text-quality';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { ContentService } from './content.service.ts';

/** Batches whose texts are kept at hand. */
const MAX_BATCHES = 8;
/** A text is compared with so many that came before it in its batch. */
const MAX_TEXTS = 20_000;

/** The texts made for each batch, so that one which nearly repeats another is found when it is made. */
@Injectable()
export class BatchTexts {
  private readonly batches = new LRUCache<string, Promise<NearDuplicateIndex>>({ max: MAX_BATCHES });

  constructor(private readonly content: ContentService) {}

  /** The earlier content of the batch that this text repeats most; a text that repeats none is remembered. */
  async nearest(
    batchId: string,
    contentId: string,
    text: string,
  ): Promise<{ of: string; similarity: number } | undefined> {
    const index = await (this.batches.get(batchId) ?? this.open(batchId));
    return index.add(contentId, text);
  }

  /** What another process made for a batch that is at hand here. */
  async saw(batchId: string, contentId: string, text: string): Promise<void> {
    const index = await this.batches.get(batchId)?.catch(() => undefined);
    index?.add(contentId, text);
  }

  private open(batchId: string): Promise<NearDuplicateIndex> {
    const opened = this.read(batchId);
    this.batches.set(batchId, opened);
    opened.catch(() => this.batches.delete(batchId));
    return opened;
  }

  /** What earlier runs made for it. */
  private async read(batchId: string): Promise<NearDuplicateIndex> {
    const quality = await import('@contentflow/text-quality');
    const index = new quality.NearDuplicateIndex({ maxTexts: MAX_TEXTS });
    for await (const { id, content, personal } of this.content.ofBatch(batchId))
      if (content && !personal) index.add(id, content.body);
    return index;
  }
}
