import type { DecisionProcedure } from '@contentflow/decisions';
import { DecisionRuntime } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

/** By which procedures it decides. */
export const PROCEDURES = Symbol('feedback-learner.procedures');

/** What the feedback learner decides by. */
@Injectable()
export class FeedbackDecisions implements OnApplicationBootstrap {
  constructor(
    private readonly runtime: DecisionRuntime,
    @Inject(PROCEDURES) private readonly procedures: readonly DecisionProcedure[],
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const procedure of this.procedures) await this.runtime.start(procedure);
  }
}
