import { ownValue } from '@contentflow/kernel';

/** When a target is given up, and when it is tried again. Times in milliseconds. */
export interface BreakerPolicy {
  /** So many failures in a row open it. */
  readonly consecutiveFailures: number;
  /** Or this share of the last `windowCalls`, once they are that many. At most 30. */
  readonly failureShare: number;
  readonly windowCalls: number;
  /** Until the first probe; doubled with each probe that fails. */
  readonly coolDownMs: number;
  readonly maxCoolDownMs: number;
}

export const defaultBreakerPolicy: BreakerPolicy = {
  consecutiveFailures: 5,
  failureShare: 0.5,
  windowCalls: 20,
  coolDownMs: 10_000,
  maxCoolDownMs: 300_000,
};

export type BreakerPhase = 'closed' | 'open' | 'half_open';

/** What a request is told from others by, each under a name of its own: who asks, in which form, what is said. */
export type Traits = Readonly<Record<string, string>>;

/** A breaker as a value. Half open means that one probe is under way. */
export interface BreakerState {
  readonly phase: BreakerPhase;
  /** Goes up with each change of phase: what a call admitted in an earlier epoch reports is void. */
  readonly epoch: number;
  /** The last outcomes, a bit each, 1 for a failure, the newest lowest. */
  readonly recent: number;
  readonly seen: number;
  readonly consecutive: number;
  /** Traits of the last that failed, the newest last. */
  readonly failed: readonly Traits[];
  /** Not closed: what all that failed have in common. Whoever differs in it is let through; where it is nothing, nobody is. */
  readonly heldBack: Traits;
  readonly coolDownMs: number;
  /** Open: when a probe is due. Half open: when the probe is given up for lost. */
  readonly retryAt: number;
}

/** What a call says of its target. A cancelled call, or one that was itself at fault, says nothing. */
export type BreakerOutcome = 'success' | 'failure' | 'nothing';

/** A call that has ended, and was admitted in `epoch`; its traits, where it failed by what was asked with it, as far as anyone knows. */
export interface EndedCall {
  readonly epoch: number;
  readonly outcome: BreakerOutcome;
  readonly traits?: Traits;
}

export const closedBreaker = (policy: BreakerPolicy, epoch = 0): BreakerState => ({
  phase: 'closed',
  epoch,
  recent: 0,
  seen: 0,
  consecutive: 0,
  failed: [],
  heldBack: {},
  coolDownMs: policy.coolDownMs,
  retryAt: 0,
});

/** Whether a breaker that is not closed is meant for a request of these traits. */
export const isHeldBack = ({ heldBack }: BreakerState, traits: Traits): boolean =>
  Object.entries(heldBack).every(([name, value]) => ownValue(traits, name) === value);

/** Whether a call may go to the target now. An open breaker that is due admits one, as its probe, and at any time all that it does not hold back. */
export function admit(
  state: BreakerState,
  now: number,
  policy: BreakerPolicy,
  traits: () => Traits = () => ({}),
): { readonly state: BreakerState; readonly admitted: boolean } {
  if (state.phase === 'closed' || !isHeldBack(state, traits())) return { state, admitted: true };
  if (now < state.retryAt) return { state, admitted: false };
  const probe = { ...state, phase: 'half_open' as const, epoch: state.epoch + 1, retryAt: now + policy.maxCoolDownMs };
  return { state: probe, admitted: true };
}

/** The breaker after a call has ended. */
export function settle(state: BreakerState, call: EndedCall, now: number, policy: BreakerPolicy): BreakerState {
  const { epoch, outcome, traits = {} } = call;
  if (epoch !== state.epoch) return state;
  if (state.phase === 'half_open') return afterProbe(state, outcome, traits, now, policy);
  if (outcome === 'nothing') return state;
  if (state.phase === 'open') return afterOther(state, outcome, traits, policy);
  const counted = count(state, outcome === 'failure' ? traits : undefined, policy);
  const failures = failuresThatOpen(counted, policy);
  if (failures === 0) return counted;
  return opened(counted, policy.coolDownMs, now, counted.failed.slice(-failures).reduce(inCommon));
}

/** Opened by hand: by a policy that foresees the failure, or by a person. */
export const tripped = (state: BreakerState, now: number, forMs: number, policy: BreakerPolicy): BreakerState => ({
  ...opened(state, policy.coolDownMs, now, {}),
  retryAt: now + forMs,
});

function afterProbe(
  state: BreakerState,
  outcome: BreakerOutcome,
  traits: Traits,
  now: number,
  policy: BreakerPolicy,
): BreakerState {
  if (outcome === 'success') return closedBreaker(policy, state.epoch + 1);
  if (outcome === 'nothing') return { ...state, phase: 'open', epoch: state.epoch + 1, retryAt: now };
  const coolDownMs = Math.min(state.coolDownMs * 2, policy.maxCoolDownMs);
  return opened(state, coolDownMs, now, inCommon(state.heldBack, traits));
}

/** One that was not held back: where it is answered the target is well, and where it fails more are held back. */
const afterOther = (
  state: BreakerState,
  outcome: BreakerOutcome,
  traits: Traits,
  policy: BreakerPolicy,
): BreakerState =>
  outcome === 'success'
    ? closedBreaker(policy, state.epoch + 1)
    : { ...state, heldBack: inCommon(state.heldBack, traits) };

const inCommon = (one: Traits, other: Traits): Traits =>
  Object.fromEntries(Object.entries(one).filter(([name, value]) => ownValue(other, name) === value));

const opened = (state: BreakerState, coolDownMs: number, now: number, heldBack: Traits): BreakerState => ({
  ...state,
  phase: 'open',
  epoch: state.epoch + 1,
  heldBack,
  coolDownMs,
  retryAt: now + coolDownMs,
});

/** As many as a window has at most. */
const FAILED_KEPT = 30;

/** @param traits  of a call that failed */
function count(state: BreakerState, traits: Traits | undefined, policy: BreakerPolicy): BreakerState {
  const mask = 2 ** policy.windowCalls - 1;
  return {
    ...state,
    recent: ((state.recent << 1) | (traits ? 1 : 0)) & mask,
    seen: Math.min(state.seen + 1, policy.windowCalls),
    consecutive: traits ? state.consecutive + 1 : 0,
    failed: traits ? [...state.failed, traits].slice(-FAILED_KEPT) : state.failed,
  };
}

/** How many of the last failures open it; 0 where it stays closed. */
function failuresThatOpen({ consecutive, seen, recent }: BreakerState, policy: BreakerPolicy): number {
  if (consecutive >= policy.consecutiveFailures) return consecutive;
  const failures = ones(recent);
  return seen >= policy.windowCalls && failures >= policy.failureShare * policy.windowCalls ? failures : 0;
}

function ones(bits: number): number {
  let n = 0;
  for (let left = bits; left !== 0; left &= left - 1) n++;
  return n;
}
