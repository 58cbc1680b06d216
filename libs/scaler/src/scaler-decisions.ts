import { MINUTE_MS } from '@contentflow/kernel';
import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { forecasting } from './domain/forecasting.ts';
import { grading } from './domain/grading.ts';
import { resources } from './domain/resources.ts';
import { scaling } from './domain/scaling.ts';

/** Asks the scaler's procedures, beat by beat, what is due. */
@Injectable()
export class ScalerDecisions implements OnApplicationBootstrap, OnApplicationShutdown {
  private loops: { start(): Promise<void>; stop(): Promise<void> }[] = [];

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly system: SystemStateReader,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { checkEveryMs, reconfigureEveryMs } = this.system.current().policy.scaling;
    this.loops = [
      // Forecasts and grades ask each minute, and are due when their step has been observed.
      new DecisionLoop(this.platform, this.system, grading, MINUTE_MS),
      new DecisionLoop(this.platform, this.system, forecasting, MINUTE_MS),
      new DecisionLoop(this.platform, this.system, scaling, checkEveryMs),
      new DecisionLoop(this.platform, this.system, resources, reconfigureEveryMs),
    ];
    for (const loop of this.loops) await loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
