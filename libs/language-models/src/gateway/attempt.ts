import type { Clock } from '@contentflow/kernel';
import type { BudgetReservation, Budgets } from '../budgets/budgets.ts';
import { reserved } from '../budgets/spending-limit.ts';
import {
  asProviderError,
  unsupportedRequest,
  type ModelProvider,
  type ModelReply,
  type ModelRequest,
  ProviderError,
} from '../model-provider.ts';
import { costOf, type TokensUsed, worstCostOf } from '../prices/price-table.ts';
import { admit, type BreakerPolicy, type BreakerState, isHeldBack, settle, type Traits } from './circuit-breaker.ts';
import type { CallRecord, GatewayEvent, GatewayRequest } from './gateway-call.ts';
import { consequenceOf } from './retry.ts';
import { breakerChange, type Target } from './targets.ts';
import { within } from './within.ts';

/** What an attempt stands on, the same for all. */
export interface AttemptEnvironment {
  readonly clock: Clock;
  readonly breaker: BreakerPolicy;
  readonly budgets: Budgets | undefined;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number | undefined;
  readonly emit: (event: GatewayEvent) => void;
}

/** What a request needs, counted once. */
export interface PlannedCall {
  readonly request: GatewayRequest;
  readonly tokensIn: number;
  readonly worstCaseTokensIn: number;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
  readonly traits: () => Traits;
}

/** Which call is tried, where, and for the how manieth time. */
export interface AttemptRequest {
  readonly target: Target;
  readonly planned: PlannedCall;
  /** From 1. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

export interface Attempt {
  readonly record: CallRecord;
  /** It came so far that its target was called. */
  readonly wasCalled: boolean;
  readonly reply?: ModelReply;
  readonly failure?: ProviderError;
  /** Some of its text was already passed on. */
  readonly hasStreamed: boolean;
}

/** An attempt under way, with what has come of it so far. Times in epoch milliseconds. */
interface Ongoing extends AttemptRequest, AttemptEnvironment {
  readonly askedAt: number;
  calledAt: number | undefined;
  firstTextAt: number | undefined;
  /** When anything of it was last heard. */
  lastActivityAt: number;
  /** Characters passed on. */
  streamedLength: number;
  hasStreamed: boolean;
  /** The call had time enough that its failure says something of the target. */
  isConclusive: boolean;
}

/** One call to one target: money and a place first, then the call, then every account of it settled. Never throws. */
export async function attempt(asked: AttemptRequest, environment: AttemptEnvironment): Promise<Attempt> {
  const ongoing: Ongoing = {
    ...asked,
    ...environment,
    askedAt: environment.clock.now(),
    calledAt: undefined,
    firstTextAt: undefined,
    lastActivityAt: 0,
    streamedLength: 0,
    hasStreamed: false,
    isConclusive: false,
  };
  try {
    const reply = await withMoney(ongoing);
    return { reply, record: replyRecord(ongoing, reply), wasCalled: true, hasStreamed: ongoing.hasStreamed };
  } catch (error) {
    const failure = asProviderError(error);
    const wasCalled = ongoing.calledAt !== undefined;
    return { failure, record: failureRecord(ongoing, failure), wasCalled, hasStreamed: ongoing.hasStreamed };
  }
}

async function withMoney(ongoing: Ongoing): Promise<ModelReply> {
  const { target, planned } = ongoing;
  refuseWhileOpen(ongoing);
  const worstCase = worstCostOf(target.price, planned.worstCaseTokensIn, planned.request.maxOutputTokens);
  const reservation = await reservationFor(ongoing, worstCase);
  let spent = 0;
  try {
    const reply = await withPlace(ongoing);
    spent = costOf(target.price, reply);
    return reply;
  } catch (error) {
    const failure = asProviderError(error);
    // Nobody knows what a call that broke off will be charged at, so that a hard budget takes the worst.
    if (!failure.detail.reply && mayCost(ongoing, failure)) spent = worstCase;
    else spent = costOf(target.price, usedByFailure(ongoing, failure));
    throw error;
  } finally {
    await reservation?.settle(spent);
  }
}

async function reservationFor(
  { planned: { request, deadlineAt }, signal, budgets, clock }: Ongoing,
  worstCase: number,
): Promise<BudgetReservation | undefined> {
  return reserved(budgets, request, worstCase, () => ({ forMs: deadlineAt - clock.now(), ...(signal && { signal }) }));
}

async function withPlace(ongoing: Ongoing): Promise<ModelReply> {
  const { target, planned, signal, number } = ongoing;
  const { limiter } = target;
  const tokens = planned.tokensIn + planned.request.maxOutputTokens;
  let used = tokens;
  let isThrottled = false;

  const place = limiter.enter(tokens, signal);
  if (place !== true) await placeInTime(ongoing, tokens, place);
  try {
    const reply = await withBreaker(ongoing);
    used = reply.tokensIn + reply.tokensOut;
    return reply;
  } catch (error) {
    if (ongoing.calledAt === undefined) used = 0;
    isThrottled = asProviderError(error).failure === 'rate_limited';
    throw error;
  } finally {
    // Refused again and again, one call is still one refusal; what was never called teaches nothing.
    const isTold = number === 1 && ongoing.calledAt !== undefined;
    limiter.leave(tokens, used, isTold ? isThrottled : undefined);
  }
}

/** A place that comes too late is given back. */
async function placeInTime(
  { target, planned, signal, clock }: Ongoing,
  tokens: number,
  place: Promise<boolean>,
): Promise<void> {
  let isLate = false;
  const inTime = place.then((hasPlace) => {
    if (isLate && hasPlace) target.limiter.leave(tokens, 0);
    return hasPlace;
  });
  try {
    const what = `a place at ${target.provider.name}`;
    if (!(await within(clock, planned.deadlineAt - clock.now(), signal, what, () => inTime)))
      throw new ProviderError('cancelled', `${what}: cancelled`);
  } catch (error) {
    isLate = true;
    throw error;
  }
}

/** The call itself, between the breaker's admission and its verdict. */
async function withBreaker(ongoing: Ongoing): Promise<ModelReply> {
  const { target, planned, clock, breaker } = ongoing;
  const { state, admitted } = admit(target.breaker, clock.now(), breaker, planned.traits);
  if (!admitted) throw circuitOpen(target, clock.now());
  moveBreaker(ongoing, state, 'a probe is due');
  const { epoch } = state;

  try {
    const reply = await called(ongoing);
    const ended = { epoch, outcome: 'success' } as const;
    moveBreaker(ongoing, settle(target.breaker, ended, clock.now(), breaker), 'it answered');
    return reply;
  } catch (error) {
    const { failure, retryAfterMs, outline, detail } = asProviderError(error);
    const outcome = ongoing.isConclusive ? consequenceOf(failure).breaker : 'nothing';
    if (outcome === 'failure') target.lastFailure = asProviderError(error);
    // A server that could not be asked fails all alike, whatever they would have asked.
    const traits = outcome === 'failure' && !detail.isUnsent ? planned.traits() : {};
    moveBreaker(ongoing, settle(target.breaker, { epoch, outcome, traits }, clock.now(), breaker), outline);
    if (failure === 'rate_limited' && retryAfterMs) pauseTarget(ongoing, retryAfterMs);
    throw error;
  }
}

/** A caller in a hurry must not open the breaker for all. Milliseconds. */
const MIN_CONCLUSIVE_MS = 5000;

async function called(ongoing: Ongoing): Promise<ModelReply> {
  const { target, planned, signal, clock } = ongoing;
  const { request, tokensIn, deadlineAt } = planned;
  const now = clock.now();
  const ownMs = target.timeoutMs ?? ongoing.timeoutMs;
  const totalMs = Math.min(target.totalTimeoutMs ?? ongoing.totalTimeoutMs ?? Infinity, deadlineAt - now);
  const silenceMs = request.timeoutMs ?? ownMs;
  const timeoutMs = Math.min(silenceMs, totalMs);
  refuseUnsupported(target.provider, request);
  if (timeoutMs <= 0) throw new ProviderError('timeout', 'the deadline has passed');
  if (signal?.aborted) throw new ProviderError('cancelled', `${target.provider.name}: cancelled before it was called`);
  ongoing.calledAt = now;
  ongoing.lastActivityAt = now;
  ongoing.isConclusive = timeoutMs >= Math.min(ownMs, MIN_CONCLUSIVE_MS);
  const asked = modelRequest(ongoing);
  const reply = await within(
    clock,
    totalMs,
    signal,
    `${target.provider.name}/${target.model}`,
    (limit) => target.provider.generate(asked, limit),
    { atMostMs: silenceMs, lastActivityAt: () => ongoing.lastActivityAt },
  );
  return counted(reply, tokensIn);
}

function refuseUnsupported(provider: ModelProvider, { verbatim, messages }: GatewayRequest): void {
  const { unsupported, native } = verbatim ?? {};
  const { passesOn = [], name, seesImages } = provider;
  if (passesOn.includes('chat/completions') || (native && passesOn.includes(native.endpoint))) return;
  if (unsupported) throw unsupportedRequest(name, unsupported);
  if (!seesImages && messages.some(({ parts }) => parts))
    throw unsupportedRequest(name, { param: 'messages', what: 'messages with other parts than text' });
}

/** The request for this target, that takes note of each piece of text as it is passed on. */
function modelRequest(ongoing: Ongoing): ModelRequest {
  const { request } = ongoing.planned;
  const { model } = ongoing.target;
  const { onText, verbatim } = request;
  const onAlive = (): void => void (ongoing.lastActivityAt = ongoing.clock.now());
  if (!onText) return { ...request, model, onAlive };
  return {
    ...request,
    model,
    onAlive,
    onText: (piece) => {
      recordText(ongoing, piece);
      onText(piece);
    },
    ...(verbatim && {
      verbatim: {
        ...verbatim,
        onChunk: (json, text) => {
          recordText(ongoing, text);
          verbatim.onChunk?.(json, text);
        },
        ...(verbatim.native && {
          native: {
            ...verbatim.native,
            onEvent: (json, name, text) => {
              recordText(ongoing, text);
              verbatim.native?.onEvent?.(json, name, text);
            },
          },
        }),
      },
    }),
  };
}

function recordText(ongoing: Ongoing, text: string): void {
  ongoing.lastActivityAt = ongoing.clock.now();
  ongoing.firstTextAt ??= ongoing.lastActivityAt;
  ongoing.streamedLength += text.length;
  ongoing.hasStreamed = true;
}

/** What a provider did not count, or what no count can be, is estimated. */
function counted(reply: ModelReply, tokensIn: number): ModelReply {
  const isSound = (count: number): boolean => Number.isFinite(count) && count >= 0;
  if (isSound(reply.tokensIn) && isSound(reply.tokensOut)) return reply;
  const written = Math.max(reply.text.length, reply.writtenCharacters ?? 0);
  const inside = isSound(reply.tokensIn) ? reply.tokensIn : tokensIn;
  const estimate = Math.max(Math.ceil(written / 4), (reply.tokensInAll ?? 0) - inside);
  return {
    ...reply,
    tokensIn: inside,
    tokensOut: isSound(reply.tokensOut) ? reply.tokensOut : estimate,
    isEstimated: true,
  };
}

function refuseWhileOpen({ target, planned, clock }: Ongoing): void {
  const { breaker } = target;
  const now = clock.now();
  if (breaker.phase !== 'closed' && now < breaker.retryAt && isHeldBack(breaker, planned.traits()))
    throw circuitOpen(target, now);
}

const circuitOpen = ({ provider, model, breaker, lastFailure }: Target, now: number): ProviderError =>
  new ProviderError('circuit_open', `${provider.name}/${model} is not called after its last failures`, {
    retryAfterMs: Math.max(0, breaker.retryAt - now),
    ...(lastFailure && { after: lastFailure.outline }),
  });

function moveBreaker({ target, clock, emit }: Ongoing, to: BreakerState, reason: string): void {
  const from = target.breaker;
  target.breaker = to;
  if (from.phase !== to.phase) emit(breakerChange(target, from, to, clock.now(), reason));
}

/** Whoever asks to be left alone for a year is asked again when an open breaker would be tried again at the latest. */
function pauseTarget({ target, clock, emit, breaker }: Ongoing, forMs: number): void {
  const at = clock.now();
  const until = at + Math.min(forMs, breaker.maxCoolDownMs);
  if (until <= target.pausedUntil) return;
  target.pausedUntil = until;
  emit({ type: 'target_paused', at, provider: target.provider.name, model: target.model, until: target.pausedUntil });
}

/** The provider may have worked for it, and may charge for that. */
const mayCost = ({ calledAt }: Ongoing, { failure, detail }: ProviderError): boolean =>
  calledAt !== undefined && !detail.isUnsent && consequenceOf(failure).mayCost;

function replyRecord(ongoing: Ongoing, reply: ModelReply): CallRecord {
  const { target, askedAt, calledAt = askedAt } = ongoing;
  return {
    ...identity(ongoing),
    tokensIn: reply.tokensIn,
    tokensOut: reply.tokensOut,
    ...cacheOf(reply),
    cost: costOf(target.price, reply),
    timeToFirstTokenMs: reply.timeToFirstTokenMs,
    timeMs: reply.timeMs,
    waitMs: calledAt - askedAt,
    outcome: 'ok',
  };
}

function failureRecord(ongoing: Ongoing, failure: ProviderError): CallRecord {
  const { target, askedAt } = ongoing;
  const now = ongoing.clock.now();
  const { calledAt = now, firstTextAt = now } = ongoing;
  const used = usedByFailure(ongoing, failure);
  return {
    ...identity(ongoing),
    tokensIn: used.tokensIn,
    tokensOut: used.tokensOut,
    ...cacheOf(used),
    cost: costOf(target.price, used),
    timeToFirstTokenMs: firstTextAt - calledAt,
    timeMs: now - calledAt,
    waitMs: calledAt - askedAt,
    outcome: failure.failure,
  };
}

/** As the server counted it, where it answered all the same; else what it may have come to. */
function usedByFailure(ongoing: Ongoing, failure: ProviderError): TokensUsed {
  const { tokensIn } = ongoing.planned;
  const { reply, used } = failure.detail;
  if (reply) return counted(reply, tokensIn);
  const streamed = Math.ceil(ongoing.streamedLength / 4);
  if (mayCost(ongoing, failure)) return { tokensIn, tokensOut: streamed };
  if (!used) return { tokensIn: 0, tokensOut: 0 };
  return { ...used, tokensIn: used.tokensIn || tokensIn, tokensOut: used.tokensOut || streamed };
}

const cacheOf = ({ tokensCached, tokensCacheWrite }: TokensUsed) => ({
  ...(tokensCached && { tokensCached }),
  ...(tokensCacheWrite && { tokensCacheWrite }),
});

const identity = ({ target: { provider, model, price }, planned: { request }, number }: Ongoing) => ({
  provider: provider.name,
  model,
  attempt: number,
  cache: (request.cache?.mode ?? 'off') === 'off' ? ('off' as const) : ('miss' as const),
  simulated: provider.simulated,
  ...(price.source === 'assumed' && { priceUnknown: true as const }),
});
