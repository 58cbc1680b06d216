import { autonomyLevelSchema, policySchema, type Policy } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import type { NewEvent } from '@contentflow/kernel';
import {
  inForceSoon,
  operatorWord,
  PLATFORM,
  type Platform,
  SystemStateReader,
  valid,
} from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changePolicy, setAutonomy, type SetAutonomy } from './domain/operator-commands.ts';
import { autonomyView, tunedLevers } from './domain/system-view.ts';

const autonomySchema = z.strictObject({
  state: z.enum(['running', 'paused']).optional(),
  levers: z.partialRecord(z.enum(tunedLevers), autonomyLevelSchema).optional(),
  reason: z.string().trim().min(1).max(2000),
});

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
  async setAutonomy(@Body(valid(autonomySchema)) wanted: SetAutonomy, @Req() request: FastifyRequest) {
    const command = operatorWord(request, this.platform);
    await this.say((state) => setAutonomy(state, wanted, command));
    return this.autonomy();
  }

  @Get('policy')
  policy() {
    const { policy, policyVersion: version } = this.system.current();
    return { version, policy };
  }

  @Put('policy')
  async changePolicy(@Body(valid(policySchema)) policy: Policy, @Req() request: FastifyRequest) {
    const command = operatorWord(request, this.platform);
    await this.say((state) => changePolicy(state, policy, command));
    return this.policy();
  }

  /** Appends the decisions and waits until they are in force in this process. */
  private async say(decide: (state: SystemState) => NewEvent[]): Promise<void> {
    const decisions = decide(this.system.current());
    if (decisions.length === 0) return;
    await this.platform.log.append(decisions);
    await inForceSoon(() => decide(this.system.current()).length === 0);
  }
}
