import { autonomyLevelSchema, policySchema, type Policy } from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import { derivedId, type NewEvent, systemClock } from '@contentflow/kernel';
import { commandId, PLATFORM, type Platform, SystemStateReader, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, Inject, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changePolicy, type Command, setAutonomy, type SetAutonomy } from './domain/operator-commands.ts';
import { autonomyView, tunedLevers } from './domain/system-view.ts';

const autonomySchema = z.strictObject({
  state: z.enum(['running', 'paused']).optional(),
  levers: z.partialRecord(z.enum(tunedLevers), autonomyLevelSchema).optional(),
  reason: z.string().trim().min(1).max(2000),
});

/** Longest one waits for one's word to be in force here. People wait in real time, whatever clock runs. */
const IN_FORCE_WITHIN_MS = 5000;

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
    const command = this.command(request);
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
    const command = this.command(request);
    await this.say((state) => changePolicy(state, policy, command));
    return this.policy();
  }

  /** Appends the decisions and waits until they are in force in this process. */
  private async say(decide: (state: SystemState) => NewEvent[]): Promise<void> {
    const decisions = decide(this.system.current());
    if (decisions.length === 0) return;
    await this.platform.log.append(decisions);
    const until = systemClock.now() + IN_FORCE_WITHIN_MS;
    while (decide(this.system.current()).length > 0 && systemClock.now() < until) await systemClock.sleep(5);
  }

  private command(request: FastifyRequest): Command {
    const { clock, instance, random } = this.platform;
    const by = request.headers['x-operator'];
    return {
      id: commandId(request, derivedId(instance, `${clock.now()}-${random.next()}`)),
      by: typeof by === 'string' && by !== '' ? by : 'operator',
      at: clock.now(),
    };
  }
}
