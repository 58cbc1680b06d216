import { defaultPolicy } from '@contentflow/contracts';
import { DecisionLoop, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { anomalies, type AnomalyEvidence } from './domain/anomalies.ts';
import type { WatchedGenerations } from './domain/watched-generations.ts';

/** Asks at every beat whether an anomaly begins or ends. */
@Injectable()
export class AnomalyWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loop: DecisionLoop<WatchedGenerations, AnomalyEvidence>;

  constructor(@Inject(PLATFORM) platform: Platform, system: SystemStateReader) {
    this.loop = new DecisionLoop(platform, system, anomalies, defaultPolicy.anomalies.checkEveryMs);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }
}
