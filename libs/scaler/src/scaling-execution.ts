import {
  DecisionSequenced,
  type EventData,
  type EventOf,
  isDecision,
  newEvent,
  ScalingDecided,
  ScalingExecuted,
  ScalingFailed,
} from '@contentflow/contracts';
import { messageOf, MINUTE_MS, type NewEvent, repeatedly } from '@contentflow/kernel';
import { MACHINES, type Machines, on, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { Controller, Inject, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';

const RETRY_EVERY_MS = MINUTE_MS;

type Decided = EventData<typeof ScalingDecided>;

/** Makes the machines what the ledger says they are: at the start, at each decision, and again after a failure. */
@Controller()
export class ScalingExecution implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private retries: Promise<void> = Promise.resolve();
  /** The decision that could not be carried out, until it could or another one came. */
  private failed: { decided: Decided; cause: EventOf<typeof DecisionSequenced>; tries: number } | undefined;
  /** Whether the machines have not yet been as many as the ledger said at the start. */
  private isBehind = true;

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MACHINES) private readonly machines: Machines,
    private readonly system: SystemStateReader,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { clock } = this.platform;
    const retried = () =>
      repeatedly(
        clock,
        () => RETRY_EVERY_MS,
        this.stopping.signal,
        () => this.retry(),
      );
    // Whoever starts the machines may have to wait for this process to be there.
    this.retries = this.catchUp().then(retried);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.retries;
  }

  /** Only what has its place in the ledger is carried out. */
  @EventPattern(on('scaler', DecisionSequenced))
  async onDecision(@Payload() entry: EventOf<typeof DecisionSequenced>): Promise<NewEvent[]> {
    const { decision } = entry.data;
    if (!isDecision(ScalingDecided, decision)) return [];
    this.failed = undefined;
    // Nothing fails where others carry it out: how many there shall be is offered to them.
    if (this.machines.executor === 'none') return [];
    return [await this.carryOut(decision.data, entry, 0)];
  }

  /** As many as the ledger says, until that has been had once: what decides later has its own tries. */
  private async catchUp(): Promise<void> {
    const { instances } = this.system.current();
    this.isBehind = this.machines.executor !== 'none';
    if (!this.isBehind) return;
    try {
      if (this.machines.instances() !== instances) await this.machines.scaleTo(instances);
      this.isBehind = false;
    } catch (error) {
      this.platform.logger.error({ err: error, instances }, 'the instances could not be started');
    }
  }

  private async retry(): Promise<void> {
    if (!this.failed) return this.isBehind ? this.catchUp() : undefined;
    const { decided, cause, tries } = this.failed;
    const outcome = await this.carryOut(decided, cause, tries + 1);
    // One failure is news; that it still fails is not.
    if (outcome.type === ScalingExecuted.type) await this.platform.log.append([outcome]);
  }

  private async carryOut(decided: Decided, cause: EventOf<typeof DecisionSequenced>, tries: number): Promise<NewEvent> {
    const { scalingId, from, to } = decided;
    const { executor } = this.machines;
    const answer = { subject: scalingId, cause, index: `attempt-${tries}` };
    try {
      await this.machines.scaleTo(to);
      this.failed = undefined;
      this.isBehind = false;
      const time = this.platform.clock.now();
      return newEvent(ScalingExecuted, { ...answer, time, data: { scalingId, from, to, executor } });
    } catch (error) {
      this.failed = { decided, cause, tries };
      const time = this.platform.clock.now();
      const reason = messageOf(error);
      return newEvent(ScalingFailed, { ...answer, time, data: { scalingId, from, to, executor, reason } });
    }
  }
}
