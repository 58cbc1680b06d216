import { levers, type Lever, newEvent, OperatorIntervened, proposalsQuery, reasonSchema } from '@contentflow/contracts';
import { type Intervention, objectionTo, proposalsOf, recipeInForce, type SystemState } from '@contentflow/decisions';
import { ContentFlowError, ownValue } from '@contentflow/kernel';
import {
  notFound,
  operatorCommand,
  PLATFORM,
  type Platform,
  SystemStateReader,
  valid,
} from '@contentflow/nest-platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAlreadyInEffect } from './domain/interventions.ts';

const { reason } = reasonSchema.shape;
const pinSchema = z.strictObject({ pinned: z.boolean(), reason });
const thresholdSchema = z.strictObject({ threshold: z.number().min(0).max(10), reason });

type Reasoned = z.output<typeof reasonSchema>;

/** A person's hand on one proposal, lever, experiment or improvement: each word is a decision with its effect. */
@Controller('v1')
export class InterventionsController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
  ) {}

  @Get('proposals')
  proposals(@Query(valid(proposalsQuery)) query: z.output<typeof proposalsQuery>) {
    const { status, contentType, limit, after } = query;
    const all = this.listed().filter(
      (each) => (status ?? each.status) === each.status && (contentType ?? each.contentType) === each.contentType,
    );
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    const items = all.slice(start, start + limit);
    return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null };
  }

  @Post('proposals/:id/approve')
  @HttpCode(200)
  async approve(@Param('id') id: string, @Body(valid(reasonSchema)) said: Reasoned, @Req() request: FastifyRequest) {
    await this.intervene({ action: 'approve', target: id }, said, request);
    return this.listedProposal(id);
  }

  @Post('proposals/:id/refuse')
  @HttpCode(200)
  async refuse(@Param('id') id: string, @Body(valid(reasonSchema)) said: Reasoned, @Req() request: FastifyRequest) {
    await this.intervene({ action: 'refuse', target: id }, said, request);
    return this.listedProposal(id);
  }

  @Get('pins')
  pins() {
    return { items: Object.values(this.system.current().pins), next: null };
  }

  @Put('pins/:contentType/:lever')
  async pin(
    @Param('contentType') contentType: string,
    @Param('lever') lever: string,
    @Body(valid(pinSchema)) { pinned, reason: why }: z.output<typeof pinSchema>,
    @Req() request: FastifyRequest,
  ) {
    if (!isLever(lever)) throw notFound('lever', lever);
    const about = { target: `${contentType}/${lever}`, contentType, lever };
    await this.intervene({ action: pinned ? 'pin' : 'unpin', ...about }, { reason: why }, request);
    return this.pins();
  }

  @Put('quality-thresholds/:contentType')
  async setThreshold(
    @Param('contentType') contentType: string,
    @Body(valid(thresholdSchema)) { threshold, reason: why }: z.output<typeof thresholdSchema>,
    @Req() request: FastifyRequest,
  ) {
    await this.intervene({ action: 'set_threshold', target: contentType, threshold }, { reason: why }, request);
    return { contentType, threshold: recipeInForce(this.system.current(), contentType).qualityThreshold };
  }

  @Post('experiments/:id/stop')
  @HttpCode(200)
  async stop(@Param('id') id: string, @Body(valid(reasonSchema)) said: Reasoned, @Req() request: FastifyRequest) {
    await this.intervene({ action: 'stop_experiment', target: id }, said, request);
    return { id, status: ownValue(this.system.current().experiments, id)?.status };
  }

  @Post('improvements/:id/restore')
  @HttpCode(200)
  async restore(@Param('id') id: string, @Body(valid(reasonSchema)) said: Reasoned, @Req() request: FastifyRequest) {
    await this.intervene({ action: 'undo_rollback', target: id }, said, request);
    return { id, status: this.system.current().improvements.find((each) => each.improvementId === id)?.status };
  }

  private listed() {
    const { simulated } = this.platform;
    return proposalsOf(this.system.current()).map((proposal) => ({ ...proposal, simulated }));
  }

  private listedProposal(id: string) {
    return this.listed().find((each) => each.id === id);
  }

  /**
   * Appends the word and waits until it is in force in this process; nothing where it is so already.
   * @throws ContentFlowError `not-found` or `conflict` where it cannot be followed, also where another word came first
   */
  private async intervene(
    intervention: Intervention,
    { reason: why }: Reasoned,
    request: FastifyRequest,
  ): Promise<void> {
    const isSo = (): boolean => isAlreadyInEffect(this.system.current(), intervention);
    if (isSo()) return;
    assertApplicable(this.system.current(), intervention);
    const { id, by, at } = operatorCommand(request, this.platform);
    const { action, target } = intervention;
    const data = { ...intervention, reason: why, by };
    const said = await this.platform.log.append([
      newEvent(OperatorIntervened, { subject: target, data, time: at, cause: { id }, index: action }),
    ]);
    await this.system.inLedger(said);
    if (!isSo()) assertApplicable(this.system.current(), intervention);
  }
}

function assertApplicable(state: SystemState, intervention: Intervention): void {
  const objection = objectionTo(state, intervention);
  if (objection) throw new ContentFlowError(objection.code, objection.reason);
}

const isLever = (name: string): name is Lever => (levers as readonly string[]).includes(name);
