import { type DecisionDocument, decisionsQuery } from '@contentflow/contracts';
import { notFound, PLATFORM, type Platform, ProjectionHost, valid } from '@contentflow/nest-platform';
import type { Collection } from '@contentflow/read-model';
import { Controller, Get, Inject, type OnApplicationBootstrap, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { decisionDocuments, withoutEvidence } from './read-model/decisions.ts';

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
  async list(@Query(valid(decisionsQuery)) query: z.output<typeof decisionsQuery>) {
    const { limit, after, type, contentType, subject, since = -Infinity } = query;
    const page = await this.decisions.find({
      where: {
        ...(type ? { name: nameOf(type) } : {}),
        ...(contentType ? { contentType } : {}),
        ...(subject ? { subject } : {}),
      },
      sort: { by: 'seq', descending: true },
      limit,
      after,
    });
    const { simulated } = this.platform;
    const items = page.items.filter(({ time }) => time >= since);
    // They are in the order of their chain: behind the first that is too old there is none that is not.
    const next = items.length < page.items.length ? null : page.next;
    return { items: items.map((each) => ({ ...withoutEvidence(each), simulated })), next };
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
