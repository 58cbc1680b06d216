import { type Call, type EventData, GenerationClaimed, newEvent } from '@contentflow/contracts';
import {
  backOffMs,
  isContentFlowError,
  type NewEvent,
  partitionKey,
  repeatedly,
  type StoredEvent,
} from '@contentflow/kernel';
import { createSpendingLimit, ProviderError, type SpendingLimit } from '@contentflow/language-models';
import type { Platform } from '@contentflow/nest-platform';
import type { Attempt } from './content-maker.ts';
import type { Briefs, OpenBrief } from './domain/open-briefs.ts';

/** Claims that a brief may outlive its workers by: what ends processes one after the other is not tried for ever. */
export const MAX_CLAIMS = 10;
/** Given as the reason, so that no stack is taken each time a generation ends. */
export const ENDED = new Error('ended');
const RENEWALS_PER_LEASE = 3;
/** Between tries to say that more may be spent. */
const BACK_OFF = { firstMs: 100, longestMs: 5_000 };

/** An attempt that this process may break off. */
export interface ClaimedAttempt extends Attempt {
  readonly stop: AbortController;
  /** What all attempts may have cost, as this one has told; US dollars. */
  readonly announced: { mayCostUsd: number };
}

/** What this process claims: by events, of which the first in the log's order holds. */
export class BriefClaims {
  /** By the claim's id. */
  private readonly awaited = new Map<string, (holds: boolean) => void>();

  /**
   * @param stopping  no more is claimed then
   * @param open  what is to be made of a partition
   */
  constructor(
    private readonly platform: Platform,
    private readonly stopping: AbortSignal,
    private readonly open: (partition: string) => Briefs['open'] | undefined,
  ) {}

  /** Its own claim, come back in the log's order: if it holds, the brief is this process's. */
  came({ id, data, partition, topic }: StoredEvent<EventData<typeof GenerationClaimed>>): void {
    const claim = this.awaited.has(id) && this.open(partitionKey(topic, partition))?.get(data.contentId)?.claim;
    this.awaited.get(id)?.(claim ? claim.worker === data.worker && claim.attempt === data.attempt : false);
  }

  /**
   * The next attempt at a brief. What it may spend of the brief's money is in the log before it is spent, a tenth at first: so
   * whoever takes the brief on after a crash knows what is left at least.
   */
  attemptAt(brief: OpenBrief, stop: AbortController, maxCostPerBriefUsd = Infinity): ClaimedAttempt {
    const { accepted, claim, calls, mayCostUsd } = brief;
    const { maxCostUsd = Infinity } = accepted.data;
    const limitUsd = Math.min(maxCostUsd, maxCostPerBriefUsd);
    const isLimited = Number.isFinite(limitUsd);
    const announced = {
      mayCostUsd: isLimited ? Math.max(mayCostUsd, Math.min(limitUsd, mayCostUsd + limitUsd / MAX_CLAIMS)) : 0,
    };
    const spending: SpendingLimit | undefined = isLimited
      ? createSpendingLimit({
          limitUsd,
          name: maxCostUsd <= maxCostPerBriefUsd ? "the brief's maxCostUsd" : 'budgets.perBriefUsd',
          spentUsd: mayCostUsd,
          announcedUsd: announced.mayCostUsd,
          announce: (usd) => this.announce(attempt, usd),
        })
      : undefined;
    const attempt: ClaimedAttempt = {
      accepted,
      number: (claim?.attempt ?? 0) + 1,
      earlier: calls,
      calls: [] as Call[],
      spending,
      announced,
      stop,
      signal: stop.signal,
    };
    return attempt;
  }

  /** @returns whether the brief is this process's */
  take(attempt: ClaimedAttempt): Promise<boolean> {
    // A log that is gone confirms nothing: what has not begun by then is another's, once the lease has run out.
    return this.holds(this.claimOf(attempt), [this.stopping, attempt.signal]);
  }

  /** Keeps the claim alive for as long as the work goes on; where that fails, says what it has called. */
  async renewed<T>(attempt: ClaimedAttempt, work: Promise<T>): Promise<T> {
    const { clock, leaseMs } = this.platform;
    const done = new AbortController();
    const renewing = repeatedly(
      clock,
      () => leaseMs / RENEWALS_PER_LEASE,
      done.signal,
      () => this.renew(attempt),
    );
    try {
      return await work;
    } catch (error) {
      await this.renew(attempt);
      throw error;
    } finally {
      done.abort(ENDED);
      await renewing;
    }
  }

  private async renew(attempt: ClaimedAttempt): Promise<void> {
    await this.platform.log.append([this.claimOf(attempt)]).catch(() => undefined);
  }

  /** @throws ProviderError `cancelled` where the brief is another's by now; what the log throws that is closed */
  private async announce(attempt: ClaimedAttempt, mayCostUsd: number): Promise<void> {
    const { announced, signal, stop } = attempt;
    announced.mayCostUsd = mayCostUsd;
    if (await this.holdsAfterRetries(attempt)) return;
    if (!signal.aborted) stop.abort(ENDED);
    throw new ProviderError('cancelled', 'the brief is made elsewhere, or nowhere');
  }

  /** The log may be unable to take the word now: what it would allow waits for that. */
  private async holdsAfterRetries(attempt: ClaimedAttempt): Promise<boolean> {
    const { clock, logger } = this.platform;
    const { signal, accepted } = attempt;
    for (let failures = 1; ; failures++) {
      try {
        return await this.holds(this.claimOf(attempt), [signal]);
      } catch (error) {
        if (signal.aborted || isContentFlowError(error, 'log-closed')) throw error;
        logger.warn({ err: error, content: accepted.subject }, 'a call waits for the log');
        await clock.sleep(backOffMs(failures, BACK_OFF), signal);
      }
    }
  }

  private async holds(claim: NewEvent, signals: readonly AbortSignal[]): Promise<boolean> {
    const { promise: held, resolve } = Promise.withResolvers<boolean>();
    const giveUp = (): void => resolve(false);
    this.awaited.set(claim.id, resolve);
    for (const signal of signals) signal.addEventListener('abort', giveUp, { once: true });
    if (signals.some(({ aborted }) => aborted)) giveUp();
    try {
      await this.platform.log.append([claim]);
      return await held;
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', giveUp);
      this.awaited.delete(claim.id);
    }
  }

  private claimOf({ accepted, number, earlier, calls, announced: { mayCostUsd } }: ClaimedAttempt): NewEvent {
    const { clock, instance, leaseMs } = this.platform;
    const { subject, data, id, correlationId } = accepted;
    const time = clock.now();
    const known = [...earlier, ...calls];
    return newEvent(GenerationClaimed, {
      subject,
      data: {
        contentId: data.contentId,
        worker: instance,
        attempt: number,
        leaseUntil: time + leaseMs,
        ...(known.length > 0 ? { calls: known } : {}),
        ...(mayCostUsd > 0 ? { mayCostUsd } : {}),
      },
      time,
      cause: { id, correlationId },
      index: `claim-${number}-${instance}-${time}${mayCostUsd > 0 ? `-${mayCostUsd}` : ''}`,
    });
  }
}
