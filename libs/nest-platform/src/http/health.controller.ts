import type { Readiness } from '@contentflow/contracts';
import { ContentFlowError } from '@contentflow/kernel';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { DeadLetters } from '../dead-letters.ts';
import { PLATFORM, type Platform } from '../platform.ts';
import { ReadinessCheck } from '../readiness-check.ts';

const SHOWN = 20;

@Controller('health')
export class HealthController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly check: ReadinessCheck,
    private readonly deadLetters: DeadLetters,
  ) {}

  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** Ready when the log and the server of documents answer, the disk takes what is written and all that follows the log goes on. What was set aside is shown, and does not stop the rest. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const { instance, code } = this.platform;
    const { isReady, full, log, documents, stalled } = await this.check.now();
    if (full !== undefined) throw new ContentFlowError('not-ready', full);
    if (!isReady) reply.status(503);
    const status = isReady ? 'ready' : 'not ready';
    return { status, instance, code, log, documents, stalled, deadLetters: this.setAside() };
  }

  private setAside(): Readiness['deadLetters'] {
    const { letters, beyond } = this.deadLetters.open();
    const first = letters.slice(0, SHOWN).map(({ id, consumer, topic, partition, offset, event, reason }) => ({
      id,
      consumer,
      place: `${topic}/${partition}/${offset}`,
      event,
      reason,
    }));
    return { open: letters.length + beyond, first };
  }
}
