import { messageOf } from '@contentflow/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { FoldHost } from './fold-host.ts';
import { PLATFORM, type Platform } from './platform.ts';
import type { StalledFollower } from './progress.ts';
import { ProjectionHost } from './projection-host.ts';

/** Whether a process can do its work, and what keeps it from it. */
export interface ReadinessNow {
  readonly isReady: boolean;
  /** Why nothing new is taken; undefined where there is room. */
  readonly full: string | undefined;
  /** What the log answers with where it does not answer; else null. */
  readonly log: string | null;
  readonly stalled: readonly StalledFollower[];
}

/** Asks log, disk and all that follows the log. */
@Injectable()
export class ReadinessCheck {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
    private readonly projections: ProjectionHost,
  ) {}

  async now(): Promise<ReadinessNow> {
    const full = await this.platform.room?.problem();
    const log = await this.platform.log.ends(['contentflow.ledger']).then(() => null, messageOf);
    const stalled = [...this.folds.stalled(), ...this.projections.stalled()];
    return { isReady: full === undefined && log === null && stalled.length === 0, full, log, stalled };
  }
}
