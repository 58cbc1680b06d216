import { canonicalJson, type Clock, hash128, MINUTE_MS, type Random, SECOND_MS } from '@contentflow/kernel';
import { type ModelProvider, type ModelReply, type ModelRequest, ProviderError } from '@contentflow/language-models';
import type { Truth } from '../truth/truth.ts';
import { effectOn, modelAt } from '../world/world-at.ts';
import type { World } from '../world/world.ts';
import { meanOutputTokens } from './behaviour.ts';
import { Conversations } from './conversations.ts';
import { estimatedTokens } from './estimated-tokens.ts';
import { bodyStepOf, contentTypeNamed, stepsBuiltOn } from './generation0.ts';
import { guidanceTokens } from './guidance.ts';
import { RateLimits } from './rate-limit.ts';
import { readRequest } from './read-request.ts';
import { featuresNow, type SandboxCall } from './sandbox-call.ts';
import { stepText, taskText } from './sandbox-texts.ts';

export interface SandboxOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly truth: Truth;
  /** When the world's day began; the clock's time when the sandbox is made, where left out. */
  readonly startMs?: number;
  readonly name?: string;
  /** Those it answers for; all of the world's, where left out. */
  readonly models?: readonly string[];
}

export interface SandboxProvider extends ModelProvider {
  readonly kind: 'sandbox';
  readonly simulated: true;
  callsInFlight(): number;
}

/** What made a call fail tends to last: the same call of the same model, tried again within two minutes, fails again with these odds. */
const REPEAT_FAILURE_ODDS = 0.7;
const FAILURE_LASTS_MS = 2 * MINUTE_MS;
/** How long a provider that hangs keeps a caller who has no deadline of his own. */
const HANGS_MS = MINUTE_MS;
const REFUSAL_MS = 50;
/** Spread of the tokens of one reply around their mean, of the logarithm. */
export const TOKEN_SIGMA = 0.15;

/**
 * The world as a model provider. What it answers depends on the requests it receives and on nothing else: a field of a recipe is never
 * seen here.
 */
export const createSandboxProvider = (options: SandboxOptions): SandboxProvider => new Sandbox(options);

class Sandbox implements SandboxProvider {
  readonly name: string;
  readonly kind = 'sandbox';
  readonly simulated = true;
  readonly models: readonly string[];
  readonly #options: SandboxOptions;
  readonly #startMs: number;
  readonly #conversations = new Conversations();
  readonly #limits = new RateLimits();
  /** By content type, tokens of generation 0's instructions. */
  readonly #instructions0: ReadonlyMap<string, number>;
  #callsInFlight = 0;

  constructor(options: SandboxOptions) {
    const { world, clock, name = 'sandbox', startMs = clock.now() } = options;
    this.name = name;
    this.models = options.models ?? world.models.map((model) => model.name);
    this.#options = options;
    this.#startMs = startMs;
    this.#instructions0 = new Map(
      Object.entries(world.contentTypes).map(([type, { generation0 }]) => [
        type,
        guidanceTokens(type, generation0.promptTokens),
      ]),
    );
  }

  callsInFlight(): number {
    return this.#callsInFlight;
  }

  async generate(request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> {
    if (signal?.aborted) throw new ProviderError('cancelled', 'the call was cancelled before it began');
    const call = this.#callOf(request);
    const { conversation, step, isBody } = call;
    this.#callsInFlight++;
    conversation.inFlight++;
    const isNew = !conversation.steps.has(step);
    conversation.steps.add(step);
    if (isBody) conversation.candidates++;
    try {
      await this.#refuseOrFail(call, signal);
      const reply = await this.#answer(call, signal);
      conversation.finished.add(step);
      return reply;
    } catch (error) {
      // What was refused made nothing: it is neither a step nor a draft.
      if (isNew) conversation.steps.delete(step);
      if (isBody) conversation.candidates--;
      throw error;
    } finally {
      this.#callsInFlight--;
      conversation.inFlight--;
      conversation.lastAt = this.#options.clock.now();
    }
  }

  #callOf(request: ModelRequest): SandboxCall {
    const { world, clock, truth, random } = this.#options;
    const at = clock.now() - this.#startMs;
    const read = readRequest(request.messages);
    const [contentType, type] = contentTypeNamed(world, read.ask.contentType);
    const model = modelAt(world, request.model, at);
    if (!model) throw new ProviderError('unknown_model', `the sandbox has no model "${request.model}"`);
    const body = bodyStepOf(type.generation0);
    const step = read.step ?? body;
    const isBody = step === body;
    const asked = isBody ? hash128(canonicalJson([request.temperature ?? null, request.messages])) : undefined;
    const builtOn = stepsBuiltOn(type.generation0, step);
    const conversation = this.#conversations.of({ read, step, model: model.name, body: asked, builtOn }, clock.now());
    const number = (conversation.calls.get(step) ?? 0) + 1;
    conversation.calls.set(step, number);
    return {
      world,
      contentType,
      type,
      at,
      truth,
      request,
      read,
      model,
      step,
      isBody,
      conversation,
      instructions0: this.#instructions0.get(contentType) ?? 0,
      random: random.fork(`${conversation.key}/${step}/${number}`),
      contentRandom: (label) => random.fork(`${conversation.key}/${label}`),
    };
  }

  async #refuseOrFail(call: SandboxCall, signal?: AbortSignal): Promise<void> {
    const { model, read, conversation, step, random } = call;
    const { clock } = this.#options;
    const now = clock.now();
    const retryAfterMs = this.#limits.delayFor(model, read.tokensIn, now);
    if (retryAfterMs > 0)
      throw new ProviderError('rate_limited', `${model.name}: rate limit reached`, { retryAfterMs });

    const failure = drawnFailure(call, now);
    if (!failure) return void conversation.failed.delete(step);
    conversation.failed.set(step, { at: now, model: model.name });
    conversation.hasFailed = true;
    if (failure === 'rate_limited') {
      await pause(clock, REFUSAL_MS, signal);
      throw new ProviderError(failure, `${model.name}: too many requests`, { retryAfterMs: 1000 + random.below(3000) });
    }
    if (failure === 'timeout') {
      await pause(clock, HANGS_MS, signal);
      throw new ProviderError(failure, `${model.name}: no answer within ${HANGS_MS / SECOND_MS} s`);
    }
    await pause(clock, random.logNormal(model.timeToFirstTokenMs.median, model.timeToFirstTokenMs.sigma), signal);
    throw new ProviderError(failure, `${model.name}: internal server error`);
  }

  async #answer(call: SandboxCall, signal?: AbortSignal): Promise<ModelReply> {
    const { clock } = this.#options;
    const { onText } = call.request;
    const special = taskText(call);
    const { drawn, tokensOut, timeToFirstTokenMs, timeMs } = drawnReply(call, special);
    const written = (): string => shortened(special ?? stepText(call), tokensOut / drawn);
    let text: string;
    if (onText) {
      await pause(clock, timeToFirstTokenMs, signal);
      text = written();
      await streamed(clock, text, timeMs - timeToFirstTokenMs, onText, signal);
    } else {
      await pause(clock, timeMs, signal);
      text = written();
    }
    const finishReason = tokensOut < drawn ? 'length' : 'stop';
    return { text, tokensIn: call.read.tokensIn, tokensOut, timeToFirstTokenMs, timeMs, finishReason };
  }
}

interface DrawnReply {
  /** Tokens, were there no limit. */
  readonly drawn: number;
  readonly tokensOut: number;
  readonly timeToFirstTokenMs: number;
  readonly timeMs: number;
}

function drawnReply(call: SandboxCall, special: string | undefined): DrawnReply {
  const { request, read, model, random } = call;
  const features = featuresNow(call);
  const mean =
    special === undefined ? meanOutputTokens(call, call.step, read.ask.words, features) : estimatedTokens(special);
  const drawn = Math.max(1, Math.round(mean * random.logNormal(Math.exp(-(TOKEN_SIGMA ** 2) / 2), TOKEN_SIGMA)));
  const tokensOut = Math.min(drawn, request.maxOutputTokens);
  const slowness = effectOn(call, 'time', features);
  const timeToFirstTokenMs =
    slowness * random.logNormal(model.timeToFirstTokenMs.median, model.timeToFirstTokenMs.sigma);
  const speed = random.logNormal(model.tokensPerSecond.median, model.tokensPerSecond.sigma);
  return { drawn, tokensOut, timeToFirstTokenMs, timeMs: timeToFirstTokenMs + (slowness * tokensOut * 1000) / speed };
}

type DrawnFailure = 'rate_limited' | 'timeout' | 'server_error';

function drawnFailure(call: SandboxCall, now: number): DrawnFailure | undefined {
  const { model, conversation, step, random } = call;
  const odds = effectOn(call, 'failureOdds', featuresNow(call));
  const { '429': limited, timeout, '5xx': server } = model.failures;
  const all = (limited + timeout + server) * odds;
  if (all <= 0) return undefined;
  const failed = conversation.failed.get(step);
  const hasJustFailed = failed?.model === model.name && now - failed.at < FAILURE_LASTS_MS;
  const draw = random.next();
  if (draw >= (hasJustFailed ? Math.max(REPEAT_FAILURE_ODDS, all) : all)) return undefined;
  const which = random.next() * (limited + timeout + server);
  return which < limited ? 'rate_limited' : which < limited + timeout ? 'timeout' : 'server_error';
}

async function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal);
  if (signal?.aborted) throw new ProviderError('cancelled', 'the caller gave up');
}

const PIECES = 20;

async function streamed(
  clock: Clock,
  text: string,
  ms: number,
  onText: (piece: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const size = Math.max(1, Math.ceil(text.length / PIECES));
  for (let at = 0; at < text.length; at += size) {
    onText(text.slice(at, at + size));
    await pause(clock, ms / Math.ceil(text.length / size), signal);
  }
}

const shortened = (text: string, share: number): string =>
  share >= 1 ? text : text.slice(0, Math.max(1, Math.floor(text.length * share)));
