import { PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Controller, Get, Inject } from '@nestjs/common';
import type { Receiver } from './domain/webhook-receivers.ts';
import { WebhookDeliveries } from './webhook-deliveries.ts';

/** Who is told that content is ready. */
@Controller('v1')
export class WebhooksController {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  /** As this process sees them: each tells of the content of its partitions. */
  @Get('webhooks')
  webhooks(): { items: readonly (Receiver & { readonly worker: string })[]; next: null } {
    const worker = this.platform.instance;
    return { items: this.deliveries.receivers().map((each) => ({ ...each, worker })), next: null };
  }
}
