import { LiveFold, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { partsInOrder } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { reportPartsAt } from './domain/report/report-at.ts';
import { reportFold, type ReportPart } from './domain/report/report.ts';

/** What the report stands on: as of now from memory, as of another time from the log. */
@Injectable()
export class Evolution implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly platform: Platform;
  private readonly live: LiveFold<ReportPart>;

  constructor(@Inject(PLATFORM) platform: Platform) {
    this.platform = platform;
    this.live = new LiveFold(platform.log, reportFold);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.live.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.live.stop();
  }

  async asOf(at: number | undefined): Promise<{ parts: readonly ReportPart[]; at: number }> {
    const now = this.platform.clock.now();
    if (at === undefined || at >= now) return { parts: partsInOrder(this.live.folded()), at: at ?? now };
    return { parts: await reportPartsAt(this.platform.log, at), at };
  }
}
