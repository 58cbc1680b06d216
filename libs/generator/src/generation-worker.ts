import {
  BriefAccepted,
  ContentGenerated,
  type EventData,
  GenerationClaimed,
  LoadObserved,
  newEvent,
  Topic,
} from '@contentflow/contracts';
import type { GroupSubscription } from '@contentflow/event-log';
import {
  backOffMs,
  isContentFlowError,
  messageOf,
  MINUTE_MS,
  type NewEvent,
  ownValue,
  partitionKey,
  repeatedly,
  type StoredEvent,
  systemClock,
} from '@contentflow/kernel';
import {
  FoldHost,
  handledInTrace,
  type HostedFold,
  MACHINES,
  type Machines,
  metrics,
  PLATFORM,
  type Platform,
} from '@contentflow/nest-platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { BatchTexts } from './batch-texts.ts';
import { type Attempt, ContentMaker } from './content-maker.ts';
import { type Briefs, isLive, OPEN_BRIEFS, openBriefs, type OpenBrief } from './domain/open-briefs.ts';

const OBSERVE_EVERY_MS = MINUTE_MS;
/** Of a lease: how soon after its end a brief is taken up again. */
const SWEEPS_PER_LEASE = 2;
/** Between tries to write down a result that has been paid for. */
const RESULT_BACK_OFF = { firstMs: 100, longestMs: 5_000 };
/** A brief whose making throws ends in a failure then. */
const MAX_ATTEMPTS = 3;
/** Claims that a brief may outlive its workers by: what ends processes one after the other is not tried for ever. */
const MAX_CLAIMS = 10;
/** Given as the reason, so that no stack is taken each time a generation ends. */
const ENDED = new Error('ended');
/** What was accepted a moment ago by another process comes to this one. People wait in real time. */
const WAITS_MS = [20, 80, 200, 500, 1000] as const;

/** A brief that this process works on. */
interface InFlight extends Attempt {
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/**
 * Makes what has been accepted. It folds the content topic to know what is open, owns the briefs of the partitions that
 * its consumer group gave it, claims one whenever it has room, and ends each with one event.
 */
@Injectable()
export class GenerationWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private hosted: HostedFold<Briefs> | undefined;
  private readonly inFlight = new Map<string, InFlight>();
  /** Whose result this process has appended and not yet read: they look open and are not. */
  private readonly ending = new Set<string>();
  private owned: ReadonlySet<string> = new Set();
  private readonly stopping = new AbortController();
  private membership: GroupSubscription | undefined;
  private loops: Promise<unknown> = Promise.resolve();
  private load = { accepted: 0, completed: 0, waitedMs: 0, started: 0, since: 0 };

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MACHINES) private readonly machines: Machines,
    private readonly maker: ContentMaker,
    private readonly batches: BatchTexts,
    private readonly folds: FoldHost,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { clock, storedLog } = this.platform;
    this.load.since = clock.now();
    this.hosted = await this.folds.start(OPEN_BRIEFS, openBriefs, (events) => this.onContent(events));
    this.membership = await storedLog.subscribe({
      group: 'generator',
      topics: [Topic.content],
      // The group is joined for its partitions; the work itself is claimed, and outlives the batch.
      handle: async () => [],
      onAssigned: (partitions) => {
        this.owned = partitions;
        this.startWhatFits();
      },
    });
    this.machines.onChange(() => this.startWhatFits());
    const { signal } = this.stopping;
    this.loops = Promise.all([
      repeatedly(
        clock,
        () => OBSERVE_EVERY_MS,
        signal,
        () => this.observeLoad(),
      ),
      repeatedly(
        clock,
        () => this.platform.leaseMs / SWEEPS_PER_LEASE,
        signal,
        async () => this.startWhatFits(),
      ),
    ]);
  }

  /** Takes on no more work, while requests in hand may yet wait for what is in flight. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  /** Lets what is in flight finish, while folds still follow the log: it hears of its claim from there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.inFlight.values()].map(({ done }) => done));
    await this.membership?.stop();
    await this.loops;
  }

  private onContent(events: readonly StoredEvent[]): void {
    for (const event of events) {
      const key = partitionKey(event.topic, event.partition);
      if (!this.open(key)?.has(event.subject)) {
        this.ending.delete(event.subject);
        // Ended by another: by a worker that took this one to be dead, or by a person who asked another process.
        this.inFlight.get(event.subject)?.stop.abort(ENDED);
      }
      // What others work on is theirs to report, and what was accepted before this process began is no load of now.
      if (event.type === BriefAccepted.type && this.owned.has(key) && event.time >= this.load.since)
        this.load.accepted++;
      if (event.type === GenerationClaimed.type)
        this.onClaim(event as StoredEvent<EventData<typeof GenerationClaimed>>);
      if (event.type === ContentGenerated.type)
        this.onGenerated(event as StoredEvent<EventData<typeof ContentGenerated>>);
    }
    this.startWhatFits();
  }

  private onGenerated({ data }: StoredEvent<EventData<typeof ContentGenerated>>): void {
    const { batch, worker, contentId, content } = data;
    if (batch && worker !== this.platform.instance) void this.batches.saw(batch.id, contentId, content.body);
  }

  /** Its own claim, come back in the log's order: if it holds, the brief is this worker's. */
  private onClaim({ data, partition, topic }: StoredEvent<EventData<typeof GenerationClaimed>>): void {
    if (data.worker !== this.platform.instance) return;
    const brief = this.open(partitionKey(topic, partition))?.get(data.contentId);
    const isMine = brief?.claim?.worker === data.worker && brief.claim.attempt === data.attempt;
    this.claimed.get(data.contentId)?.(isMine);
  }
  private readonly claimed = new Map<string, (isMine: boolean) => void>();

  /** What is to be made of a partition. */
  private open(partition: string): Briefs['open'] | undefined {
    return this.hosted && ownValue(this.hosted.folded().parts, partition)?.open;
  }

  private startWhatFits(): void {
    if (this.stopping.signal.aborted) return;
    const at = this.platform.clock.now();
    for (const key of this.owned) {
      for (const brief of this.open(key)?.values() ?? []) {
        if (this.inFlight.size >= this.machines.callsAtOnce()) return;
        const { contentId } = brief.accepted.data;
        if (isLive(brief.claim, at) || this.inFlight.has(contentId) || this.ending.has(contentId)) continue;
        this.begin(brief);
      }
    }
  }

  private begin(brief: OpenBrief): void {
    const { contentId } = brief.accepted.data;
    const stop = new AbortController();
    const attempt = { calls: [], signal: stop.signal };
    const done = this.make(brief, attempt).finally(() => {
      this.inFlight.delete(contentId);
      this.startWhatFits();
    });
    this.inFlight.set(contentId, { ...attempt, stop, done });
  }

  /**
   * Ends a brief that has no result yet: what has not begun does not begin, what is under way here is broken off, and what is
   * under way elsewhere once that reads of it. Returns once it is in the log; which of its results came first is for the log to say.
   */
  async cancel(contentId: string, reason: string): Promise<void> {
    const brief = await this.findOpen(contentId);
    if (!brief) return;
    this.ending.add(contentId);
    const work = this.inFlight.get(contentId);
    work?.stop.abort(ENDED);
    await work?.done;
    try {
      if (this.isOpen(contentId))
        await this.platform.log.append([this.maker.cancelled(brief.accepted, reason, work?.calls ?? [])]);
    } catch (error) {
      this.ending.delete(contentId);
      throw error;
    }
  }

  private async findOpen(contentId: string): Promise<OpenBrief | undefined> {
    for (const waitMs of WAITS_MS) {
      const parts = this.hosted?.parts() ?? [];
      for (const { open } of parts) if (open.has(contentId)) return open.get(contentId);
      if (parts.some(({ ended }) => ended.has(contentId))) return undefined;
      await systemClock.sleep(waitMs);
    }
    return undefined;
  }

  private async make(brief: OpenBrief, work: Attempt): Promise<void> {
    const { logger } = this.platform;
    try {
      const { accepted } = brief;
      const about = { 'contentflow.content.id': accepted.data.contentId };
      await handledInTrace(accepted, `generate ${accepted.data.brief.contentType}`, about, async () => {
        await this.maker.prepared();
        if (await this.claim(brief, work.signal)) await this.renewed(brief, this.generate(brief, work));
      });
    } catch (error) {
      // The lease runs out and the brief is taken up again: nothing is lost.
      logger.error({ err: error, content: brief.accepted.data.contentId }, 'a generation could not be recorded');
    }
  }

  private async claim({ accepted, claim }: OpenBrief, cancelled: AbortSignal): Promise<boolean> {
    const { log } = this.platform;
    const { contentId } = accepted.data;
    const attempt = (claim?.attempt ?? 0) + 1;
    const { promise: held, resolve } = Promise.withResolvers<boolean>();
    this.claimed.set(contentId, resolve);
    // A log that is gone confirms nothing: what has not begun by then is another's, once the lease has run out.
    const giveUp = (): void => resolve(false);
    const signals = [this.stopping.signal, cancelled];
    for (const signal of signals) signal.addEventListener('abort', giveUp, { once: true });
    if (signals.some(({ aborted }) => aborted)) giveUp();
    try {
      await log.append([this.claimOf(accepted, attempt)]);
      return await held;
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', giveUp);
      this.claimed.delete(contentId);
    }
  }

  private claimOf({ subject, data, id, correlationId }: OpenBrief['accepted'], attempt: number) {
    const { clock, instance, leaseMs } = this.platform;
    const time = clock.now();
    return newEvent(GenerationClaimed, {
      subject,
      data: { contentId: data.contentId, worker: instance, attempt, leaseUntil: time + leaseMs },
      time,
      cause: { id, correlationId },
      index: `claim-${attempt}-${instance}-${time}`,
    });
  }

  /** Keeps the claim alive for as long as the work goes on. */
  private async renewed<T>({ accepted, claim }: OpenBrief, work: Promise<T>): Promise<T> {
    const { clock, leaseMs, log } = this.platform;
    const done = new AbortController();
    const renewing = repeatedly(
      clock,
      () => leaseMs / 3,
      done.signal,
      async () => {
        await log.append([this.claimOf(accepted, (claim?.attempt ?? 0) + 1)]).catch(() => undefined);
      },
    );
    try {
      return await work;
    } finally {
      done.abort(ENDED);
      await renewing;
    }
  }

  private async generate({ accepted, claim }: OpenBrief, work: Attempt): Promise<void> {
    const { clock } = this.platform;
    const attempt = (claim?.attempt ?? 0) + 1;
    this.load.started++;
    this.load.waitedMs += clock.now() - accepted.time;
    const result = await this.resultOf(accepted, attempt, work);
    if (!result) return;
    await this.record(result, work.signal);
    this.load.completed++;
  }

  /**
   * None where it was cancelled.
   * @throws what making it threw, while there are attempts left
   */
  private async resultOf(
    accepted: OpenBrief['accepted'],
    attempt: number,
    work: Attempt,
  ): Promise<NewEvent | undefined> {
    if (attempt > MAX_CLAIMS)
      return this.maker.abandoned(accepted, `${MAX_CLAIMS} workers that took it on came to no end`);
    try {
      return await this.maker.make(accepted, work);
    } catch (error) {
      if (work.signal.aborted) return undefined;
      if (attempt < MAX_ATTEMPTS) throw error;
      return this.maker.abandoned(accepted, `attempt ${attempt}: ${messageOf(error)}`);
    }
  }

  /**
   * Its one result, unless another worker has ended the brief meanwhile. What was paid for is not thrown away because the log
   * cannot take it now; all results of a brief have one id, so that the first alone counts, however often it is tried.
   */
  private async record(result: NewEvent, cancelled: AbortSignal): Promise<void> {
    const { clock, log, logger } = this.platform;
    const { signal } = this.stopping;
    for (let failures = 1; this.isOpen(result.subject) && !cancelled.aborted; failures++) {
      this.ending.add(result.subject);
      try {
        await log.append([result]);
        return;
      } catch (error) {
        if (signal.aborted || isContentFlowError(error, 'log-closed')) {
          this.ending.delete(result.subject);
          throw error;
        }
        logger.warn({ err: error, content: result.subject }, 'a result could not be recorded yet');
        await clock.sleep(backOffMs(failures, RESULT_BACK_OFF), signal);
      }
    }
  }

  private isOpen(contentId: string): boolean {
    return this.hosted?.parts().some(({ open }) => open.has(contentId)) ?? false;
  }

  private async observeLoad(): Promise<void> {
    const { clock, instance, log, logger } = this.platform;
    const time = clock.now();
    const { accepted, completed, waitedMs, started, since } = this.load;
    this.load = { accepted: 0, completed: 0, waitedMs: 0, started: 0, since: time };
    const queue = [...this.owned].reduce((total, key) => total + this.waiting(key, time), 0);
    metrics()?.queueSeen(queue, this.inFlight.size);
    const event = newEvent(LoadObserved, {
      subject: instance,
      time,
      cause: { id: `load-${instance}-${time}` },
      data: {
        worker: instance,
        sinceMs: time - since,
        accepted,
        completed,
        queue,
        inFlight: this.inFlight.size,
        capacity: this.machines.callsAtOnce(),
        ...this.machines.usage(),
        responseTimeMs: started === 0 ? 0 : waitedMs / started,
      },
    });
    await log.append([event]).catch((error: unknown) => logger.error({ err: error }, 'the load could not be recorded'));
  }

  private waiting(partition: string, at: number): number {
    let count = 0;
    for (const { claim } of this.open(partition)?.values() ?? []) if (!isLive(claim, at)) count++;
    return count;
  }
}
