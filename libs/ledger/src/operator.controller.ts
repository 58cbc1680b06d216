import { autonomyLevelSchema, policySchema, type Policy, wholePolicySchema, words } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import { ContentFlowError, type NewEvent } from '@contentflow/kernel';
import {
  operatorCommand,
  PLATFORM,
  SMALL_BODY_LIMITS,
  type Platform,
  SystemStateReader,
  valid,
  validated,
} from '@contentflow/nest-platform';
import { nearestName } from '@contentflow/nest-platform/nearest-name';
import { Body, Controller, Get, Inject, Patch, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  changePolicy,
  patchPolicy,
  setAutonomy,
  type SetAutonomy,
  unofferedModel,
} from './domain/operator-commands.ts';
import { autonomyView, tunedLevers } from './domain/system-view.ts';

const autonomySchema = z.strictObject({
  state: z.enum(['running', 'paused']).optional(),
  levers: z.partialRecord(z.enum(tunedLevers), autonomyLevelSchema).optional(),
  reason: words(2000),
});

const patchSchema = z.looseObject({}).describe('a part of a policy; null takes a key back to its default');

/** How often a word is said again that others' words came between. */
const MAX_TURNS = 5;

/** A person's hand on the system: each word is a decision like any other. */
@Controller('v1')
export class OperatorController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
  ) {}

  @Get('autonomy')
  autonomy() {
    return { ...autonomyView(this.system.current(), this.platform.clock.now()), simulated: this.platform.simulated };
  }

  @Put('autonomy')
  async setAutonomy(
    @Body(valid(autonomySchema, SMALL_BODY_LIMITS)) wanted: SetAutonomy,
    @Req() request: FastifyRequest,
  ) {
    const command = operatorCommand(request, this.platform);
    await this.say((state) => setAutonomy(state, wanted, command));
    return this.autonomy();
  }

  @Get('policy')
  policy() {
    const { policy, policyVersion: version, policySetBy: setBy } = this.system.current();
    return { version, policy, setBy };
  }

  @Put('policy')
  async changePolicy(
    @Body(valid(wholePolicySchema, SMALL_BODY_LIMITS)) policy: Policy,
    @Req() request: FastifyRequest,
  ) {
    const command = operatorCommand(request, this.platform);
    await this.say((state) => changePolicy(state, withOfferedModels(state, policy), command));
    return this.policy();
  }

  /** A JSON merge patch (RFC 7396): what it names changes; null takes a key back to its default. */
  @Patch('policy')
  async patchPolicy(@Body(valid(patchSchema, SMALL_BODY_LIMITS)) patch: object, @Req() request: FastifyRequest) {
    const command = operatorCommand(request, this.platform);
    await this.say((state) => {
      const read = (merged: unknown): Policy => withOfferedModels(state, validated(policySchema, merged));
      return patchPolicy(state, patch, read, command);
    });
    return this.policy();
  }

  /** Appends the decisions and waits until they are in force in this process; again where another person's word came between. */
  private async say(decide: (state: SystemState) => NewEvent[]): Promise<void> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const decisions = decide(this.system.current());
      if (decisions.length === 0) return;
      await this.system.inLedger(await this.platform.log.append(decisions));
    }
  }
}

/** @throws ContentFlowError `invalid-request` for a use of a model that nobody offers */
function withOfferedModels(state: SystemState, policy: Policy): Policy {
  const unoffered = unofferedModel(state, policy);
  if (!unoffered) return policy;
  const { name, field, offered } = unoffered;
  const nearest = nearestName(name, offered);
  throw new ContentFlowError('invalid-request', `no provider has "${name}"; there are ${offered.join(', ')}`, {
    field,
    ...(nearest !== undefined && { fix: `write "${nearest}"` }),
  });
}
