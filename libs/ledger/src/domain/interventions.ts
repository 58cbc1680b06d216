import { type Intervention, isPinned, objectionTo, recipeInForce, type SystemState } from '@contentflow/decisions';
import { ownValue } from '@contentflow/kernel';

/** Whether it is as a person wants it: then there is nothing to say. */
export function isAlreadyInEffect(state: SystemState, intervention: Intervention): boolean {
  const { action, target, contentType, lever, threshold } = intervention;
  const isPin = contentType !== undefined && lever !== undefined && Object.hasOwn(state.generation0, contentType);
  switch (action) {
    case 'approve':
      return ownValue(state.answers, target)?.answer === 'approved' && !objectionTo(state, intervention);
    case 'refuse':
      return ownValue(state.answers, target)?.answer === 'refused';
    case 'pin':
      return isPin && isPinned(state, contentType, lever);
    case 'unpin':
      return isPin && !isPinned(state, contentType, lever);
    case 'stop_experiment':
      return ownValue(state.experiments, target)?.reason === 'operator';
    case 'undo_rollback': {
      const found = state.improvements.find(({ improvementId }) => improvementId === target);
      return found !== undefined && found.status !== 'rolled_back';
    }
    case 'set_threshold':
      return Object.hasOwn(state.generation0, target) && recipeInForce(state, target).qualityThreshold === threshold;
    case 'set_autonomy':
    case 'roll_back':
    case 'accept_loss':
      return false;
  }
}
