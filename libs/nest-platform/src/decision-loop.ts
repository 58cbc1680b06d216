import { type DecisionProcedure, takeDecisions } from '@contentflow/decisions';
import type { Subscription } from '@contentflow/event-log';
import { folded, type FoldedState, nothingFolded, repeatedly } from '@contentflow/kernel';
import type { Platform } from './platform.ts';
import type { SystemStateReader } from './system-state-reader.ts';

/**
 * Runs one procedure: folds what it needs from the log, asks at every beat what is due, and appends what it decides.
 * Nothing is kept: after a restart the same log gives the same state.
 */
export class DecisionLoop<State, Evidence> {
  private state: FoldedState<State> = nothingFolded();
  private subscription: Subscription | undefined;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly platform: Platform,
    private readonly system: SystemStateReader,
    private readonly procedure: DecisionProcedure<State, Evidence>,
    private readonly everyMs: number,
  ) {}

  async start(): Promise<void> {
    const { clock, log } = this.platform;
    this.subscription = await log.follow({
      topics: this.procedure.fold.topics,
      from: {},
      handle: async (events) => {
        for (const event of events) this.state = folded(this.procedure.fold, this.state, event);
      },
    });
    this.running = repeatedly(clock, this.everyMs, this.stopping.signal, () => this.decideOnce());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
    await this.running;
  }

  /** What it knows of the log, a part for each partition. */
  folded(): FoldedState<State> {
    return this.state;
  }

  /** Takes what is due now. A failure is logged and the next beat tries again: one bad beat stops nothing else. */
  private async decideOnce(): Promise<void> {
    const { clock, code, log, logger } = this.platform;
    try {
      const circumstances = { at: clock.now(), code };
      const decisions = takeDecisions(
        this.procedure,
        this.state,
        this.system.current(),
        this.system.positions(),
        circumstances,
      );
      if (decisions.length > 0) await log.append(decisions);
    } catch (error) {
      logger.error({ err: error, procedure: this.procedure.name }, 'a decision could not be taken');
    }
  }
}
