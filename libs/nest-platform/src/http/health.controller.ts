import { ContentFlowError } from '@contentflow/kernel';
import { Controller, Get, Inject } from '@nestjs/common';
import { FoldHost } from '../fold-host.ts';
import type { PassedBy } from '../hosted-fold.ts';
import { PLATFORM, type Platform } from '../platform.ts';

@Controller('health')
export class HealthController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
  ) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** Ready when the log answers and the disk takes what is written. Events that a fold had to pass by are shown: what they say is missing from its decisions. */
  @Get('ready')
  async ready(): Promise<{ status: string; instance: string; code: string; passedBy: readonly PassedBy[] }> {
    await this.platform.log.ends(['contentflow.ledger']);
    const problem = await this.platform.room?.problem();
    if (problem !== undefined) throw new ContentFlowError('not-ready', problem);
    const { instance, code } = this.platform;
    return { status: 'ready', instance, code, passedBy: this.folds.passedBy() };
  }
}
