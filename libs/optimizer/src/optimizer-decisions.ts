import type { DecisionProcedure } from '@contentflow/decisions';
import { DecisionRuntime, type HostedFold } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Observations } from './domain/observations.ts';
import type { OptimizerEvidence } from './domain/optimizer.procedure.ts';

export type OptimizerProcedure = DecisionProcedure<Observations, OptimizerEvidence>;
/** By which procedure it decides. */
export const PROCEDURE = Symbol('optimizer.procedure');

/** What the optimizer decides by, and what it has seen. */
@Injectable()
export class OptimizerDecisions implements OnApplicationBootstrap {
  private known: HostedFold<Observations> | undefined;

  constructor(
    private readonly runtime: DecisionRuntime,
    @Inject(PROCEDURE) private readonly procedure: OptimizerProcedure,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.known = await this.runtime.start(this.procedure);
  }

  /** What it has seen so far, a part for each partition of the log. */
  observed(): Observations[] {
    return this.known?.parts() ?? [];
  }
}
