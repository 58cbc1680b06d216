import { DecisionRuntime } from '@contentflow/nest-platform';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { incidents } from './domain/incidents.ts';

/** Asks at every tick, and as soon as something new is wrong, what is an incident and which is over. */
@Injectable()
export class IncidentWatch implements OnApplicationBootstrap {
  constructor(private readonly runtime: DecisionRuntime) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.runtime.start(incidents);
  }
}
