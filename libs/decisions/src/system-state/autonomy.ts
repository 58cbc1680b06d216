import { ownValue } from '@contentflow/kernel';
import {
  AutonomyPaused,
  AutonomyResumed,
  type Lever,
  OperatorIntervened,
  type Policy,
  PolicyChanged,
} from '@contentflow/contracts';
import { frozenUntil } from '../freeze.ts';
import { type InterventionsState, isPinned } from './interventions.ts';
import type { PolicyState } from './policy.ts';
import { slice } from './slice.ts';

export interface AutonomyState {
  readonly autonomy: {
    readonly state: 'running' | 'paused';
    /** As a person set them, before the policy. */
    readonly levers: Policy['autonomy'];
    readonly reason: string;
  };
}

export const autonomySlice = slice<AutonomyState>({ autonomy: { state: 'running', levers: {}, reason: '' } })
  .on(AutonomyPaused, ({ autonomy }, { reason }) => ({ autonomy: { ...autonomy, state: 'paused', reason } }))
  .on(AutonomyResumed, ({ autonomy }, { reason }) => ({ autonomy: { ...autonomy, state: 'running', reason } }))
  .on(OperatorIntervened, ({ autonomy }, { action, levels }) =>
    action === 'set_autonomy' && levels ? { autonomy: { ...autonomy, levers: { ...autonomy.levers, ...levels } } } : {},
  )
  // The later word holds, whichever way it came.
  .on(PolicyChanged, ({ autonomy }, { changes = [] }) => {
    const said = new Set(changes.map(({ key }) => key));
    const levers = Object.entries(autonomy.levers).filter(([lever]) => !said.has(`autonomy.${lever}`));
    return { autonomy: { ...autonomy, levers: Object.fromEntries(levers) } };
  });

type Autonomy = 'observe' | 'propose' | 'apply';
type VisibleState = AutonomyState & Pick<PolicyState, 'policy'> & InterventionsState;

/**
 * What the system may do by itself on this lever as it was set: what may be taken back, and how far instances follow load. Where a person has
 * pinned the lever of the content type, it only observes.
 */
export function autonomySetOn(state: VisibleState, lever: Lever | 'scaling', contentType?: string): Autonomy {
  const { autonomy, policy } = state;
  if (autonomy.state === 'paused' || isPinned(state, contentType, lever)) return 'observe';
  return autonomy.levers[lever] ?? policy.autonomy[lever] ?? 'apply';
}

/** What the system may change by itself on this lever now: within a freeze window it proposes at most. */
export function autonomyOf(state: VisibleState, lever: Lever, at: number, contentType?: string): Autonomy {
  const set = autonomySetOn(state, lever, contentType);
  return set === 'apply' && isFrozen(state, at) ? 'propose' : set;
}

/** Whether this proposal may be tried, and applied, now: where the lever acts by itself, or a person has approved it. */
export function mayProceed(
  state: VisibleState,
  { id, contentType, lever }: { readonly id: string; readonly contentType: string; readonly lever: Lever },
  at: number,
): boolean {
  const set = autonomySetOn(state, lever, contentType);
  const isApproved = set === 'propose' && ownValue(state.answers, id)?.answer === 'approved';
  return (set === 'apply' || isApproved) && !isFrozen(state, at);
}

const isFrozen = ({ policy }: VisibleState, at: number): boolean => frozenUntil(policy.freezeWindows, at) !== undefined;
