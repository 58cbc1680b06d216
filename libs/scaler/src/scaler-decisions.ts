import { DecisionRuntime } from '@contentflow/nest-platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { forecasting } from './domain/forecasting.ts';
import { grading } from './domain/grading.ts';
import { resources } from './domain/resources.ts';
import { scaling } from './domain/scaling.ts';

/** What the scaler decides by. */
@Injectable()
export class ScalerDecisions implements OnApplicationBootstrap {
  constructor(private readonly runtime: DecisionRuntime) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start(grading);
    await this.runtime.start(forecasting);
    await this.runtime.start(scaling);
    await this.runtime.start(resources);
  }
}
