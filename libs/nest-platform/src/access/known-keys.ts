import { ApiKeyUsed, newEvent, Topic } from '@contentflow/contracts';
import { derivedId, HOUR_MS, resolvedWithin, SharedRuns } from '@contentflow/kernel';
import type { KeyBudget } from '@contentflow/language-models';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { FoldHost } from '../fold-host.ts';
import type { HostedFold } from '../hosted-fold.ts';
import { PLATFORM, type Platform } from '../platform.ts';
import { type ApiKey, type ApiKeys, apiKeys, budgetOf } from './api-keys.ts';

/** Longest a request waits for keys that another process may have made, in real time: a log that stands still holds nobody up. */
const HEARD_WITHIN_MS = 5000;
const NONE: ApiKeys = new Map();

/** The keys to the API as this process has read them from the log. */
@Injectable()
export class KnownKeys implements OnModuleInit {
  private keys: HostedFold<ApiKeys> | undefined;
  private readonly looks = new SharedRuns(() => this.refreshed());
  private readonly written = new Map<string, number>();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    private readonly folds: FoldHost,
  ) {}

  async onModuleInit(): Promise<void> {
    const ends = await this.platform.log.ends([Topic.access]);
    this.keys = await this.folds.start('api-keys', apiKeys);
    await this.keys.caughtUpTo(ends);
  }

  all(): ApiKeys {
    return this.keys?.parts()[0] ?? NONE;
  }

  /** Resolves once what the log holds of them now is known here. */
  async refreshed(): Promise<ApiKeys> {
    await this.keys?.caughtUpTo(await this.platform.log.ends([Topic.access]));
    return this.all();
  }

  /**
   * The same for keys that strangers make up: however many they are, the log is asked once at a time, after each of them was shown. False where
   * that takes too long.
   */
  shared(): Promise<boolean> {
    return resolvedWithin(this.looks.ask(), HEARD_WITHIN_MS);
  }

  /** What a key may spend; undefined where nothing bounds it, or it is none. */
  budgetOf(keyId: string): KeyBudget | undefined {
    const key = this.all().get(keyId);
    return key && budgetOf(key);
  }

  /** Writes down that a key was used, once an hour. No request waits for it. */
  used({ id }: ApiKey): void {
    const now = this.platform.clock.now();
    if (now - (this.written.get(id) ?? -Infinity) < HOUR_MS) return;
    this.written.set(id, now);
    const cause = { id: derivedId(this.platform.instance, `${id}-${now}`) };
    this.platform.log
      .append([newEvent(ApiKeyUsed, { subject: id, data: { keyId: id }, time: now, cause })])
      .catch((error: unknown) =>
        this.platform.logger.warn({ err: error, key: id }, 'the use of a key was not written'),
      );
  }
}
