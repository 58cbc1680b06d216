import {
  type Checkpoint,
  checkpointSchema,
  CheckpointSigned,
  Topic,
  numberInQuery,
  pageSchema,
} from '@contentflow/contracts';
import { PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Checkpoints } from './checkpoints.ts';
import { endOf } from './domain/event-source.ts';

const listSchema = pageSchema.extend({
  after: numberInQuery(z.number().int().min(0)).optional().describe('the `next` of the page before'),
});

interface Found {
  readonly checkpoint: Checkpoint;
  readonly offset: number;
}

/** What the installation has signed, for whoever keeps it elsewhere. */
@Controller('v1/checkpoints')
export class CheckpointsController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly checkpoints: Checkpoints,
  ) {}

  /** The latest first. */
  @Get()
  async list(@Query(valid(listSchema)) { limit, after }: z.output<typeof listSchema>) {
    const { storedLog, signingKeys, simulated } = this.platform;
    const end = await endOf(storedLog, Topic.checkpoints);
    const found: Found[] = [];
    // One more than asked for says whether there are more.
    for (let to = Math.min(end, after ?? end); to > 0 && found.length <= limit; to = Math.max(0, to - limit))
      found.push(...(await this.between(Math.max(0, to - limit), to)).toReversed());
    const shown = found.slice(0, limit);
    return {
      items: shown.map(({ checkpoint }) => checkpoint),
      next: found.length > limit ? String(shown.at(-1)?.offset) : null,
      publicKey: signingKeys?.current.publicKey ?? null,
      simulated,
    };
  }

  private async between(from: number, to: number): Promise<Found[]> {
    const found: Found[] = [];
    for await (const events of this.platform.storedLog.read({ topic: Topic.checkpoints, partition: 0, from, to }))
      for (const { type, data, offset } of events) {
        const checkpoint = type === CheckpointSigned.type ? checkpointSchema.safeParse(data).data : undefined;
        if (checkpoint) found.push({ checkpoint, offset });
      }
    return found;
  }

  /** Signs all that the log holds now. */
  @Post()
  @HttpCode(200)
  sign(): Promise<Checkpoint> {
    return this.checkpoints.sign();
  }
}
