import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { optimizerProcedure } from './domain/optimizer.procedure.ts';
import { OptimizerController } from './optimizer.controller.ts';

const BEAT_MS = 60_000;

@Module({ controllers: [OptimizerController] })
export class OptimizerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: DecisionLoop<unknown, unknown>;

  constructor(@Inject(PLATFORM) platform: Platform, system: SystemStateReader) {
    this.loop = new DecisionLoop(platform, system, optimizerProcedure as never, BEAT_MS);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }
}
