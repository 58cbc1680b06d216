import { Topic } from '@contentflow/contracts';
import { initialSystemState, systemState, type SystemState } from '@contentflow/decisions';
import type { Subscription } from '@contentflow/event-log';
import { evolve, partitionKey, type Positions } from '@contentflow/kernel';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PLATFORM, type Platform } from './platform.ts';

/** The state of the system as this process has read it from the ledger. Every instance reads the whole ledger. */
@Injectable()
export class SystemStateReader implements OnModuleInit, OnApplicationShutdown {
  private state: SystemState = initialSystemState;
  private next: Positions = {};
  private subscription: Subscription | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(@Inject(PLATFORM) private readonly platform: Platform) {}

  async onModuleInit(): Promise<void> {
    const ends = await this.platform.log.ends([Topic.ledger]);
    let isCaughtUp: () => void = () => {};
    const caughtUp = new Promise<void>((resolve) => (isCaughtUp = resolve));
    const key = partitionKey(Topic.ledger, 0);
    if ((ends[key] ?? 0) === 0) isCaughtUp();
    this.subscription = await this.platform.log.follow({
      topics: [Topic.ledger],
      from: {},
      handle: async (events) => {
        for (const event of events) this.state = evolve(systemState, this.state, event);
        const last = events.at(-1);
        if (last) this.next = { [key]: last.offset + 1 };
        this.listeners.forEach((listener) => listener());
        if ((this.next[key] ?? 0) >= (ends[key] ?? 0)) isCaughtUp();
      },
    });
    await caughtUp;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }

  current(): SystemState {
    return this.state;
  }

  /** How far the ledger topic has been read. */
  positions(): Positions {
    return this.next;
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }
}
