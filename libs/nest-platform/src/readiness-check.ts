import { Inject, Injectable } from '@nestjs/common';
import { FoldHost } from './fold-host.ts';
import { PLATFORM, type Platform } from './platform.ts';
import type { StalledFollower } from './progress.ts';
import { ProjectionHost } from './projection-host.ts';
import { Questioned } from './questioned.ts';

/** Whether a process can do its work, and what keeps it from it. */
export interface ReadinessNow {
  readonly isReady: boolean;
  /** Why nothing new is taken; undefined where there is room. */
  readonly full: string | undefined;
  /** What the log answers with where it does not answer; else null. */
  readonly log: string | null;
  /** The same of the server of documents; null where they are in files. */
  readonly documents: string | null;
  readonly stalled: readonly StalledFollower[];
}

/** Asks log, documents, disk and all that follows the log. */
@Injectable()
export class ReadinessCheck {
  private readonly log: Questioned;
  private readonly documents: Questioned | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
    private readonly projections: ProjectionHost,
  ) {
    this.log = new Questioned(() => platform.log.ends(['contentflow.ledger']));
    this.documents = platform.mongo && new Questioned(() => projections.stored());
  }

  async now(): Promise<ReadinessNow> {
    const [full, log, documents = null] = await Promise.all([
      this.platform.room?.problem(),
      this.log.problem(),
      this.documents?.problem(),
    ]);
    const stalled = [...this.folds.stalled(), ...this.projections.stalled()];
    const isReady = full === undefined && log === null && documents === null && stalled.length === 0;
    return { isReady, full, log, documents, stalled };
  }
}
