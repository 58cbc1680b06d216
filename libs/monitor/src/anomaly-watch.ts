import { DecisionRuntime } from '@contentflow/nest-platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { anomalies } from './domain/anomalies.ts';

/** Asks at every tick whether an anomaly begins or ends. */
@Injectable()
export class AnomalyWatch implements OnApplicationBootstrap {
  constructor(private readonly runtime: DecisionRuntime) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start(anomalies);
  }
}
