import { Topic } from '@contentflow/contracts';
import { initialSystemState, systemState, type SystemState } from '@contentflow/decisions';
import type { Positions } from '@contentflow/kernel';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { FoldHost } from './fold-host.ts';
import type { HostedFold } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';

/** The state of the system as this process has read it from the ledger. Every instance reads the whole ledger. */
@Injectable()
export class SystemStateReader implements OnModuleInit {
  private ledger: HostedFold<SystemState> | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
  ) {}

  async onModuleInit(): Promise<void> {
    const ends = await this.platform.log.ends([Topic.ledger]);
    this.ledger = await this.folds.start('system-state', systemState);
    await this.ledger.caughtUpTo(ends);
  }

  current(): SystemState {
    return this.ledger?.parts()[0] ?? initialSystemState;
  }

  /** How far the ledger topic has been read. */
  positions(): Positions {
    return this.ledger?.positions() ?? {};
  }
}
