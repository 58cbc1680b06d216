import type { Clock } from '@contentflow/kernel';
import type { BudgetReservation, Budgets } from '../budgets/budgets.ts';
import { asProviderError, type ModelReply, ProviderError } from '../model-provider.ts';
import { costOf } from '../prices/price-table.ts';
import { estimatedTokens } from '../tokens.ts';
import { admit, type BreakerPolicy, type BreakerState, settle } from './circuit-breaker.ts';
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
  readonly emit: (event: GatewayEvent) => void;
}

/** What a request needs, counted once. */
export interface PlannedCall {
  readonly request: GatewayRequest;
  readonly tokensIn: number;
  readonly worstCaseTokensIn: number;
  /** Epoch milliseconds. */
  readonly deadlineAt: number;
}

export interface Attempt {
  readonly record: CallRecord;
  readonly reply?: ModelReply;
  readonly failure?: ProviderError;
  /** Some of its text was already passed on. */
  readonly hasTold: boolean;
}

/** One call to one target: money and a place first, then the call, then every account of it settled. Never throws. */
export async function attempt(
  target: Target,
  planned: PlannedCall,
  number: number,
  signal: AbortSignal | undefined,
  environment: AttemptEnvironment,
): Promise<Attempt> {
  const { clock } = environment;
  const askedAt = clock.now();
  const progress: Progress = {
    number,
    text: 0,
    hasTold: false,
    calledAt: undefined,
    firstAt: undefined,
    isTelling: false,
  };
  try {
    const reply = await reserved(target, planned, signal, environment, progress);
    return { reply, record: recordOf(target, planned, number, askedAt, progress, reply), hasTold: progress.hasTold };
  } catch (error) {
    const failure = asProviderError(error);
    const record = failedRecord(target, planned, number, askedAt, clock.now(), progress, failure);
    return { failure, record, hasTold: progress.hasTold };
  }
}

interface Progress {
  /** Of the attempt, from 1. */
  readonly number: number;
  /** Characters passed on so far. */
  text: number;
  hasTold: boolean;
  calledAt: number | undefined;
  firstAt: number | undefined;
  /** The call had time enough that its failure says something of the target. */
  isTelling: boolean;
}

/** A caller in a hurry must not open the breaker for all. Milliseconds. */
const TELLING_MS = 5000;

async function reserved(
  target: Target,
  planned: PlannedCall,
  signal: AbortSignal | undefined,
  environment: AttemptEnvironment,
  progress: Progress,
): Promise<ModelReply> {
  refuseWhileOpen(target, environment.clock.now());
  const worstCase = costOf(target.price, planned.worstCaseTokensIn, planned.request.maxOutputTokens);
  const reservation = await reservationFor(planned, worstCase, signal, environment);
  let spent = 0;
  try {
    const reply = await placed(target, planned, signal, environment, progress);
    spent = costOf(target.price, reply.tokensIn, reply.tokensOut);
    return reply;
  } catch (error) {
    // Nobody knows what a call that broke off will be charged at, so that a hard budget takes the worst.
    if (progress.calledAt !== undefined && consequenceOf(asProviderError(error).failure).mayCost) spent = worstCase;
    throw error;
  } finally {
    await reservation?.settle(spent);
  }
}

async function reservationFor(
  { request, deadlineAt }: PlannedCall,
  worstCase: number,
  signal: AbortSignal | undefined,
  { budgets, clock }: AttemptEnvironment,
): Promise<BudgetReservation | undefined> {
  return budgets?.reserve(request.budget ?? {}, worstCase, {
    forMs: deadlineAt - clock.now(),
    ...(signal && { signal }),
  });
}

async function placed(
  target: Target,
  planned: PlannedCall,
  signal: AbortSignal | undefined,
  environment: AttemptEnvironment,
  progress: Progress,
): Promise<ModelReply> {
  const { clock } = environment;
  const { limiter } = target;
  const tokens = planned.tokensIn + planned.request.maxOutputTokens;
  let used = tokens;
  let isThrottled = false;

  const place = limiter.enter(tokens, signal);
  if (place !== true) await placeInTime(target, planned, tokens, place, clock, signal);
  try {
    const reply = await guarded(target, planned, signal, environment, progress);
    used = reply.tokensIn + reply.tokensOut;
    return reply;
  } catch (error) {
    isThrottled = asProviderError(error).failure === 'rate_limited';
    throw error;
  } finally {
    // Refused again and again, one call is still one refusal.
    limiter.leave(tokens, used, progress.number === 1 ? isThrottled : undefined);
  }
}

/** A place that comes too late is given back. */
async function placeInTime(
  target: Target,
  { deadlineAt }: PlannedCall,
  tokens: number,
  place: Promise<boolean>,
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<void> {
  let isLate = false;
  const inTime = place.then((hasPlace) => {
    if (isLate && hasPlace) target.limiter.leave(tokens, 0);
    return hasPlace;
  });
  try {
    const what = `a place at ${target.provider.name}`;
    if (!(await within(clock, deadlineAt - clock.now(), signal, what, () => inTime)))
      throw new ProviderError('cancelled', `${what}: cancelled`);
  } catch (error) {
    isLate = true;
    throw error;
  }
}

/** The call itself, between the breaker's admission and its verdict. */
async function guarded(
  target: Target,
  planned: PlannedCall,
  signal: AbortSignal | undefined,
  environment: AttemptEnvironment,
  progress: Progress,
): Promise<ModelReply> {
  const { clock, breaker } = environment;
  const { state, admitted } = admit(target.breaker, clock.now(), breaker);
  if (!admitted) throw circuitOpen(target, clock.now());
  change(target, state, environment, 'a probe is due');
  const { epoch } = state;

  try {
    const reply = await called(target, planned, signal, environment, progress);
    change(target, settle(target.breaker, epoch, 'success', clock.now(), breaker), environment, 'the probe answered');
    return reply;
  } catch (error) {
    const { failure, retryAfterMs, message } = asProviderError(error);
    const outcome = progress.isTelling ? consequenceOf(failure).breaker : 'nothing';
    change(target, settle(target.breaker, epoch, outcome, clock.now(), breaker), environment, message);
    if (failure === 'rate_limited' && retryAfterMs) pause(target, retryAfterMs, environment);
    throw error;
  }
}

async function called(
  target: Target,
  { request, tokensIn, deadlineAt }: PlannedCall,
  signal: AbortSignal | undefined,
  { clock, timeoutMs: usualMs }: AttemptEnvironment,
  progress: Progress,
): Promise<ModelReply> {
  const now = clock.now();
  const ownMs = target.timeoutMs ?? usualMs;
  const timeoutMs = Math.min(request.timeoutMs ?? ownMs, deadlineAt - now);
  const untranslatable = target.provider.isVerbatim ? undefined : request.verbatim?.untranslatable;
  if (untranslatable)
    throw new ProviderError('bad_request', `${target.provider.name} cannot be asked for ${untranslatable}`);
  if (timeoutMs <= 0) throw new ProviderError('timeout', 'the deadline has passed');
  progress.calledAt = now;
  progress.isTelling = timeoutMs >= Math.min(ownMs, TELLING_MS);
  const asked = modelRequest(request, target.model, clock, progress);
  const reply = await within(clock, timeoutMs, signal, `${target.provider.name}/${target.model}`, (limit) =>
    target.provider.generate(asked, limit),
  );
  return counted(reply, tokensIn);
}

function modelRequest(request: GatewayRequest, model: string, clock: Clock, progress: Progress) {
  const { onText, verbatim } = request;
  if (!onText && model === request.model) return request;
  if (!onText) return { ...request, model };
  const told = (text: string): void => {
    progress.firstAt ??= clock.now();
    progress.text += text.length;
    progress.hasTold = true;
  };
  return {
    ...request,
    model,
    onText: (piece: string): void => {
      told(piece);
      onText(piece);
    },
    ...(verbatim && {
      verbatim: {
        ...verbatim,
        onChunk: (json: string, text: string): void => {
          told(text);
          verbatim.onChunk?.(json, text);
        },
      },
    }),
  };
}

/** A provider that does not count its tokens says NaN. */
function counted(reply: ModelReply, tokensIn: number): ModelReply {
  if (!Number.isNaN(reply.tokensIn) && !Number.isNaN(reply.tokensOut)) return reply;
  return {
    ...reply,
    tokensIn: Number.isNaN(reply.tokensIn) ? tokensIn : reply.tokensIn,
    tokensOut: Number.isNaN(reply.tokensOut) ? estimatedTokens(reply.text) : reply.tokensOut,
  };
}

function refuseWhileOpen(target: Target, now: number): void {
  if (target.breaker.phase !== 'closed' && now < target.breaker.retryAt) throw circuitOpen(target, now);
}

const circuitOpen = ({ provider, model, breaker }: Target, now: number): ProviderError =>
  new ProviderError('circuit_open', `${provider.name}/${model} is not called after its last failures`, {
    retryAfterMs: Math.max(0, breaker.retryAt - now),
  });

function change(target: Target, to: BreakerState, { clock, emit }: AttemptEnvironment, reason: string): void {
  const from = target.breaker;
  target.breaker = to;
  if (from.phase !== to.phase) emit(breakerChange(target, from, to, clock.now(), reason));
}

function pause(target: Target, forMs: number, { clock, emit }: AttemptEnvironment): void {
  const at = clock.now();
  if (at + forMs <= target.pausedUntil) return;
  target.pausedUntil = at + forMs;
  emit({ type: 'target_paused', at, provider: target.provider.name, model: target.model, until: target.pausedUntil });
}

function recordOf(
  target: Target,
  planned: PlannedCall,
  number: number,
  askedAt: number,
  { calledAt = askedAt }: Progress,
  reply: ModelReply,
): CallRecord {
  return {
    ...identity(target, planned, number),
    tokensIn: reply.tokensIn,
    tokensOut: reply.tokensOut,
    cost: costOf(target.price, reply.tokensIn, reply.tokensOut),
    timeToFirstTokenMs: reply.timeToFirstTokenMs,
    timeMs: reply.timeMs,
    waitMs: calledAt - askedAt,
    outcome: 'ok',
  };
}

function failedRecord(
  target: Target,
  planned: PlannedCall,
  number: number,
  askedAt: number,
  now: number,
  { calledAt, firstAt, text }: Progress,
  { failure }: ProviderError,
): CallRecord {
  const mayCost = calledAt !== undefined && consequenceOf(failure).mayCost;
  const tokensIn = mayCost ? planned.tokensIn : 0;
  const tokensOut = mayCost ? Math.ceil(text / 4) : 0;
  return {
    ...identity(target, planned, number),
    tokensIn,
    tokensOut,
    cost: costOf(target.price, tokensIn, tokensOut),
    timeToFirstTokenMs: (firstAt ?? now) - (calledAt ?? now),
    timeMs: now - (calledAt ?? now),
    waitMs: (calledAt ?? now) - askedAt,
    outcome: failure,
  };
}

const identity = ({ provider, model, price }: Target, { request }: PlannedCall, number: number) => ({
  provider: provider.name,
  model,
  attempt: number,
  cache: (request.cache?.mode ?? 'off') === 'off' ? ('off' as const) : ('miss' as const),
  simulated: provider.simulated,
  ...(price.source === 'assumed' && { priceUnknown: true as const }),
});
