import { PLATFORM, type Platform, SMALL_BODY_LIMITS, valid } from '@contentflow/nest-platform';
import { Body, Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { z } from 'zod';
import { Notifications } from './notifications.ts';

const testSchema = z.strictObject({ channel: z.string().max(64).optional() }).prefault({});

/** Who is told of incidents, and whether that works. */
@Controller('v1')
export class NotificationsController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly told: Notifications,
  ) {}

  @Get('notifications')
  notifications() {
    return { items: this.told.channels(), next: null, ...this.told.quiet(), simulated: this.platform.simulated };
  }

  @Post('notifications/test')
  @HttpCode(200)
  async test(@Body(valid(testSchema, SMALL_BODY_LIMITS)) { channel }: z.output<typeof testSchema>) {
    return { items: await this.told.test(channel) };
  }
}
