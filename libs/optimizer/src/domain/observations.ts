import { combined, type Fold } from '@contentflow/kernel';
import {
  neighboursFold,
  type NeighbourObservations,
  requestsFold,
  type RequestObservations,
} from './cache/cache-requests.ts';
import { improvementsFold, type ImprovementObservations } from './experiments/reverse-holdback.ts';
import { seasonsFold, type SeasonObservations } from './experiments/seasons.ts';
import { trialsFold, type TrialObservations } from './experiments/trials.ts';
import { type DraftObservations, draftsFold } from './hypotheses/drafts.ts';
import { stepsFold, type StepObservations } from './hypotheses/steps.ts';
import { spentFold, type SpendObservations } from './learning-cost.ts';
import { outcomesFold, type OutcomeObservations } from './models/outcome-windows.ts';
import { promptsFold, type PromptObservations } from './prompts/prompt-knowledge.ts';
import { holdbackFold, type HoldbackObservations } from './quality/holdback-observations.ts';
import { screenedFold, type ScreeningObservations } from './screening/screened-changes.ts';
import { trafficFold, type TrafficObservations, varietyFold, type VarietyObservations } from './traffic.ts';

/**
 * What the optimizer knows of one partition of the log. Its containers are changed in place, its statistics never:
 * evidence may hold on to them.
 */
export interface Observations
  extends
    RequestObservations,
    StepObservations,
    DraftObservations,
    NeighbourObservations,
    SpendObservations,
    OutcomeObservations,
    HoldbackObservations,
    SeasonObservations,
    TrafficObservations,
    VarietyObservations,
    TrialObservations,
    ImprovementObservations,
    PromptObservations,
    ScreeningObservations {}

/** Each question's small fold, side by side. */
export const observations: Fold<Observations> = combined<Observations>({
  requests: requestsFold,
  steps: stepsFold,
  drafts: draftsFold,
  neighbours: neighboursFold,
  spent: spentFold,
  outcomes: outcomesFold,
  holdback: holdbackFold,
  seasons: seasonsFold,
  traffic: trafficFold,
  variety: varietyFold,
  trials: trialsFold,
  improvements: improvementsFold,
  prompts: promptsFold,
  screened: screenedFold,
});
