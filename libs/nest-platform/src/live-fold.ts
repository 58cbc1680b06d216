import type { EventLog, Subscription } from '@contentflow/event-log';
import { type Fold, folded, type FoldedState, nothingFolded } from '@contentflow/kernel';

/** A fold kept up with the log in memory. Nothing is stored: after a restart the same log gives the same state. */
export class LiveFold<State> {
  private state: FoldedState<State> = nothingFolded();
  private subscription: Subscription | undefined;

  constructor(
    private readonly log: Pick<EventLog, 'follow'>,
    private readonly fold: Fold<State>,
  ) {}

  async start(): Promise<void> {
    this.subscription = await this.log.follow({
      topics: this.fold.topics,
      from: {},
      handle: async (events) => {
        for (const event of events) this.state = folded(this.fold, this.state, event);
      },
    });
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  folded(): FoldedState<State> {
    return this.state;
  }
}
