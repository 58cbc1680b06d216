import { DecisionSequenced, type EventData, fold } from '@contentflow/contracts';
import { type AdjustmentsState, adjustmentsSlice } from './system-state/adjustments.ts';
import { type AnomaliesState, anomaliesSlice } from './system-state/anomalies.ts';
import { type AutonomyState, autonomySlice } from './system-state/autonomy.ts';
import { type ExperimentsState, experimentsSlice } from './system-state/experiments.ts';
import { type HypothesesState, hypothesesSlice } from './system-state/hypotheses.ts';
import { type ImprovementsState, improvementsSlice } from './system-state/improvements.ts';
import { type IncidentsState, incidentsSlice } from './system-state/incidents.ts';
import { type InterventionsState, interventionsSlice } from './system-state/interventions.ts';
import { type ModelsState, modelsSlice } from './system-state/models.ts';
import { type PolicyState, policySlice } from './system-state/policy.ts';
import { type PromptsState, promptsSlice } from './system-state/prompts.ts';
import { type RecipesState, recipesSlice } from './system-state/recipes.ts';
import { type ScalingState, scalingSlice } from './system-state/scaling.ts';
import { type ScreeningsState, screeningsSlice } from './system-state/screenings.ts';
import { type SemanticCachesState, semanticCacheSlice } from './system-state/semantic-cache.ts';
import { evolveOf } from './system-state/slice.ts';

/**
 * What the system is, as the ledger tells it: the same for whoever reads the ledger up to the same entry. A decision that
 * conflicts with an earlier one is void, for every reader alike, and is listed as such.
 */
export interface SystemState
  extends
    PolicyState,
    ModelsState,
    RecipesState,
    PromptsState,
    HypothesesState,
    ExperimentsState,
    ImprovementsState,
    AdjustmentsState,
    AnomaliesState,
    IncidentsState,
    ScalingState,
    ScreeningsState,
    SemanticCachesState,
    AutonomyState,
    InterventionsState {
  /** The number of the next ledger entry. */
  readonly position: number;
  readonly void: readonly VoidDecision[];
}

export interface VoidDecision {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly reason: string;
}

/** Each sees the state before the decision; where several have something to do with one, the first that calls it void is heard. */
const slices = [
  // It says which words of people are void, before any other takes them at their word.
  interventionsSlice,
  policySlice,
  modelsSlice,
  recipesSlice,
  promptsSlice,
  hypothesesSlice,
  experimentsSlice,
  improvementsSlice,
  adjustmentsSlice,
  anomaliesSlice,
  incidentsSlice,
  scalingSlice,
  screeningsSlice,
  semanticCacheSlice,
  autonomySlice,
] as const;
const evolve = evolveOf<SystemState>(slices);

export const initialSystemState: SystemState = {
  position: 0,
  ...policySlice.initial,
  ...modelsSlice.initial,
  ...recipesSlice.initial,
  ...promptsSlice.initial,
  ...hypothesesSlice.initial,
  ...experimentsSlice.initial,
  ...improvementsSlice.initial,
  ...adjustmentsSlice.initial,
  ...anomaliesSlice.initial,
  ...incidentsSlice.initial,
  ...scalingSlice.initial,
  ...screeningsSlice.initial,
  ...semanticCacheSlice.initial,
  ...autonomySlice.initial,
  ...interventionsSlice.initial,
  void: [],
};

/** How many void decisions the state keeps; all of them stay in the ledger. */
const VOID_KEPT = 200;

/** The ledger, folded. */
export const systemState = fold<SystemState>(() => initialSystemState).on(DecisionSequenced, (state, event) =>
  afterEntry(state, event.data),
);

export type LedgerEntry = EventData<typeof DecisionSequenced>;

/** The state after one more entry of the ledger; void decisions change nothing but the list of the void. */
export function afterEntry(state: SystemState, { decision, seq }: LedgerEntry): SystemState {
  const moved = { ...state, position: seq + 1 };
  const result = evolve(moved, decision);
  if (typeof result !== 'string') return result;
  const voided = { seq, id: decision.id, type: decision.type, reason: result };
  return { ...moved, void: [...state.void, voided].slice(-VOID_KEPT) };
}
