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

/** A breaker as a value. Half open means that one probe is under way. */
export interface BreakerState {
  readonly phase: BreakerPhase;
  /** Goes up with each change of phase: what a call admitted in an earlier epoch reports is void. */
  readonly epoch: number;
  /** The last outcomes, a bit each, 1 for a failure, the newest lowest. */
  readonly recent: number;
  readonly seen: number;
  readonly consecutive: number;
  readonly coolDownMs: number;
  /** Open: when a probe is due. Half open: when the probe is given up for lost. */
  readonly retryAt: number;
}

/** What a call says of its target. A cancelled call, or one that was itself at fault, says nothing. */
export type BreakerOutcome = 'success' | 'failure' | 'nothing';

export const closedBreaker = (policy: BreakerPolicy, epoch = 0): BreakerState => ({
  phase: 'closed',
  epoch,
  recent: 0,
  seen: 0,
  consecutive: 0,
  coolDownMs: policy.coolDownMs,
  retryAt: 0,
});

/** Whether a call may go to the target now. An open breaker that is due admits one, as its probe. */
export function admit(
  state: BreakerState,
  now: number,
  policy: BreakerPolicy,
): { readonly state: BreakerState; readonly admitted: boolean } {
  if (state.phase === 'closed') return { state, admitted: true };
  if (now < state.retryAt) return { state, admitted: false };
  const probe = { ...state, phase: 'half_open' as const, epoch: state.epoch + 1, retryAt: now + policy.maxCoolDownMs };
  return { state: probe, admitted: true };
}

/** The breaker after a call that was admitted in `epoch` has ended. */
export function settle(
  state: BreakerState,
  epoch: number,
  outcome: BreakerOutcome,
  now: number,
  policy: BreakerPolicy,
): BreakerState {
  if (epoch !== state.epoch || state.phase === 'open') return state;
  if (state.phase === 'half_open') return afterProbe(state, outcome, now, policy);
  if (outcome === 'nothing') return state;
  const counted = count(state, outcome === 'failure', policy);
  return isFailing(counted, policy) ? opened(counted, policy.coolDownMs, now) : counted;
}

/** Opened by hand: by a policy that foresees the failure, or by a person. */
export const tripped = (state: BreakerState, now: number, forMs: number, policy: BreakerPolicy): BreakerState => ({
  ...opened(state, policy.coolDownMs, now),
  retryAt: now + forMs,
});

function afterProbe(state: BreakerState, outcome: BreakerOutcome, now: number, policy: BreakerPolicy): BreakerState {
  if (outcome === 'success') return closedBreaker(policy, state.epoch + 1);
  if (outcome === 'failure') return opened(state, Math.min(state.coolDownMs * 2, policy.maxCoolDownMs), now);
  return { ...state, phase: 'open', epoch: state.epoch + 1, retryAt: now };
}

const opened = (state: BreakerState, coolDownMs: number, now: number): BreakerState => ({
  ...state,
  phase: 'open',
  epoch: state.epoch + 1,
  coolDownMs,
  retryAt: now + coolDownMs,
});

function count(state: BreakerState, failed: boolean, policy: BreakerPolicy): BreakerState {
  const mask = 2 ** policy.windowCalls - 1;
  return {
    ...state,
    recent: ((state.recent << 1) | (failed ? 1 : 0)) & mask,
    seen: Math.min(state.seen + 1, policy.windowCalls),
    consecutive: failed ? state.consecutive + 1 : 0,
  };
}

function isFailing(state: BreakerState, policy: BreakerPolicy): boolean {
  if (state.consecutive >= policy.consecutiveFailures) return true;
  return state.seen >= policy.windowCalls && ones(state.recent) >= policy.failureShare * policy.windowCalls;
}

function ones(bits: number): number {
  let n = 0;
  for (let left = bits; left !== 0; left &= left - 1) n++;
  return n;
}
