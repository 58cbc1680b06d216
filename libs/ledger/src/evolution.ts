import { FoldHost, type HostedFold, PLATFORM, type Platform } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { reportPartsAt } from './domain/report/report-at.ts';
import { reportFold, type ReportPart } from './domain/report/report.ts';

/** What the report stands on: as of now from memory, as of another time from the log. */
@Injectable()
export class Evolution implements OnApplicationBootstrap {
  private live: HostedFold<ReportPart> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.live = await this.folds.start('ledger.report', reportFold);
  }

  async asOf(at: number | undefined): Promise<{ parts: readonly ReportPart[]; at: number }> {
    const now = this.platform.clock.now();
    if (at === undefined || at >= now) return { parts: this.live?.parts() ?? [], at: at ?? now };
    return { parts: await reportPartsAt(this.platform.log, at), at };
  }
}
