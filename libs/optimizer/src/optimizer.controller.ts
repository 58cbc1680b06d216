import {
  improvementsQuery,
  ImprovementRolledBack,
  newEvent,
  type LookDocument,
  type ModelOutcomesDocument,
  pageSchema,
  rollbackSchema,
} from '@contentflow/contracts';
import {
  type Account,
  accountsOf,
  type Experiment,
  type PredictionOutcome,
  type Improvement,
} from '@contentflow/decisions';
import { ContentFlowError, ownValue } from '@contentflow/kernel';
import {
  identityOf,
  notFound,
  operatorCommand,
  PLATFORM,
  type Platform,
  ProjectionHost,
  SystemStateReader,
  valid,
} from '@contentflow/nest-platform';
import type { Collection } from '@contentflow/read-model';
import { Body, Controller, Get, HttpCode, Inject, type OnModuleInit, Param, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { predictionOutcomeOf } from './domain/experiments/prediction-outcomes.ts';
import { spentOf } from './domain/learning-cost.ts';
import { OptimizerDecisions } from './optimizer-decisions.ts';
import { looks } from './read-model/looks.ts';
import { modelOutcomes } from './read-model/model-outcomes.ts';

const experimentsSchema = pageSchema.extend({
  status: z.enum(['registered', 'running', 'concluded', 'void']).optional(),
  contentType: z.string().optional(),
});

interface ListedImprovement extends Improvement {
  readonly id: string;
  readonly account: Account | null;
  readonly prediction: PredictionOutcome | null;
  readonly simulated: boolean;
}
type ListedExperiment = Experiment & { id: string; lastLook: LookDocument | null; simulated: boolean };
type Listed<T> = { items: T[]; next: string | null };

@Controller('v1')
export class OptimizerController implements OnModuleInit {
  private looks: Collection<LookDocument> | undefined;
  private outcomes: Collection<ModelOutcomesDocument> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly projections: ProjectionHost,
    private readonly decisions: OptimizerDecisions,
  ) {}

  async onModuleInit(): Promise<void> {
    this.looks = await this.projections.start(looks);
    this.outcomes = await this.projections.start(modelOutcomes);
  }

  /** Newest first, each with its last look. */
  @Get('experiments')
  async experiments(
    @Query(valid(experimentsSchema)) query: z.output<typeof experimentsSchema>,
  ): Promise<Listed<ListedExperiment>> {
    const all = Object.values(this.system.current().experiments)
      .filter(
        ({ status, contentType }) =>
          (query.status ?? status) === status && (query.contentType ?? contentType) === contentType,
      )
      .sort((a, b) => b.registeredAt - a.registeredAt);
    const { items, next } = page(all, query, ({ experimentId }) => experimentId);
    return { items: await Promise.all(items.map((each) => this.shown(each))), next };
  }

  @Get('experiments/:id')
  async experiment(@Param('id') id: string): Promise<ListedExperiment> {
    const experiment = ownValue(this.system.current().experiments, id);
    if (!experiment) throw notFound('experiment', id);
    return this.shown(experiment);
  }

  private async shown(experiment: Experiment): Promise<ListedExperiment> {
    const lastLook = (await this.looks?.get(experiment.experimentId)) ?? null;
    return { id: experiment.experimentId, ...experiment, lastLook, simulated: this.platform.simulated };
  }

  /** What the learned model of cost, time and quality predicted for each model, and how well. */
  @Get('outcomes')
  async modelOutcomes(): Promise<{ items: (ModelOutcomesDocument & { simulated: boolean })[] }> {
    const found = await this.outcomes?.find({ sort: { by: 'id' }, limit: 200 });
    const { simulated } = this.platform;
    return { items: (found?.items ?? []).map((each) => ({ ...each, simulated })) };
  }

  /** Newest first, each with its own account, and what came of what was predicted. */
  @Get('improvements')
  improvements(@Query(valid(improvementsQuery)) query: z.output<typeof improvementsQuery>): Listed<ListedImprovement> {
    const system = this.system.current();
    const all = system.improvements
      .filter(
        ({ status, contentType }) =>
          (query.status ?? status) === status && (query.contentType ?? contentType) === contentType,
      )
      .toReversed();
    const { items, next } = page(all, query, ({ improvementId }) => improvementId);
    return { items: this.withAccounts(items), next };
  }

  @Get('improvements/:id')
  improvement(@Param('id') id: string): ListedImprovement {
    const found = this.system.current().improvements.filter(({ improvementId }) => improvementId === id);
    const [improvement] = this.withAccounts(found);
    if (!improvement) throw notFound('improvement', id);
    return improvement;
  }

  private withAccounts(improvements: readonly Improvement[]): ListedImprovement[] {
    const system = this.system.current();
    const { simulated, clock } = this.platform;
    const observed = this.decisions.observed();
    const accounts = accountsOf(system, spentOf(observed), clock.now());
    return improvements.map((each) => ({
      id: each.improvementId,
      ...each,
      account: ownValue(accounts, each.improvementId) ?? null,
      prediction: predictionOutcomeOf(observed, system, each) ?? null,
      simulated,
    }));
  }

  /** A person takes an improvement out again, wherever it stands in the stack. */
  @Post('improvements/:id/rollback')
  @HttpCode(202)
  async rollBack(
    @Param('id') id: string,
    @Body(valid(rollbackSchema)) said: z.output<typeof rollbackSchema>,
    @Req() request: FastifyRequest,
  ): Promise<{ id: string; status: string }> {
    const improvement = this.system.current().improvements.find(({ improvementId }) => improvementId === id);
    if (!improvement) throw notFound('improvement', id);
    if (improvement.status === 'rolled_back') throw new ContentFlowError('conflict', 'it is rolled back already');
    const command = operatorCommand(request, this.platform);
    const by = identityOf(request) ? command.by : (said.by ?? command.by);
    const rolledBack = await this.platform.log.append([
      newEvent(ImprovementRolledBack, {
        subject: id,
        time: command.at,
        cause: { id: command.id },
        data: { improvementId: id, reason: `${by}: ${said.reason}`, by: 'person', impact: {}, basis: null },
      }),
    ]);
    await this.system.inLedger(rolledBack);
    return { id, status: 'rolled_back' };
  }
}

function page<T>(
  all: readonly T[],
  { limit, after }: z.output<typeof pageSchema>,
  idOf: (item: T) => string,
): Listed<T> {
  const start = after === undefined ? 0 : all.findIndex((item) => idOf(item) === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  return { items, next: last !== undefined && start + limit < all.length ? idOf(last) : null };
}
