import { DecisionSequenced, isEvent, Topic } from '@contentflow/contracts';
import { initialSystemState, systemState, type SystemState } from '@contentflow/decisions';
import { type Positions, resolvedWithin, type StoredEvent } from '@contentflow/kernel';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { FoldHost } from './fold-host.ts';
import type { HostedFold } from './hosted-fold.ts';
import { PLATFORM, type Platform } from './platform.ts';

/** Longest a person waits for their word to have its place in the ledger, in real time. */
const IN_LEDGER_WITHIN_MS = 5000;
/** More decisions than come between an append and its place in the ledger. */
const REMEMBERED = 1000;

/** The state of the system as this process has read it from the ledger. Every instance reads the whole ledger. */
@Injectable()
export class SystemStateReader implements OnModuleInit {
  private ledger: HostedFold<SystemState> | undefined;
  /** The ids of the last decisions that were read. */
  private readonly sequenced = new LRUCache<string, true>({ max: REMEMBERED });
  private readonly listeners = new Set<() => void>();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
  ) {}

  async onModuleInit(): Promise<void> {
    const ends = await this.platform.log.ends([Topic.ledger]);
    this.ledger = await this.folds.start('system-state', systemState, (events) => this.read(events));
    await this.ledger.caughtUpTo(ends);
  }

  current(): SystemState {
    return this.ledger?.parts()[0] ?? initialSystemState;
  }

  /** How far the ledger topic has been read. */
  positions(): Positions {
    return this.ledger?.positions() ?? {};
  }

  /**
   * Resolves once these decisions have their place in the ledger and this process has read it: in force, or void. Then what was just
   * decided is to be seen here. False where that takes too long.
   */
  inLedger(decisions: readonly StoredEvent[], withinMs = IN_LEDGER_WITHIN_MS): Promise<boolean> {
    return this.until(() => decisions.every(({ id }) => this.sequenced.has(id)), withinMs);
  }

  /** True once it is so, asked after each batch of the ledger; false where that takes longer. */
  async until(isSo: (state: SystemState) => boolean, withinMs = Infinity): Promise<boolean> {
    if (isSo(this.current())) return true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const listener = (): void => {
      if (isSo(this.current())) resolve();
    };
    this.listeners.add(listener);
    const isSoNow = await resolvedWithin(promise, withinMs);
    this.listeners.delete(listener);
    return isSoNow;
  }

  /** Tells of each batch of the ledger that was read. @returns how to end that */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private read(events: readonly StoredEvent[]): void {
    for (const event of events) if (isEvent(DecisionSequenced, event)) this.sequenced.set(event.data.decision.id, true);
    for (const listener of this.listeners) listener();
  }
}
