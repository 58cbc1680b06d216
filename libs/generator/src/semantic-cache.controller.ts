import { words } from '@contentflow/contracts';
import { notFound, operatorCommand, PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Param, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ContentService } from './content.service.ts';
import { SemanticCache, type SemanticCacheStatus } from './semantic-cache.ts';

const allowanceSchema = z.strictObject({ state: z.literal('allowed'), reason: words(2000) });

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
    const { id, by } = operatorCommand(request, this.platform);
    await this.cache.allow(contentType, reason, by, id);
    return this.cache.statusOf(contentType);
  }
}
