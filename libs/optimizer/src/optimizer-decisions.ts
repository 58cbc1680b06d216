import type { DecisionProcedure } from '@contentflow/decisions';
import { partsInOrder } from '@contentflow/kernel';
import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BEAT_MS } from './domain/hypotheses/proposal-evidence.ts';
import type { Observations } from './domain/observations.ts';
import type { OptimizerEvidence } from './domain/optimizer.procedure.ts';

export type OptimizerProcedure = DecisionProcedure<Observations, OptimizerEvidence>;
/** By which procedure it decides. */
export const PROCEDURE = Symbol('optimizer.procedure');

/** Asks the optimizer's procedure, beat by beat, what is due. */
@Injectable()
export class OptimizerDecisions implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: DecisionLoop<Observations, OptimizerEvidence>;

  constructor(
    @Inject(PLATFORM) platform: Platform,
    system: SystemStateReader,
    @Inject(PROCEDURE) procedure: OptimizerProcedure,
  ) {
    this.loop = new DecisionLoop(platform, system, procedure, BEAT_MS);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  /** What it has seen so far, a part for each partition of the log. */
  observed(): Observations[] {
    return partsInOrder(this.loop.folded());
  }
}
