import { Controller, Get, Inject } from '@nestjs/common';
import { PLATFORM, type Platform } from '../platform.ts';

@Controller('health')
export class HealthController {
  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'live' };
  }

  /** Ready when the log answers. */
  @Get('ready')
  async ready(): Promise<{ status: string; instance: string; code: string }> {
    await this.platform.log.ends(['contentflow.ledger']);
    return { status: 'ready', instance: this.platform.instance, code: this.platform.code };
  }
}
