import { AnomalyHandled, DecisionSequenced, isDecision, isEvent, Topic } from '@contentflow/contracts';
import type { Subscription } from '@contentflow/event-log';
import type { StoredEvent } from '@contentflow/kernel';
import { MODELS, type Models, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** Holds calls to a model back where the monitor decided so. Each process has breakers of its own, so each follows the ledger, from now on. */
@Injectable()
export class TrippedBreakers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private following: Subscription | undefined;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly system: SystemStateReader,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log } = this.platform;
    const from = await log.ends([Topic.ledger]);
    this.following = await log.follow({
      topics: [Topic.ledger],
      from,
      handle: async (events) => events.forEach((event) => this.take(event)),
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.following?.stop();
  }

  private take(event: StoredEvent): void {
    if (!isEvent(DecisionSequenced, event)) return;
    const { decision } = event.data;
    if (!isDecision(AnomalyHandled, decision) || decision.data.action !== 'trip_breaker') return;
    const { target, anomalyId } = decision.data;
    const { tripForMs } = this.system.current().policy.anomalies;
    const forMs = decision.time + tripForMs - this.platform.clock.now();
    if (forMs <= 0) return;
    for (const { provider, name } of this.models.offered)
      if (name === target) this.models.gateway.trip(provider, name, forMs, `anomaly ${anomalyId}`);
  }
}
