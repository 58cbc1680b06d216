import type { Random } from '@contentflow/kernel';
import { type ModelReply, ProviderError } from '../model-provider.ts';
import { type Attempt, attempt, type AttemptEnvironment, type PlannedCall } from './attempt.ts';
import type { CallRecord, GatewayReply } from './gateway-call.ts';
import { hedged } from './hedge.ts';
import { consequenceOf, retryWaitMs, type RetryPolicy } from './retry.ts';
import type { Target } from './targets.ts';

/** One request on its way, from target to target. */
export interface RoutedRequest {
  readonly planned: PlannedCall;
  readonly signal: AbortSignal | undefined;
  readonly environment: AttemptEnvironment;
  readonly random: Random;
  readonly retry: RetryPolicy;
  readonly hedgeAfterMs: number | undefined;
  /** Every call made so far, added to as it goes. */
  readonly calls: CallRecord[];
}

/**
 * Target after target, until one replies or none is left.
 * @throws ProviderError the last failure
 */
export async function tryTargets(routed: RoutedRequest, route: readonly Target[]): Promise<GatewayReply> {
  const { planned, calls } = routed;
  let last: ProviderError | undefined;
  for (const [index, target] of route.entries()) {
    const rest = route.slice(index + 1);
    const ended = await tryTarget(routed, target, rest);
    if (ended.reply && ended.record) return gatewayReply(ended.reply, ended.record, calls);
    // An open circuit says less than the failure that was met on the way.
    if (!last || ended.failure?.failure !== 'circuit_open') last = ended.failure ?? last;
    if (isFinal(ended, planned)) break;
    if (ended.hasStreamed && rest.length > 0) planned.request.onRestart?.();
  }
  throw last ?? new ProviderError('unknown_model', 'no target is configured');
}

type Ended = Pick<Attempt, 'reply' | 'failure' | 'hasStreamed'> & Partial<Pick<Attempt, 'record'>>;

/** Attempt after attempt at one target, with the others in reserve. */
async function tryTarget(routed: RoutedRequest, target: Target, rest: readonly Target[]): Promise<Ended> {
  const { planned, signal, calls, random } = routed;
  const { clock } = routed.environment;
  for (let number = 1; ; number++) {
    const pauseMs = target.pausedUntil - clock.now();
    if (pauseMs > 0) {
      if (rest.length > 0 || clock.now() + pauseMs >= planned.deadlineAt) return paused(target, pauseMs);
      await clock.sleep(pauseMs * (1 + random.next() / 10), signal);
    }
    // Who leaves while nothing is under way has made the calls that were made, and no other.
    if (signal?.aborted) return left(target);
    const attempts = await tryOnce(routed, target, rest[0], number);
    calls.push(...attempts.filter(countsAsCall).map(({ record }) => record));
    const [ended] = attempts as [Attempt];
    const waitMs = waitBeforeNext(routed, ended, number, rest.length > 0);
    if (waitMs === undefined) return ended;
    await clock.sleep(waitMs, signal);
    if (ended.hasStreamed) planned.request.onRestart?.();
  }
}

/** What its caller gave up before it was sent is no call, and not even a refusal. */
const countsAsCall = ({ wasCalled, record }: Attempt): boolean => wasCalled || record.outcome !== 'cancelled';

/** Undefined where this target is not tried again. */
function waitBeforeNext(
  { planned, retry, random, environment: { clock } }: RoutedRequest,
  ended: Attempt,
  number: number,
  hasOthers: boolean,
): number | undefined {
  const { reply, failure } = ended;
  if (reply || !failure) return undefined;
  if (!consequenceOf(failure.failure).isRetried || failure.detail.isFinal || number >= retry.attemptsPerTarget)
    return undefined;
  if (isFinal(ended, planned)) return undefined;
  const waitMs = retryWaitMs(number, failure, retry, random);
  const isTooLong = clock.now() + waitMs >= planned.deadlineAt || (hasOthers && waitMs > retry.maxMs);
  return isTooLong ? undefined : waitMs;
}

const left = ({ provider, model }: Target): Ended => ({
  failure: new ProviderError('cancelled', `${provider.name}/${model}: cancelled before it was called`),
  hasStreamed: false,
});

const paused = ({ provider, model }: Target, forMs: number): Ended => ({
  failure: new ProviderError('rate_limited', `${provider.name}/${model} asked to be left alone`, {
    retryAfterMs: forMs,
  }),
  hasStreamed: false,
});

/** The attempt that stands first; beside it the one that it was hedged with. */
async function tryOnce(
  { planned, signal, environment, hedgeAfterMs: defaultHedgeMs }: RoutedRequest,
  target: Target,
  next: Target | undefined,
  number: number,
): Promise<readonly Attempt[]> {
  const { hedgeAfterMs = defaultHedgeMs, onText } = planned.request;
  const attemptAt = (at: Target, limit: AbortSignal | undefined): Promise<Attempt> =>
    attempt({ target: at, planned, number, signal: limit }, environment);
  if (hedgeAfterMs === undefined || onText) return [await attemptAt(target, signal)];
  return hedged(
    environment.clock,
    hedgeAfterMs,
    signal,
    (limit) => attemptAt(target, limit),
    (limit) => attemptAt(next ?? target, limit),
  );
}

/** Nothing that could be tried next would help. */
function isFinal({ failure, hasStreamed }: Ended, { request }: PlannedCall): boolean {
  if (failure?.failure === 'cancelled') return true;
  return hasStreamed && !request.onRestart;
}

function gatewayReply(reply: ModelReply, record: CallRecord, calls: readonly CallRecord[]): GatewayReply {
  const { provider, model, simulated, cache } = record;
  return { ...reply, provider, model, simulated, cache, cost: calls.reduce((sum, call) => sum + call.cost, 0), calls };
}
