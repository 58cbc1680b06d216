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
  ClockJumps,
  backOffMs,
  isContentFlowError,
  messageOf,
  MINUTE_MS,
  type NewEvent,
  ownValue,
  partitionKey,
  repeatedly,
  type StoredEvent,
} from '@contentflow/kernel';
import {
  FoldHost,
  handleInTrace,
  type HostedFold,
  MACHINES,
  type Machines,
  observeQueue,
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
import { BriefClaims, type ClaimedAttempt, ENDED, MAX_CLAIMS } from './brief-claims.ts';
import { type Attempt, ContentMaker, STOPPING } from './content-maker.ts';
import { type Briefs, isLive, OPEN_BRIEFS, openBriefs, type OpenBrief } from './domain/open-briefs.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';

const OBSERVE_EVERY_MS = MINUTE_MS;
/** Of a lease: how soon after its end a brief is taken up again. */
const SWEEPS_PER_LEASE = 2;
/** Between tries to write down a result that has been paid for. */
const AFTER_FAILURE_MS = 1_000;
const RESULT_BACK_OFF = { firstMs: 100, longestMs: 5_000 };
/** A brief whose making throws ends in a failure then. */
const MAX_ATTEMPTS = 3;
/** Longest a person waits for a brief that another process has just accepted, in real time. */
const SEEN_WITHIN_MS = 5_000;

/** A brief that this process works on. */
interface InFlight extends ClaimedAttempt {
  readonly done: Promise<void>;
}

/**
 * Makes what has been accepted. It folds the content topic to know what is open, owns the briefs of the partitions that
 * its consumer group gave it, claims one whenever it has room, and ends each with one event.
 */
@Injectable()
export class GenerationWorker implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private hosted: HostedFold<Briefs> | undefined;
  /** Before that, a brief that has long been made looks open: its result is not read yet. */
  private hasCaughtUp = false;
  private readonly inFlight = new Map<string, InFlight>();
  private readonly claims: BriefClaims;
  /** Whose result this process has appended and not yet read: they look open and are not. */
  private readonly ending = new Set<string>();
  private owned: ReadonlySet<string> = new Set();
  private readonly stopping = new AbortController();
  private membership: GroupSubscription | undefined;
  private readonly jumps: ClockJumps;
  private loops: Promise<unknown> = Promise.resolve();
  private load = { accepted: 0, completed: 0, waitedMs: 0, started: 0, since: 0 };

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MACHINES) private readonly machines: Machines,
    private readonly maker: ContentMaker,
    private readonly batches: BatchTexts,
    private readonly folds: FoldHost,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
  ) {
    this.jumps = new ClockJumps(platform.clock, platform.leaseMs);
    this.claims = new BriefClaims(platform, this.stopping.signal, (partition) => this.open(partition));
  }

  async onApplicationBootstrap(): Promise<void> {
    const { clock, storedLog } = this.platform;
    this.load.since = clock.now();
    const ends = await storedLog.ends([Topic.content]);
    this.hosted = await this.folds.start(OPEN_BRIEFS, openBriefs, (events) => this.onContent(events));
    void this.hosted.caughtUpTo(ends).then(() => {
      this.hasCaughtUp = true;
      this.startPending();
    });
    this.membership = await storedLog.subscribe({
      group: 'generator',
      topics: [Topic.content],
      // The group is joined for its partitions; the work itself is claimed, and outlives the batch.
      handle: async () => [],
      onAssigned: (partitions) => {
        this.owned = partitions;
        this.startPending();
      },
    });
    this.machines.onChange(() => this.startPending());
    const { signal } = this.stopping;
    const forget = observeQueue(() => ({ waiting: this.queued(), inFlight: this.inFlight.size }));
    signal.addEventListener('abort', forget, { once: true });
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
        async () => this.startPending(),
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
        this.claims.came(event as StoredEvent<EventData<typeof GenerationClaimed>>);
      if (event.type === ContentGenerated.type)
        this.onGenerated(event as StoredEvent<EventData<typeof ContentGenerated>>);
    }
    this.startPending();
  }

  private onGenerated({ data }: StoredEvent<EventData<typeof ContentGenerated>>): void {
    const { batch, worker, contentId, content, personal } = data;
    if (batch && !personal && worker !== this.platform.instance)
      void this.batches.saw(batch.id, contentId, content.body);
  }

  /** What is to be made of a partition. */
  private open(partition: string): Briefs['open'] | undefined {
    return this.hosted && ownValue(this.hosted.folded().parts, partition)?.open;
  }

  private startPending(): void {
    if (this.stopping.signal.aborted || !this.hasCaughtUp) return;
    const at = this.platform.clock.now();
    const hasJumped = this.jumps.isRecent();
    for (const key of this.owned) {
      for (const brief of this.open(key)?.values() ?? []) {
        if (this.inFlight.size >= this.machines.callsAtOnce()) return;
        const { contentId } = brief.accepted.data;
        if (isLive(brief.claim, at) || this.inFlight.has(contentId) || this.ending.has(contentId)) continue;
        // Whoever has it says so anew.
        if (brief.claim && hasJumped) continue;
        this.begin(brief);
      }
    }
  }

  private begin(brief: OpenBrief): void {
    const { contentId } = brief.accepted.data;
    const stop = new AbortController();
    const attempt = this.claims.attemptAt(brief, stop, this.options.maxCostPerBriefUsd);
    const done = this.make(attempt).finally(() => {
      this.inFlight.delete(contentId);
      this.startPending();
    });
    this.inFlight.set(contentId, { ...attempt, done });
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
        await this.platform.log.append([
          this.maker.cancelled(work ?? { accepted: brief.accepted, earlier: brief.calls, calls: [] }, reason),
        ]);
    } catch (error) {
      this.ending.delete(contentId);
      throw error;
    }
  }

  private async findOpen(contentId: string): Promise<OpenBrief | undefined> {
    await this.hosted?.caughtUpWith(({ subject }) => subject === contentId, SEEN_WITHIN_MS);
    return this.hosted
      ?.parts()
      .find(({ open }) => open.has(contentId))
      ?.open.get(contentId);
  }

  private async make(attempt: ClaimedAttempt): Promise<void> {
    const { clock, logger } = this.platform;
    try {
      const { accepted } = attempt;
      const about = { 'contentflow.content.id': accepted.data.contentId };
      await handleInTrace(accepted, `generate ${accepted.data.brief.contentType}`, about, async () => {
        await this.maker.prepared();
        if (await this.claims.take(attempt)) await this.claims.renewed(attempt, this.generate(attempt));
      });
    } catch (error) {
      // The lease runs out and the brief is taken up again: nothing is lost.
      logger.error({ err: error, content: attempt.accepted.subject }, 'a generation could not be recorded');
      // Where not even its claim could be, it looks as if nobody had it: not at once, or nothing else would have its turn.
      await clock.sleep(AFTER_FAILURE_MS, this.stopping.signal);
    }
  }

  private async generate(attempt: Attempt): Promise<void> {
    const { clock } = this.platform;
    this.load.started++;
    this.load.waitedMs += Math.max(0, clock.now() - attempt.accepted.time);
    const result = await this.resultOf(attempt);
    if (!result) return;
    await this.record(result, attempt.signal);
    this.load.completed++;
  }

  /**
   * None where it was cancelled, or has not begun when the process stops.
   * @throws what making it threw, while there are attempts left
   */
  private async resultOf(attempt: Attempt): Promise<NewEvent | undefined> {
    const { number, signal } = attempt;
    if (number > MAX_CLAIMS)
      return this.maker.abandoned(attempt, `${MAX_CLAIMS} workers that took it on came to no end`);
    try {
      return await this.maker.make(attempt);
    } catch (error) {
      if (signal.aborted || isContentFlowError(error, STOPPING)) return undefined;
      if (number < MAX_ATTEMPTS) throw error;
      return this.maker.abandoned(attempt, `attempt ${number}: ${messageOf(error)}`);
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

  private queued(): number {
    const time = this.platform.clock.now();
    return [...this.owned].reduce((total, key) => total + this.waiting(key, time), 0);
  }

  private async observeLoad(): Promise<void> {
    const { clock, instance, log, logger } = this.platform;
    const time = clock.now();
    const { accepted, completed, waitedMs, started, since } = this.load;
    this.load = { accepted: 0, completed: 0, waitedMs: 0, started: 0, since: time };
    const event = newEvent(LoadObserved, {
      subject: instance,
      time,
      cause: { id: `load-${instance}-${time}` },
      data: {
        worker: instance,
        sinceMs: time - since,
        accepted,
        completed,
        queue: this.queued(),
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
