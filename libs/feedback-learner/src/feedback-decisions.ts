import type { DecisionProcedure } from '@contentflow/decisions';
import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

/** By which procedures it decides. */
export const PROCEDURES = Symbol('feedback-learner.procedures');

/** Asks the feedback learner's procedures, beat by beat, what is due. */
@Injectable()
export class FeedbackDecisions implements OnApplicationBootstrap, OnApplicationShutdown {
  private loops: { start(): Promise<void>; stop(): Promise<void> }[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
    @Inject(PROCEDURES) private readonly procedures: readonly DecisionProcedure[],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { learnEveryMs } = this.system.current().policy.feedback;
    this.loops = this.procedures.map(
      (procedure) => new DecisionLoop(this.platform, this.system, procedure, learnEveryMs),
    );
    for (const loop of this.loops) await loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
