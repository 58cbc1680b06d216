import { type ModelProvider, type ModelReply, type ModelRequest, ProviderError } from '@contentflow/language-models';
import { type Clock, MINUTE_MS, type Random } from '@contentflow/kernel';
import { EDITING_TASK, JUDGING_TASK } from '@contentflow/recipes';
import { composeBody, composeNotes, composeTitle, defectsOf } from '../text/compose-body.ts';
import { composeJson } from '../text/compose-json.ts';
import type { Truth } from '../truth/truth.ts';
import { effectOn, type Features, modelAt } from '../world/world-at.ts';
import type { World, WorldContentType, WorldModel } from '../world/world.ts';
import { difficultyOf, meanOutputTokens, meanQuality, REVISION } from './behaviour.ts';
import { type Conversation, Conversations } from './conversations.ts';
import { editInstructions } from './edit-instructions.ts';
import { estimatedTokens } from './estimated-tokens.ts';
import { featuresOf } from './features.ts';
import { bodyStepOf, contentTypeNamed, titleStepOf } from './generation0.ts';
import { guidanceTokens } from './guidance.ts';
import { judgeTexts } from './judge-texts.ts';
import { RateLimits } from './rate-limit.ts';
import { type ReadRequest, readRequest, textOf } from './read-request.ts';

export interface SandboxOptions {
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
  readonly truth: Truth;
  /** When the world's day began; the clock's time when the sandbox is made, where left out. */
  readonly startMs?: number;
  readonly name?: string;
}

export interface SandboxProvider extends ModelProvider {
  readonly kind: 'sandbox';
  readonly simulated: true;
  callsInFlight(): number;
}

/** What made a call fail tends to last: the same call, tried again within two minutes, fails again with these odds. */
const FAILS_AGAIN = 0.7;
const FAILURE_LASTS_MS = 120_000;
/** How long a provider that hangs keeps a caller who has no deadline of his own. */
const HANGS_MS = MINUTE_MS;
const REFUSAL_MS = 50;
/** Spread of the tokens of one reply around their mean, of the logarithm. */
export const TOKEN_SIGMA = 0.15;

/** One call, and all that the sandbox makes of it. */
interface SandboxCall {
  readonly request: ModelRequest;
  readonly read: ReadRequest;
  readonly contentType: string;
  readonly type: WorldContentType;
  readonly model: WorldModel;
  readonly step: string;
  readonly isBody: boolean;
  readonly conversation: Conversation;
  /** Draws of this call alone. */
  readonly random: Random;
  /** Draws that all calls of this content share. */
  readonly contentRandom: (label: string) => Random;
  readonly at: number;
}

/**
 * The world as a model provider. What it answers depends on the requests it receives and on nothing else: a field of a recipe is never
 * seen here.
 */
export function createSandboxProvider(options: SandboxOptions): SandboxProvider {
  const { world, clock, truth } = options;
  const startMs = options.startMs ?? clock.now();
  const conversations = new Conversations();
  const limits = new RateLimits();
  const instructions0 = new Map(
    Object.entries(world.contentTypes).map(([name, { generation0 }]) => [
      name,
      guidanceTokens(name, generation0.promptTokens),
    ]),
  );
  let callsInFlight = 0;

  const callOf = (request: ModelRequest): SandboxCall => {
    const at = clock.now() - startMs;
    const read = readRequest(request.messages);
    const [contentType, type] = contentTypeNamed(world, read.ask.contentType);
    const model = modelAt(world, request.model, at);
    if (!model) throw new ProviderError('unknown_model', `the sandbox has no model "${request.model}"`);
    const body = bodyStepOf(type.generation0);
    const step = read.step ?? body;
    const isBody = step === body;
    const conversation = conversations.of(read, step, isBody, clock.now());
    const number = (conversation.calls.get(step) ?? 0) + 1;
    conversation.calls.set(step, number);
    return {
      request,
      read,
      contentType,
      type,
      model,
      step,
      isBody,
      conversation,
      at,
      random: options.random.fork(`${conversation.key}/${step}/${number}`),
      contentRandom: (label) => options.random.fork(`${conversation.key}/${label}`),
    };
  };

  const featuresNow = (call: SandboxCall, steps: ReadonlySet<string>): Features => {
    const { contentType, type, request, read, conversation, at } = call;
    const brief = truth.briefOf(contentType, read.ask.topic);
    const seen = { candidates: Math.max(1, conversation.candidates), steps };
    return featuresOf(world, contentType, type, request, read, seen, brief, instructions0.get(contentType) ?? 0, at);
  };

  const answer = async (call: SandboxCall, signal?: AbortSignal): Promise<ModelReply> => {
    const { request, read, contentType, type, model, random, conversation, at } = call;
    const features = featuresNow(call, conversation.steps);
    const special = specialAnswer(call);
    const mean =
      special === undefined
        ? meanOutputTokens(world, contentType, type, call.step, read.ask.words, features, at)
        : estimatedTokens(special);
    const drawn = Math.max(1, Math.round(mean * random.logNormal(Math.exp(-(TOKEN_SIGMA ** 2) / 2), TOKEN_SIGMA)));
    const tokensOut = Math.min(drawn, request.maxOutputTokens);
    const slowness = effectOn(world, 'time', contentType, features, at);
    const timeToFirstTokenMs =
      slowness * random.logNormal(model.timeToFirstTokenMs.median, model.timeToFirstTokenMs.sigma);
    const speed = random.logNormal(model.tokensPerSecond.median, model.tokensPerSecond.sigma);
    const timeMs = timeToFirstTokenMs + (slowness * tokensOut * 1000) / speed;

    const written = (): string => shortened(special ?? textFor(call), tokensOut / drawn);
    let text: string;
    if (request.onText) {
      await pause(clock, timeToFirstTokenMs, signal);
      text = written();
      await streamed(clock, text, timeMs - timeToFirstTokenMs, request.onText, signal);
    } else {
      await pause(clock, timeMs, signal);
      text = written();
    }
    return {
      text,
      tokensIn: read.tokensIn,
      tokensOut,
      timeToFirstTokenMs,
      timeMs,
      finishReason: tokensOut < drawn ? 'length' : 'stop',
    };
  };

  /** To what is no step of a workflow. */
  const specialAnswer = ({ step, request, contentType, random }: SandboxCall): string | undefined => {
    if (step === EDITING_TASK) return editInstructions(textOf(request.messages, 'user'), random);
    if (step === JUDGING_TASK) return judgeTexts(textOf(request.messages, 'user'), contentType, truth, random);
    return undefined;
  };

  const textFor = (call: SandboxCall): string => {
    const { contentType, type, read, step, isBody, random, request } = call;
    if (request.responseSchema)
      return JSON.stringify(
        composeJson(request.responseSchema, composeNotes(contentType, read.ask, 12, random), random),
      );
    if (isBody || step === REVISION) return bodyFor(call);
    if (step === titleStepOf(type.generation0)) {
      const features = featuresNow(call, call.conversation.steps);
      return composeTitle(read.ask, qualityOf(call, features, call.contentRandom('quality')), random);
    }
    const tokens = type.generation0.steps.find(({ id }) => id === step)?.outputTokens ?? 100;
    return composeNotes(contentType, read.ask, tokens * 0.6, random);
  };

  const bodyFor = (call: SandboxCall): string => {
    const { contentType, type, read, conversation, random } = call;
    const features = featuresNow(call, withLaterSteps(conversation.steps, type));
    // Drafts of one content share its luck; a revision is another try.
    const luck = call.contentRandom(call.isBody ? 'quality' : `quality/${REVISION}`);
    const quality = qualityOf(call, features, luck);
    const words = read.ask.words ?? type.generation0.words;
    const defects = defectsOf(quality, call.contentRandom(call.isBody ? 'defects' : `defects/${REVISION}`));
    const body = composeBody(contentType, read.ask, words, defects, random);
    truth.madeBody(body, {
      contentType,
      topic: read.ask.topic,
      quality,
      tone: read.ask.tone,
      words,
      structure: read.ask.structure,
      features,
      stepsMade: conversation.steps,
    });
    return body;
  };

  const qualityOf = (call: SandboxCall, features: Features, luck: Random): number => {
    const { contentType, type, model, read, at } = call;
    const points = truth.briefOf(contentType, read.ask.topic)?.keyPoints ?? read.ask.keyPoints;
    const difficulty = difficultyOf(type, read.ask.topic, points.length);
    const mean = meanQuality(world, contentType, model, difficulty, features, at);
    return Math.min(10, Math.max(0, mean + model.quality.sd * luck.normal()));
  };

  const refuseOrFail = async (call: SandboxCall, signal?: AbortSignal): Promise<void> => {
    const { model, read, contentType, conversation, step, random, at } = call;
    const now = clock.now();
    const retryAfterMs = limits.delayFor(model, read.tokensIn, now);
    if (retryAfterMs > 0)
      throw new ProviderError('rate_limited', `${model.name}: rate limit reached`, { retryAfterMs });

    const odds = effectOn(world, 'failureOdds', contentType, featuresNow(call, conversation.steps), at);
    const failure = drawnFailure(call, odds, now);
    if (!failure) return void conversation.failedAt.delete(step);
    conversation.failedAt.set(step, now);
    if (failure === 'rate_limited') {
      await pause(clock, REFUSAL_MS, signal);
      throw new ProviderError(failure, `${model.name}: too many requests`, { retryAfterMs: 1000 + random.below(3000) });
    }
    if (failure === 'timeout') {
      await pause(clock, HANGS_MS, signal);
      throw new ProviderError(failure, `${model.name}: no answer within ${HANGS_MS / 1000} s`);
    }
    await pause(clock, random.logNormal(model.timeToFirstTokenMs.median, model.timeToFirstTokenMs.sigma), signal);
    throw new ProviderError(failure, `${model.name}: internal server error`);
  };

  const generate = async (request: ModelRequest, signal?: AbortSignal): Promise<ModelReply> => {
    if (signal?.aborted) throw new ProviderError('cancelled', 'the call was cancelled before it began');
    const call = callOf(request);
    const { conversation, step, isBody } = call;
    callsInFlight++;
    conversation.inFlight++;
    const isNew = !conversation.steps.has(step);
    conversation.steps.add(step);
    if (isBody) conversation.candidates++;
    try {
      await refuseOrFail(call, signal);
      const reply = await answer(call, signal);
      conversation.finished.add(step);
      return reply;
    } catch (error) {
      // What was refused made nothing: it is neither a step nor a draft.
      if (isNew) conversation.steps.delete(step);
      if (isBody) conversation.candidates--;
      throw error;
    } finally {
      callsInFlight--;
      conversation.inFlight--;
      conversation.lastAt = clock.now();
    }
  };

  return {
    name: options.name ?? 'sandbox',
    kind: 'sandbox',
    simulated: true,
    models: world.models.map(({ name }) => name),
    generate,
    callsInFlight: () => callsInFlight,
  };
}

type DrawnFailure = 'rate_limited' | 'timeout' | 'server_error';

function drawnFailure(call: SandboxCall, odds: number, now: number): DrawnFailure | undefined {
  const { model, conversation, step, random } = call;
  const { '429': limited, timeout, '5xx': server } = model.failures;
  const all = (limited + timeout + server) * odds;
  if (all <= 0) return undefined;
  const failedAt = conversation.failedAt.get(step);
  const hasJustFailed = failedAt !== undefined && now - failedAt < FAILURE_LASTS_MS;
  const draw = random.next();
  if (draw >= (hasJustFailed ? Math.max(FAILS_AGAIN, all) : all)) return undefined;
  const which = random.next() * (limited + timeout + server);
  return which < limited ? 'rate_limited' : which < limited + timeout ? 'timeout' : 'server_error';
}

/** The steps made so far, and those that generation 0 makes after the body: whether they come cannot be known yet. */
function withLaterSteps(made: ReadonlySet<string>, { generation0 }: WorldContentType): ReadonlySet<string> {
  const body = generation0.steps.findIndex(({ id }) => id === bodyStepOf(generation0));
  const later = generation0.steps.slice(body + 1).map(({ id }) => id);
  return later.every((id) => made.has(id)) ? made : new Set([...made, ...later]);
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
