import {
  AdjustmentMadePermanent,
  AdjustmentProposed,
  AdjustmentRolledBack,
  type EventData,
  ExperimentRegistered,
  OperatorIntervened,
  ProposalExpired,
  RecipeReplaced,
} from '@contentflow/contracts';
import { ownValue } from '@contentflow/kernel';
import { slice } from './slice.ts';

export interface AdjustmentsState {
  readonly adjustments: Readonly<Record<string, Adjustment>>;
}

export interface Adjustment extends Omit<EventData<typeof AdjustmentProposed>, 'basis'> {
  readonly status: 'proposed' | 'on_trial' | 'permanent' | 'rolled_back' | 'refused';
  readonly proposedAt: number;
}

export const adjustmentsSlice = slice<AdjustmentsState>({ adjustments: {} })
  .on(AdjustmentProposed, (state, { basis: _, ...adjustment }, at) => {
    const open = Object.values(state.adjustments).find(
      (each) =>
        each.contentType === adjustment.contentType && each.lever === adjustment.lever && isAdjustmentOpen(each),
    );
    if (open) return `adjustment ${open.adjustmentId} is open`;
    return withAdjustment(state, { ...adjustment, status: 'proposed', proposedAt: at });
  })
  .on(ExperimentRegistered, (state, { origin }) => {
    const adjustment = origin.kind === 'adjustment' ? ownValue(state.adjustments, origin.id) : undefined;
    return adjustment ? withAdjustment(state, { ...adjustment, status: 'on_trial' }) : {};
  })
  .on(AdjustmentMadePermanent, (state, { adjustmentId }) => {
    const adjustment = ownValue(state.adjustments, adjustmentId);
    if (adjustment?.status !== 'on_trial') return 'the adjustment is not on trial';
    return withAdjustment(state, { ...adjustment, status: 'permanent' });
  })
  .on(AdjustmentRolledBack, (state, { adjustmentId }) => {
    const adjustment = ownValue(state.adjustments, adjustmentId);
    return adjustment ? withAdjustment(state, { ...adjustment, status: 'rolled_back' }) : 'no such adjustment';
  })
  // Its trial was void with the recipe that it stood on: the wish stays, and is tried on the new one.
  .on(RecipeReplaced, ({ adjustments }, { contentType }) => ({
    adjustments: Object.fromEntries(
      Object.entries(adjustments).map(([id, each]) => [
        id,
        each.contentType === contentType && each.status === 'on_trial'
          ? { ...each, status: 'proposed' as const }
          : each,
      ]),
    ),
  }))
  .on(OperatorIntervened, (state, { action, target }) => (action === 'refuse' ? refused(state, target) : {}))
  .on(ProposalExpired, (state, { proposalId }) => refused(state, proposalId));

/** What is on trial or has ended is not refused any more. */
function refused(state: AdjustmentsState, id: string): Partial<AdjustmentsState> {
  const adjustment = ownValue(state.adjustments, id);
  return adjustment?.status === 'proposed' ? withAdjustment(state, { ...adjustment, status: 'refused' }) : {};
}

const isAdjustmentOpen = ({ status }: Adjustment): boolean => status === 'proposed' || status === 'on_trial';

const withAdjustment = ({ adjustments }: AdjustmentsState, adjustment: Adjustment): AdjustmentsState => ({
  adjustments: { ...adjustments, [adjustment.adjustmentId]: adjustment },
});
