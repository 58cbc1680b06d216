import type { DecisionDocument } from '@contentflow/contracts';
import { notFound, pageSchema, PLATFORM, type Platform, ProjectionHost, valid } from '@contentflow/nest-platform';
import type { Collection } from '@contentflow/read-model';
import { Controller, Get, Inject, type OnApplicationBootstrap, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { decisionDocuments, withoutEvidence } from './read-model/decisions.ts';

const listSchema = pageSchema.extend({
  type: z.string().optional().describe('ImprovementApplied, or contentflow.optimizer.improvement-applied.v1'),
  contentType: z.string().optional(),
});

/** Every decision, the latest first. */
@Controller('v1/decisions')
export class DecisionsController implements OnApplicationBootstrap {
  private decisions!: Collection<DecisionDocument>;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly projections: ProjectionHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.decisions = await this.projections.start(decisionDocuments);
  }

  @Get()
  async list(@Query(valid(listSchema)) query: z.output<typeof listSchema>) {
    const { limit, after, type, contentType } = query;
    const page = await this.decisions.find({
      where: { ...(type ? { name: nameOf(type) } : {}), ...(contentType ? { contentType } : {}) },
      sort: { by: 'seq', descending: true },
      limit,
      after,
    });
    const { simulated } = this.platform;
    return { items: page.items.map((each) => ({ ...withoutEvidence(each), simulated })), next: page.next };
  }

  @Get(':id')
  async one(@Param('id') id: string) {
    const decision = await this.decisions.get(id);
    if (!decision) throw notFound('decision', id);
    return { ...decision, simulated: this.platform.simulated };
  }
}

/** `contentflow.optimizer.improvement-applied.v1` → `ImprovementApplied` */
function nameOf(type: string): string {
  const kebab = /^contentflow\.[a-z-]+\.([a-z-]+)\.v\d+$/.exec(type)?.[1];
  if (!kebab) return type;
  return kebab.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
