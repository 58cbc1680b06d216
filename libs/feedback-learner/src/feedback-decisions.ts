import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { adjustments } from './domain/adjustments.ts';
import { impact } from './domain/impact.ts';

/** Asks the feedback learner's procedures, beat by beat, what is due. */
@Injectable()
export class FeedbackDecisions implements OnApplicationBootstrap, OnApplicationShutdown {
  private loops: { start(): Promise<void>; stop(): Promise<void> }[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { learnEveryMs } = this.system.current().policy.feedback;
    this.loops = [
      new DecisionLoop(this.platform, this.system, adjustments, learnEveryMs),
      new DecisionLoop(this.platform, this.system, impact, learnEveryMs),
    ];
    for (const loop of this.loops) await loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
