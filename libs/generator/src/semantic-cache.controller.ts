import { derivedId, systemClock } from '@contentflow/kernel';
import { commandId, notFound, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ContentService } from './content.service.ts';
import { SemanticCache, type SemanticCacheStatus } from './semantic-cache.ts';

const allowanceSchema = z.strictObject({ state: z.literal('allowed'), reason: z.string().trim().min(1).max(2000) });
/** Longest one waits for one's word to be in force here. */
const IN_FORCE_WITHIN_MS = 5000;

/** How often answers found by meaning are wrong, and a person's hand on it. */
@Controller('v1/semantic-cache')
export class SemanticCacheController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly cache: SemanticCache,
    private readonly content: ContentService,
  ) {}

  @Get()
  list(): { items: readonly SemanticCacheStatus[]; next: null } {
    return { items: this.cache.known(), next: null };
  }

  @Put(':contentType')
  async allow(
    @Param('contentType') contentType: string,
    @Body(valid(allowanceSchema)) { reason }: z.output<typeof allowanceSchema>,
    @Req() request: FastifyRequest,
  ): Promise<SemanticCacheStatus> {
    if (!this.content.knows(contentType)) throw notFound('content type', contentType);
    const { clock, instance, random } = this.platform;
    const by = request.headers['x-operator'];
    const id = commandId(request, derivedId(instance, `${clock.now()}-${random.next()}`));
    await this.cache.allow(contentType, reason, typeof by === 'string' && by !== '' ? by : 'operator', id);
    const until = systemClock.now() + IN_FORCE_WITHIN_MS;
    while (this.cache.statusOf(contentType).state === 'restricted' && systemClock.now() < until)
      await systemClock.sleep(5);
    return this.cache.statusOf(contentType);
  }
}
