import type { EventData, OperatorIntervened } from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import type { AdjustmentsState } from './adjustments.ts';
import { type ExperimentsState, openExperiments } from './experiments.ts';
import type { HypothesesState } from './hypotheses.ts';
import type { ImprovementsState } from './improvements.ts';
import type { RecipesState } from './recipes.ts';

/** What a person's word may be about. */
export type InterventionTarget = HypothesesState &
  Pick<ExperimentsState, 'experiments'> &
  AdjustmentsState &
  ImprovementsState &
  Pick<RecipesState, 'generation0'>;

export type Intervention = Omit<EventData<typeof OperatorIntervened>, 'reason' | 'by'>;

/** Why a person's word cannot be followed. */
export interface Objection {
  readonly code: 'not-found' | 'conflict';
  readonly reason: string;
}

const notFound = (reason: string): Objection => ({ code: 'not-found', reason });
const conflict = (reason: string): Objection => ({ code: 'conflict', reason });

/** Undefined where the word can be followed: what is refused before it is an event is void where it is one. */
export function objectionTo(state: InterventionTarget, said: Intervention): Objection | undefined {
  switch (said.action) {
    case 'approve':
      return objectionToAnswer(state, said.target, true);
    case 'refuse':
      return objectionToAnswer(state, said.target, false);
    case 'stop_experiment': {
      const experiment = ownValue(state.experiments, said.target);
      if (!experiment) return notFound(`no experiment with id "${said.target}"`);
      const isOpen = experiment.status === 'registered' || experiment.status === 'running';
      return isOpen ? undefined : conflict(`the experiment is ${experiment.status}`);
    }
    case 'undo_rollback': {
      const improvement = state.improvements.find(({ improvementId }) => improvementId === said.target);
      if (!improvement) return notFound(`no improvement with id "${said.target}"`);
      return improvement.status === 'rolled_back' ? undefined : conflict(`the improvement is ${improvement.status}`);
    }
    case 'pin':
    case 'unpin':
      return objectionToPin(state, said);
    case 'set_threshold':
      return knows(state, said.target) ? undefined : notFound(`no content type "${said.target}"`);
    case 'set_autonomy':
    case 'accept_loss':
    case 'roll_back':
      return undefined;
  }
}

function objectionToAnswer(state: InterventionTarget, id: string, isApproval: boolean): Objection | undefined {
  const hypothesis = ownValue(state.hypotheses, id);
  const adjustment = ownValue(state.adjustments, id);
  const improvement = state.improvements.find(({ improvementId }) => improvementId === id);
  // A permanent adjustment is the improvement of its name.
  const proposal = improvement ?? adjustment ?? hypothesis;
  if (!proposal) return notFound(`no proposal with id "${id}"`);
  const { status } = proposal;
  if (status === 'proposed' || status === 'expired') {
    const isOnTrial = openExperiments(state).some(({ origin }) => origin.id === id);
    return isOnTrial && !isApproval ? conflict('it is on trial: stop its experiment') : undefined;
  }
  if (status !== 'testing' && status !== 'on_trial') return conflict(`the proposal is ${status}`);
  return isApproval ? undefined : conflict('it is on trial: stop its experiment');
}

function objectionToPin(
  state: InterventionTarget,
  { action, contentType, lever }: Intervention,
): Objection | undefined {
  if (contentType === undefined || lever === undefined || !knows(state, contentType))
    return notFound(`no content type "${contentType}"`);
  const open = openExperiments(state, contentType).find((each) => each.lever === lever);
  return action === 'pin' && open
    ? conflict(`experiment ${open.experimentId} is open on it: stop it first`)
    : undefined;
}

const knows = ({ generation0 }: InterventionTarget, contentType: string): boolean =>
  Object.hasOwn(generation0, contentType);
