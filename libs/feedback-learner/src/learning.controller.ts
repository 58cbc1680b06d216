import { pageSchema } from '@contentflow/contracts';
import { PLATFORM, type Platform, valid } from '@contentflow/nest-platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { LearningQueries } from './learning.queries.ts';

const adjustmentQuerySchema = pageSchema.extend({
  status: z.enum(['proposed', 'on_trial', 'permanent', 'rolled_back', 'refused']).optional(),
  contentType: z.string().optional(),
});

@Controller('v1')
export class LearningController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly queries: LearningQueries,
  ) {}

  @Get('adjustments')
  async adjustments(@Query(valid(adjustmentQuerySchema)) query: z.output<typeof adjustmentQuerySchema>) {
    const { items, next } = await this.queries.adjustments(query);
    return { items: items.map((item) => ({ ...item, simulated: this.platform.simulated })), next };
  }

  @Get('learning')
  async learning() {
    return { ...(await this.queries.learning()), simulated: this.platform.simulated };
  }
}
