import { type MachineType, type Policy, ResourcesReconfigured } from '@contentflow/contracts';
import { autonomySetOn, decided, type DecisionProcedure } from '@contentflow/decisions';
import { MINUTE_MS } from '@contentflow/kernel';
import { quantile } from '@contentflow/statistics';
import { mergedScalerState, type ScalerState, scalerState } from './scaler-state.ts';
import type { LoadMinute } from './load.ts';

/** What the work takes at its busy times, over all instances. */
export interface ResourceUsage {
  /** Cores. */
  readonly cpu: number;
  readonly memoryMb: number;
  readonly callsAtOnce: number;
}

export interface Allocation {
  readonly type: string;
  readonly count: number;
  readonly usdPerHour: number;
}

/** How many machines of a type hold the usage with headroom to spare, and what they cost. */
export function allocationOf(type: MachineType, usage: ResourceUsage, headroom: number): Allocation {
  const needed = Math.max(usage.cpu / type.cpu, usage.memoryMb / type.memoryMb, usage.callsAtOnce / type.callsAtOnce);
  const count = Math.max(1, Math.ceil(needed * (1 + headroom)));
  return { type: type.name, count, usdPerHour: count * type.usdPerHour };
}

/** The cheapest type and count for the usage; of equal prices the fewest machines, then the first listed. */
export function bestAllocation(
  types: readonly MachineType[],
  usage: ResourceUsage,
  headroom: number,
): Allocation | undefined {
  return types
    .map((type) => allocationOf(type, usage, headroom))
    .reduce<Allocation | undefined>((best, each) => (best && !isBetter(each, best) ? best : each), undefined);
}

const isBetter = (a: Allocation, b: Allocation): boolean =>
  a.usdPerHour !== b.usdPerHour ? a.usdPerHour < b.usdPerHour : a.count < b.count;

export interface ResourceEvidence {
  readonly type: string;
  readonly instances: number;
  readonly usage: ResourceUsage;
}

/** Another type when it does the same work for less, limits included. Savings in USD per hour. */
export function decideResources(
  { type, instances, usage }: ResourceEvidence,
  { minInstances, maxInstances, headroom, machineTypes }: Policy['scaling'],
): { to: string; count: number; savings: number } | undefined {
  const current = machineTypes.find(({ name }) => name === type);
  const best = bestAllocation(machineTypes, usage, headroom);
  if (!current || !best || best.type === type || best.count > maxInstances) return undefined;
  const count = Math.max(minInstances, best.count);
  const savings = instances * current.usdPerHour - (count * best.usdPerHour) / best.count;
  return savings > 0 ? { to: best.type, count, savings } : undefined;
}

/** Minutes of usage before anything is concluded from it, and the share of them that must fit. */
const MIN_MINUTES = 60;
const BUSY_SHARE = 0.95;

/** The busy times of the last day, in units of machines of the type in use. */
export function busyUsage(minutes: readonly LoadMinute[], type: MachineType): ResourceUsage | undefined {
  const day = minutes.slice(-24 * 60).filter(({ workerMs }) => workerMs > 0);
  if (day.length < MIN_MINUTES) return undefined;
  const busy = (of: (minute: LoadMinute) => number): number =>
    quantile(
      day.map((minute) => of(minute) / MINUTE_MS),
      BUSY_SHARE,
    );
  return {
    cpu: busy(({ cpuMs }) => cpuMs) * type.cpu,
    memoryMb: busy(({ memoryMs }) => memoryMs) * type.memoryMb,
    callsAtOnce: busy(({ inFlightMs }) => inFlightMs),
  };
}

export const resources: DecisionProcedure<ScalerState, ResourceEvidence> = {
  name: 'scaler.resources',
  every: ({ scaling: { reconfigureEveryMs } }) => reconfigureEveryMs,
  fold: scalerState,
  due: (parts, system, at) => {
    const { machineTypes, reconfigureEveryMs } = system.policy.scaling;
    if (machineTypes.length < 2 || autonomySetOn(system, 'scaling') !== 'apply') return [];
    const { machineType, minutes, reconfiguredAt } = mergedScalerState(parts);
    if (reconfiguredAt !== null && at - reconfiguredAt < reconfigureEveryMs) return [];
    const current = machineTypes.find(({ name }) => name === machineType) ?? (machineTypes[0] as MachineType);
    const usage = busyUsage(minutes, current);
    if (!usage) return [];
    const evidence = { type: current.name, instances: system.instances, usage };
    return [{ question: `resources:${reconfiguredAt ?? 'first'}:${current.name}`, evidence }];
  },
  decide: (evidence, policy) => {
    const decision = decideResources(evidence, policy.scaling);
    return decision ? [decided(ResourcesReconfigured, 'scaler', { from: evidence.type, ...decision })] : [];
  },
};
