import { type Policy, ScalingDecided } from '@contentflow/contracts';
import {
  autonomySetOn,
  decided,
  type DecisionProcedure,
  openExperiments,
  type SystemState,
} from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import { capacityPerInstance } from './capacity.ts';
import { mergedScalerState, type PastForecast, type ScalerState, scalerState } from './scaler-state.ts';
import { loadBefore, loadOver, observedUntil, type ServiceLoad } from './load.ts';

/** What the scaler knows when it decides. Loads in generations per minute. */
export interface ScalingEvidence {
  readonly instances: number;
  /** That the machine has cores for; left out where each has its own. */
  readonly mostInstances?: number;
  /** Besides those that run, that it had idle cores and free memory for. */
  readonly moreInstances?: number;
  /** Null while too little has been made to know it. */
  readonly capacityPerInstance: number | null;
  /** Over the last minutes; null while no worker lives. */
  readonly now: ServiceLoad | null;
  /** Over a longer while: what is given up must not have been needed a moment ago. */
  readonly lately: ServiceLoad | null;
  /** The furthest forecast that has not come due. */
  readonly forecast: { readonly expected: number; readonly upper: number; readonly planned?: number } | null;
  /** The most that is expected until then, or that comes in now: what must not be scaled below. */
  readonly peak: number;
  readonly lastScaledAt: number | null;
  /** Running experiments whose timings a change touches. */
  readonly experiments: readonly string[];
}

export interface ScalingDecision {
  readonly to: number;
  readonly reason: 'predicted_high_load' | 'current_high_load' | 'low_utilization' | 'operator';
}

type ScalingPolicy = Policy['scaling'];

/** Minutes that make a load, and those that make it a lasting one. */
const NOW_MINUTES = 3;
const RECENT_MINUTES = 15;

/**
 * Ahead of the load where the forecast allows it, one step at a time where it does not. What is provided for
 * is the share of the forecast that the costs ask for: too few instances cost readers, one too many an hour of a machine.
 */
export function decideScaling(
  evidence: ScalingEvidence,
  policy: ScalingPolicy,
  at: number,
): ScalingDecision | undefined {
  const { instances, now, lately, lastScaledAt } = evidence;
  const withinLimits = limited(instances, policy);
  if (withinLimits !== instances) return { to: withinLimits, reason: 'operator' };

  const sinceMs = at - (lastScaledAt ?? -Infinity);
  if (sinceMs < policy.cooldownUpMs) return undefined;
  const room = roomFor(evidence);
  const foreseen = Math.min(room, limited(requiredInstances(evidence, policy), policy));
  if (foreseen > instances) return { to: foreseen, reason: 'predicted_high_load' };
  // What is seen must be the load since the last change took effect, not the one that it was made for.
  if (!now || !lately || sinceMs < policy.cooldownUpMs + NOW_MINUTES * MINUTE_MS) return undefined;
  if (anyAbove(now, policy.scaleUp))
    return instances < room ? step(instances, +1, 'current_high_load', policy) : undefined;
  if (sinceMs < policy.cooldownDownMs) return undefined;
  if (
    allBelow(now, policy.scaleDown) &&
    allBelow(lately, policy.scaleDown) &&
    isEnough(instances - 1, evidence, policy)
  )
    return step(instances, -1, 'low_utilization', policy);
  return undefined;
}

/** What runs goes on running, also where there is room for less. */
function roomFor({ instances, mostInstances, moreInstances }: ScalingEvidence): number {
  const { POSITIVE_INFINITY } = Number;
  return Math.max(
    instances,
    Math.min(mostInstances ?? POSITIVE_INFINITY, instances + (moreInstances ?? POSITIVE_INFINITY)),
  );
}

/** Instances that the forecast needs; those there are while it fits into their usable share. */
function requiredInstances(
  { forecast, capacityPerInstance, instances }: ScalingEvidence,
  policy: ScalingPolicy,
): number {
  if (!forecast || !capacityPerInstance) return instances;
  const load = providedFor(forecast);
  const isTight = load > policy.targetUtilization * instances * capacityPerInstance;
  return isTight ? Math.ceil(load / capacityPerInstance) : instances;
}

const providedFor = ({ upper, planned }: { readonly upper: number; readonly planned?: number }): number =>
  planned ?? upper;

/** Whether so few would do for all that is expected: the next check must not start again what this one stops. */
function isEnough(instances: number, { capacityPerInstance, peak }: ScalingEvidence, policy: ScalingPolicy): boolean {
  return capacityPerInstance === null || peak <= policy.targetUtilization * instances * capacityPerInstance;
}

function step(
  instances: number,
  by: number,
  reason: ScalingDecision['reason'],
  policy: ScalingPolicy,
): ScalingDecision | undefined {
  const to = limited(instances + by, policy);
  return to === instances ? undefined : { to, reason };
}

const limited = (instances: number, { minInstances, maxInstances }: ScalingPolicy): number =>
  Math.max(minInstances, Math.min(maxInstances, instances));

const anyAbove = (now: ServiceLoad, most: ScalingPolicy['scaleUp']): boolean =>
  now.cpu > most.cpu || now.memory > most.memory || now.queue > most.queue || now.responseTimeMs > most.responseTimeMs;

const allBelow = (now: ServiceLoad, least: ScalingPolicy['scaleDown']): boolean =>
  now.cpu < least.cpu &&
  now.memory < least.memory &&
  now.queue < least.queue &&
  now.responseTimeMs < least.responseTimeMs;

export const scaling: DecisionProcedure<ScalerState, ScalingEvidence> = {
  name: 'scaler.scaling',
  every: ({ scaling: { checkEveryMs } }) => checkEveryMs,
  fold: scalerState,
  due: (parts, system, at) => {
    if (autonomySetOn(system, 'scaling') !== 'apply') return [];
    const evidence = scalingEvidence(mergedScalerState(parts), system, at);
    // Named after the change before it, so that a tick that does not yet see its own last answer gives it again.
    return [{ question: `scaling:${evidence.lastScaledAt ?? 'first'}:${evidence.instances}`, evidence }];
  },
  decide: (evidence, policy, at) => {
    const decision = decideScaling(evidence, policy.scaling, at);
    if (!decision) return [];
    const { instances, experiments } = evidence;
    const scalingId = `scaling-${new Date(at).toISOString()}`;
    return [
      decided(ScalingDecided, 'scaler', { scalingId, from: instances, ...decision, experiments: [...experiments] }),
    ];
  },
};

export function scalingEvidence(state: ScalerState, system: SystemState, at: number): ScalingEvidence {
  const { minutes, workers, forecasts, scalings } = state;
  const { instances } = system;
  const ahead = forecasts.filter((forecast) => forecast.for > at);
  const furthest = ahead.at(-1);
  const isAlive = observedUntil(workers, at) !== undefined;
  const observed = Math.floor((observedUntil(workers, at) ?? at) / MINUTE_MS) * MINUTE_MS;
  return {
    instances,
    ...(state.mostInstances !== null && { mostInstances: state.mostInstances }),
    ...(state.moreInstances !== null && { moreInstances: state.moreInstances }),
    capacityPerInstance: capacityPerInstance(minutes, scalings, instances) ?? null,
    now: isAlive ? loadOver(minutes, observed, NOW_MINUTES) : null,
    lately: isAlive ? loadOver(minutes, observed, RECENT_MINUTES) : null,
    forecast: furthest ? evidenceOf(furthest) : null,
    peak: Math.max(loadBefore(minutes, observed, NOW_MINUTES) ?? 0, ...ahead.map(providedFor)),
    lastScaledAt: scalings.at(-1)?.at ?? null,
    experiments: openExperiments(system)
      .filter(({ status }) => status === 'running')
      .map(({ experimentId }) => experimentId),
  };
}

const evidenceOf = ({ expected, upper, planned }: PastForecast) => ({
  expected,
  upper,
  ...(planned !== undefined && { planned }),
});
