import {
  type Call,
  newEvent,
  type Recipe,
  SemanticCacheAllowed,
  SemanticHitAudited,
  type WrongHits,
} from '@contentflow/contracts';
import { hash128, ownValue } from '@contentflow/kernel';
import {
  type AuditedHit,
  type BudgetClaim,
  GatewayFailure,
  type SpendingLimit,
  STRICT_THRESHOLD,
} from '@contentflow/language-models';
import {
  DecisionRuntime,
  type HostedFold,
  MODELS,
  type Models,
  PLATFORM,
  type Platform,
  SystemStateReader,
} from '@contentflow/nest-platform';
import { judgingMessages, JUDGING_TASK, verdictIn } from '@contentflow/recipes';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { CacheUse } from './call-model.ts';
import { LearnedEntries } from './learned-entries.ts';
import {
  type Audits,
  auditedTypes,
  isOnTrial,
  semanticCacheOf,
  wrongHits,
  wrongHitsOf,
  wrongShareOf,
} from './domain/wrong-hits.ts';

/** One word, and what some models think before it. */
const JUDGE_TOKENS = 300;

/** A text that was made although the cache had an answer, or nearly, and for whom. */
export interface HitToJudge {
  readonly contentId: string;
  readonly recipe: Recipe;
  readonly step: string;
  readonly request: string;
  readonly made: string;
  readonly hit: AuditedHit;
  readonly budget: BudgetClaim;
  readonly spending?: SpendingLimit | undefined;
}

/** How far the cache may be trusted with answers made for other words: has audited ones judged, counts the wrong ones, and restricts it. */
@Injectable()
export class SemanticCache implements OnApplicationBootstrap, OnApplicationShutdown {
  private audits: HostedFold<Audits> | undefined;
  private readonly judging = new Set<Promise<void>>();
  private readonly entries = new LearnedEntries();

  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    private readonly system: SystemStateReader,
    private readonly runtime: DecisionRuntime,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.audits = await this.runtime.start(wrongHits);
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.judging);
  }

  /** How the answers of a recipe may be found now. */
  directive({ contentType, cache }: Recipe): CacheUse {
    const { strategy, timeToLiveMs: ttlMs, key } = cache;
    if (strategy === 'off' || (strategy === 'exact' && !key)) return { mode: strategy, ttlMs };
    const system = this.system.current();
    const { isRestricted = false, similarity: restrictedTo = 0 } = ownValue(system.semanticCache, contentType) ?? {};
    const { auditShare, guarantee } = system.policy.cache;
    if (guarantee === 'shown') return { ttlMs, auditShare, ...this.shownOnly(contentType, strategy) };
    const audited = { ttlMs, auditShare, isKeyed: key !== undefined && !isRestricted };
    if (strategy === 'exact' || restrictedTo === null) return { mode: 'exact', ...audited };
    const isLearning = semanticCacheOf(this.parts(), system, contentType) === 'learning';
    const similarity = Math.max(cache.similarity, restrictedTo, isLearning ? STRICT_THRESHOLD : 0);
    return { mode: 'semantic', ...audited, similarity };
  }

  /** By thresholds of each entry, and only once they are shown to keep the budget; no key stands for others. */
  private shownOnly(contentType: string, strategy: 'exact' | 'semantic'): Pick<CacheUse, 'mode' | 'rule'> {
    const system = this.system.current();
    const { isRestricted = false, countedFrom = 0 } = ownValue(system.semanticCache, contentType) ?? {};
    if (strategy === 'exact' || isRestricted) return { mode: 'exact' };
    const thresholds = this.entries.of(this.parts(), contentType, countedFrom);
    const { wrongHitShare } = system.policy.cache;
    const mayServe = (entry: string, similarity: number): boolean =>
      thresholds.wrongChance(entry, similarity) <= wrongHitShare;
    return { mode: 'semantic', rule: { mayServe, isTrial: isOnTrial(system, contentType) } };
  }

  /** Has it judged, and recorded, while whoever asked has the text that was made. */
  judge(hit: HitToJudge): void {
    const { logger } = this.platform;
    const work = this.judged(hit)
      .catch((error: unknown) => logger.warn({ err: error, content: hit.contentId }, 'an audited hit was not judged'))
      .finally(() => this.judging.delete(work));
    this.judging.add(work);
  }

  private async judged(asked: HitToJudge): Promise<void> {
    const { contentId, recipe, step, request, made, hit, budget, spending } = asked;
    const { clock, log } = this.platform;
    const isServedFirst = Number.parseInt(hash128(`${contentId}/${step}`).slice(0, 1), 16) % 2 === 0;
    const { contentType } = recipe;
    const answer = await this.models.gateway
      .generate({
        model: recipe.model,
        messages: judgingMessages(request, hit.text, made, isServedFirst),
        maxOutputTokens: JUDGE_TOKENS,
        temperature: 0,
        budget,
        spending,
      })
      .catch((error: unknown) => {
        if (error instanceof GatewayFailure) return error;
        throw error;
      });
    const calls = answer.calls.map(({ simulated: _simulated, priceUnknown: _unknown, ...call }): Call => ({
      step: JUDGING_TASK,
      ...call,
    }));
    const verdict = answer instanceof GatewayFailure ? 'unclear' : verdictIn(answer.text, isServedFirst);
    const { simulated } = this.platform;
    const { similarity, found, entry } = hit;
    await log.append([
      newEvent(SemanticHitAudited, {
        subject: contentId,
        time: clock.now(),
        cause: { id: contentId },
        index: `hit-audited-${step}-${hash128(request).slice(0, 16)}`,
        data: { contentId, contentType, step, similarity, found, ...(entry && { entry }), verdict, calls, simulated },
      }),
    ]);
  }

  /** What is known of each content type whose hits were audited, or that was restricted. */
  known(): SemanticCacheStatus[] {
    const system = this.system.current();
    const types = new Set([...auditedTypes(this.parts()), ...Object.keys(system.semanticCache)]);
    return [...types].sort().map((contentType) => this.statusOf(contentType));
  }

  statusOf(contentType: string): SemanticCacheStatus {
    const [parts, system] = [this.parts(), this.system.current()];
    const { policy, semanticCache } = system;
    const hits = wrongHitsOf(parts, system, contentType);
    return {
      contentType,
      state: semanticCacheOf(parts, system, contentType),
      since: ownValue(semanticCache, contentType)?.since ?? null,
      restrictedTo: ownValue(semanticCache, contentType)?.similarity ?? null,
      ...hits,
      wrongShare: wrongShareOf(hits, policy),
      budget: policy.cache.wrongHitShare,
      simulated: this.platform.simulated,
    };
  }

  /** A person's word; wrong hits are counted again from here on. Resolves once the ledger has it. */
  async allow(contentType: string, reason: string, by: string, commandId: string): Promise<void> {
    const { clock, log } = this.platform;
    const data = { contentType, reason, by };
    const said = await log.append([
      newEvent(SemanticCacheAllowed, { subject: contentType, time: clock.now(), cause: { id: commandId }, data }),
    ]);
    await this.system.inLedger(said);
  }

  private parts(): Audits[] {
    return this.audits?.parts() ?? [];
  }
}

export interface SemanticCacheStatus extends WrongHits {
  readonly contentType: string;
  readonly state: ReturnType<typeof semanticCacheOf>;
  /** When it was restricted, or last allowed by a person; epoch milliseconds. */
  readonly since: number | null;
  /** From which similarity on answers are still found by meaning where it is restricted; null for none. */
  readonly restrictedTo: number | null;
  readonly wrongShare: ReturnType<typeof wrongShareOf>;
  readonly budget: number;
  readonly simulated: boolean;
}
