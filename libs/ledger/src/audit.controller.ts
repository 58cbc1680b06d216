import { type AuditStanding } from '@contentflow/contracts';
import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Controller, Get, Inject } from '@nestjs/common';
import { BackgroundAudit } from './background-audit.ts';

/** How far the ledger has been checked by itself. */
@Controller('v1/audit')
export class AuditController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly audit: BackgroundAudit,
  ) {}

  @Get()
  async standing(): Promise<AuditStanding & { simulated: boolean }> {
    return { ...(await this.audit.standing()), simulated: this.platform.simulated };
  }
}
