import { canonicalJson, type Clock, DAY_MS, hash128, type Random } from '@contentflow/kernel';
import { LRUCache } from 'lru-cache';
import {
  type AuditedHit,
  type CacheDirective,
  type CacheOutcome,
  GatewayFailure,
  type GatewayReply,
  type GatewayRequest,
  type CacheOrigin,
} from '../gateway/gateway-call.ts';
import type { ReplyCache } from '../gateway/model-gateway.ts';
import { within } from '../gateway/within.ts';
import type { Vector } from '../embeddings/embedder.ts';
import type { Embedded, MeteredEmbeddings } from '../embeddings/metered-embeddings.ts';
import type { ModelMessage } from '../model-provider.ts';
import type { CachedReply, CacheStore } from './cache-store.ts';
import { DEFAULT_THRESHOLD, LOWEST_THRESHOLD, SAME_WORDS } from './calibration.ts';
import { SemanticIndex } from './semantic-index.ts';

export interface ReplyCacheOptions {
  readonly clock: Clock;
  readonly store: CacheStore;
  /** Draws which answers are made again to be compared; without it none are. */
  readonly random?: Random;
  /** Where the request does not say; milliseconds. */
  readonly defaultTtlMs?: number;
  /** The similarity from which two texts ask for the same: calibrated, see `calibratedThreshold`. */
  readonly threshold?: () => number;
  /** Compares by meaning too, where there is one; without it, or while it fails, words alone decide. */
  readonly embeddings?: MeteredEmbeddings | undefined;
  /** Texts to be found by meaning, per scope; and scopes. */
  readonly maxTextsPerScope?: number;
  readonly maxScopes?: number;
}

/** How long one request waits for another that makes the same, where it has no deadline of its own. */
const TIMEOUT_LIMIT_MS = 300_000;

/**
 * Exact and semantic cache. Keys hold everything that shapes a reply and the caller's scope, so that no experiment's
 * arm is served by another's. What is asked twice at once is made once; who waits for a maker that fails makes it again.
 */
export const createReplyCache = (options: ReplyCacheOptions): ReplyCache => new StoredReplies(options);

/** A request that may be answered from memory, and how it is made where it is not. */
interface Question {
  readonly request: GatewayRequest;
  readonly directive: CacheDirective;
  readonly keys: CacheKeys;
  readonly make: () => Promise<GatewayReply>;
  readonly signal: AbortSignal | undefined;
  /** Of its text, where meanings are compared. */
  readonly vector?: Vector | undefined;
}

/** A reply on its way, for all who ask for the same. */
interface GenerationContext {
  readonly reply: Promise<GatewayReply>;
  readonly servedFrom: CacheOrigin | undefined;
}

const originOf = ({ directive: { madeFor, scope } }: Question): CacheOrigin | undefined =>
  madeFor === undefined ? undefined : { madeFor, scope };

class StoredReplies implements ReplyCache {
  readonly #options: ReplyCacheOptions;
  readonly #making = new Map<string, GenerationContext>();
  readonly #indexes: LRUCache<string, SemanticIndex>;

  constructor(options: ReplyCacheOptions) {
    const { embeddings, maxScopes = 200, maxTextsPerScope = 5000 } = options;
    this.#options = options;
    this.#indexes = new LRUCache({
      max: maxScopes,
      memoMethod: () => new SemanticIndex(maxTextsPerScope, embeddings?.evenOddsAt),
    });
  }

  async answer(
    request: GatewayRequest,
    make: () => Promise<GatewayReply>,
    signal: AbortSignal | undefined,
  ): Promise<GatewayReply> {
    const directive = request.cache;
    if (!directive || directive.mode === 'off') return make();
    const question: Question = { request, directive, keys: cacheKeys(request, directive), make, signal };
    const exact = await this.#options.store.get(question.keys.exact);
    if (exact) return this.#answerByKey(question, exact);
    return directive.mode === 'semantic' ? this.#answerByMeaning(question) : this.#makeOnce(question);
  }

  async #answerByKey(question: Question, exact: CachedReply): Promise<GatewayReply> {
    const { request, keys, directive } = question;
    if (exact.asked === keys.asked || !this.#isAudited(directive)) return served(request, exact, 'exact');
    const hit: Found = { reply: exact, similarity: SAME_WORDS, found: 'by_key' };
    return audited(request, hit, () => this.#makeOnce(question));
  }

  async #answerByMeaning(question: Question): Promise<GatewayReply> {
    const { embeddings } = this.#options;
    const { request, keys, signal } = question;
    if (!embeddings) return this.#answerByNearest(question);
    const { deadlineMs: forMs = TIMEOUT_LIMIT_MS } = request;
    const embedded = await embeddings.embed(keys.text, request, { forMs, ...(signal && { signal }) });
    return withEmbedding(embedded, this.#answerByNearest({ ...question, vector: embedded.vector }));
  }

  async #answerByNearest(question: Question): Promise<GatewayReply> {
    const { request, directive } = question;
    const nearest = await this.#nearest(question);
    const madeNow = (): Promise<GatewayReply> => this.#makeOnce(question);
    if (!nearest) return withSimilarity(0, await madeNow());
    const { rule } = directive;
    const isCompared = this.#isAudited(directive);
    if (nearest.found === 'near_miss' || rule?.isTrial) {
      const made = withSimilarity(nearest.similarity, await madeNow());
      return rule || isCompared ? beside(nearest, made) : made;
    }
    return isCompared
      ? audited(request, nearest, madeNow)
      : served(request, nearest.reply, 'semantic', nearest.similarity);
  }

  /** The most alike, also where it is too little alike to be given. */
  async #nearest({ keys, directive, vector }: Question): Promise<Found | undefined> {
    const { store, threshold = () => DEFAULT_THRESHOLD } = this.#options;
    const { rule, similarity: least = rule ? LOWEST_THRESHOLD : threshold() } = directive;
    const index = this.#indexes.memo(keys.index);
    const nearest = index.nearest(keys.text, vector);
    if (!nearest || nearest.similarity < Math.min(least, LOWEST_THRESHOLD)) return undefined;
    const reply = await store.get(nearest.id);
    const { similarity } = nearest;
    const isGiven = rule ? rule.mayServe(nearest.id, similarity) : similarity >= least;
    if (reply)
      return { reply, similarity, found: isGiven ? 'by_meaning' : 'near_miss', ...(rule && { entry: nearest.id }) };
    index.remove(nearest.id);
    return undefined;
  }

  async #makeOnce(question: Question): Promise<GatewayReply> {
    const { request, keys, signal } = question;
    for (;;) {
      const other = this.#making.get(keys.exact);
      if (!other) break;
      const timeoutMs = request.deadlineMs ?? TIMEOUT_LIMIT_MS;
      const made = await within(this.#options.clock, timeoutMs, signal, 'the same request under way', () =>
        other.reply.catch(() => undefined),
      );
      if (made) return served(request, { ...made, servedFrom: other.servedFrom }, 'exact');
    }
    const mine = question.make();
    this.#making.set(keys.exact, { reply: mine, servedFrom: originOf(question) });
    try {
      const reply = await mine;
      await this.#keep(question, reply);
      return reply;
    } finally {
      this.#making.delete(keys.exact);
    }
  }

  async #keep(question: Question, reply: GatewayReply): Promise<void> {
    const { keys, directive, vector } = question;
    if (reply.finishReason !== 'stop' || reply.toolCalls) return;
    const { clock, store, defaultTtlMs = DAY_MS } = this.#options;
    const { text, tokensIn, tokensOut, finishReason, provider, model, simulated } = reply;
    const from = { asked: keys.asked, servedFrom: originOf(question) };
    const kept = { text, tokensIn, tokensOut, finishReason, provider, model, simulated, ...from };
    await store.set(keys.exact, kept, clock.now() + (directive.ttlMs ?? defaultTtlMs));
    if (directive.mode === 'semantic') this.#indexes.memo(keys.index).add(keys.exact, keys.text, vector);
  }

  #isAudited({ auditShare = 0 }: CacheDirective): boolean {
    const { random } = this.#options;
    return random !== undefined && random.next() < auditShare;
  }
}

/** The embedding is a call of its own, whatever came of it: part of a hit, or before what was made. */
async function withEmbedding({ call }: Embedded, answer: Promise<GatewayReply>): Promise<GatewayReply> {
  if (!call) return answer;
  try {
    const reply = await answer;
    const calls = [{ ...call, cache: reply.cache }, ...reply.calls];
    return { ...reply, calls, cost: reply.cost + call.cost };
  } catch (error) {
    if (!(error instanceof GatewayFailure)) throw error;
    throw new GatewayFailure(error, [{ ...call, cache: 'miss' }, ...error.calls]);
  }
}

/** A kept reply to a request that means the same, or nearly. */
interface Found extends Omit<AuditedHit, 'text'> {
  readonly reply: CachedReply;
}

const beside = ({ reply, ...hit }: Found, made: GatewayReply): GatewayReply =>
  made.cache === 'miss' ? { ...made, auditedHit: { ...hit, text: reply.text } } : made;

/** What was made says how alike the nearest was that was kept. */
const withSimilarity = (similarity: number, made: GatewayReply): GatewayReply =>
  made.cache === 'miss' ? { ...made, calls: made.calls.map((call) => ({ ...call, similarity })) } : made;

/** Made again, with what would have been served beside it; where making fails, that is served after all. */
async function audited(request: GatewayRequest, hit: Found, make: () => Promise<GatewayReply>): Promise<GatewayReply> {
  const { reply, similarity, found } = hit;
  const isByMeaning = found === 'by_meaning';
  try {
    const made = await make();
    return beside(hit, isByMeaning ? withSimilarity(similarity, made) : made);
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.failure === 'cancelled') throw error;
    request.onRestart?.();
    const given = isByMeaning ? served(request, reply, 'semantic', similarity) : served(request, reply, 'exact');
    const calls = [...error.calls, ...given.calls];
    return { ...given, calls, cost: calls.reduce((sum, { cost }) => sum + cost, 0) };
  }
}

interface CacheKeys {
  readonly exact: string;
  /** Tells apart requests that have the key in common, where it stands for more than one. */
  readonly asked?: string;
  /** Of the index in which `text` is compared by meaning: all that must agree to the letter. */
  readonly index: string;
  readonly text: string;
}

function cacheKeys(request: GatewayRequest, directive: CacheDirective): CacheKeys {
  const { model, messages, maxOutputTokens, temperature, topP, stop, seed, responseSchema, tools, toolChoice } =
    request;
  const parameters = { maxOutputTokens, temperature, topP, stop, seed, responseSchema, tools, toolChoice };
  const fixed = canonicalJson({ scope: directive.scope, model, parameters });
  const { keyMessages } = directive;
  const exact = {
    exact: hash128(fixed + conversationKey(keyMessages ?? messages)),
    ...(keyMessages && { asked: hash128(conversationKey(messages)) }),
  };
  if (directive.mode !== 'semantic') return { ...exact, index: '', text: '' };
  if (directive.semanticText !== undefined) return { ...exact, index: hash128(fixed), text: directive.semanticText };
  const before = messages.slice(0, -1);
  return { ...exact, index: hash128(fixed + conversationKey(before)), text: messages.at(-1)?.content ?? '' };
}

/** Different for every conversation. The contents, which are long, follow their lengths as they are: no two run into each other. */
function conversationKey(messages: readonly ModelMessage[]): string {
  const outlines = messages.map(({ content, ...outline }) => ({ ...outline, length: content.length }));
  return canonicalJson(outlines) + messages.map(({ content }) => content).join('');
}

/** A reply from memory: it cost nothing, and came at once. */
function served(request: GatewayRequest, reply: CachedReply, cache: CacheOutcome, similarity?: number): GatewayReply {
  const { text, tokensIn, tokensOut, finishReason, provider, model, simulated, servedFrom } = reply;
  request.onText?.(text);
  const record = {
    provider,
    model,
    attempt: 0,
    tokensIn: 0,
    tokensOut: 0,
    cost: 0,
    timeToFirstTokenMs: 0,
    timeMs: 0,
    waitMs: 0,
    outcome: 'ok' as const,
    cache,
    simulated,
    ...(similarity === undefined ? {} : { similarity }),
    ...(servedFrom && { servedFrom }),
  };
  const times = { timeToFirstTokenMs: 0, timeMs: 0 };
  return {
    text,
    tokensIn,
    tokensOut,
    finishReason,
    provider,
    model,
    simulated,
    cache,
    cost: 0,
    ...times,
    calls: [record],
  };
}
