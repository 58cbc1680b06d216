import {
  AutonomyPaused,
  AutonomyResumed,
  type autonomyLevelSchema,
  mergePatched,
  modelsOfUses,
  newEvent,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
} from '@contentflow/contracts';
import { policyChange, type SystemState } from '@contentflow/decisions';
import type { NewEvent } from '@contentflow/kernel';
import { isOffered } from '@contentflow/recipes';
import type { z } from 'zod';
import { type AutonomyView, autonomyView, tunedLevers } from './system-view.ts';

/** What a person wants of the system's autonomy; what is left out stays. */
export interface SetAutonomy {
  readonly state?: 'running' | 'paused';
  readonly levers?: Readonly<Record<string, z.output<typeof autonomyLevelSchema>>>;
  readonly reason: string;
}

/** Who says so, when, and the id that makes a repeat void. */
export interface Command {
  readonly id: string;
  readonly by: string;
  readonly at: number;
}

/** The decisions that bring the wanted autonomy about; none where it is so already. */
export function setAutonomy(state: SystemState, wanted: SetAutonomy, command: Command): NewEvent[] {
  const now = autonomyView(state, command.at);
  return [...levelsSet(now, wanted, command), ...stateSet(now, wanted, command)];
}

function levelsSet(now: AutonomyView, { levers = {}, reason }: SetAutonomy, { id, by, at }: Command): NewEvent[] {
  const changed = tunedLevers.filter((lever) => levers[lever] !== undefined && levers[lever] !== now.levers[lever]);
  if (changed.length === 0) return [];
  const levels = Object.fromEntries(changed.map((lever) => [lever, levers[lever] as 'observe' | 'propose' | 'apply']));
  const data = { action: 'set_autonomy' as const, target: changed.join(', '), levels, reason, by };
  return [newEvent(OperatorIntervened, { subject: 'autonomy', data, time: at, cause: { id } })];
}

function stateSet(now: AutonomyView, { state, reason }: SetAutonomy, { id, by, at }: Command): NewEvent[] {
  if (state === undefined || state === now.state) return [];
  const definition = state === 'paused' ? AutonomyPaused : AutonomyResumed;
  return [newEvent(definition, { subject: 'autonomy', data: { reason, by }, time: at, cause: { id } })];
}

/** The decision that puts this policy in force; none where it is already. */
export function changePolicy(state: SystemState, policy: Policy, { id, by, at }: Command): NewEvent[] {
  const change = policyChange(state, policy, by);
  if (change.version === state.policyVersion) return [];
  // Said again after another change came between, it is another change.
  const index = `PolicyChanged from ${state.policyVersion}`;
  return [newEvent(PolicyChanged, { subject: 'policy', data: change, time: at, cause: { id }, index })];
}

/**
 * A model that a policy newly names for a use and that no provider offers, and where: its calls would be experimented with for nothing. While nobody
 * has said what is offered, any may be.
 */
export function unofferedModel({ models, policy: before }: SystemState, { uses }: Policy) {
  if (models.length === 0) return undefined;
  const known = new Set(modelsOfUses(before.uses).map(([name, use]) => `${use}\n${name}`));
  const found = modelsOfUses(uses).find(([name, use]) => !known.has(`${use}\n${name}`) && !isOffered(models, name));
  if (!found) return undefined;
  const [name, ...path] = found;
  return { name, field: ['uses', ...path].join('.'), offered: [...new Set(models.map((each) => each.name))] };
}

/**
 * The decisions that change what the patch names and nothing else. A lever's autonomy that it names holds, also where it was set apart from the
 * policy before.
 * @param read  checks the policy that comes of it
 */
export function patchPolicy(
  state: SystemState,
  patch: object,
  read: (merged: unknown) => Policy,
  command: Command,
): NewEvent[] {
  const policy = read(mergePatched(state.policy, patch));
  const named = Object.keys((patch as { autonomy?: object | null }).autonomy ?? {});
  const levers = Object.fromEntries(
    tunedLevers.flatMap((lever) => {
      const level = policy.autonomy[lever] ?? 'apply';
      const isSetApart = named.includes(lever) && (state.autonomy.levers[lever] ?? level) !== level;
      return isSetApart ? [[lever, level] as const] : [];
    }),
  );
  return [
    ...setAutonomy(state, { levers, reason: 'the policy says so' }, command),
    ...changePolicy(state, policy, command),
  ];
}
