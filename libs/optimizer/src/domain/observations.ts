import { combined, type Fold } from '@contentflow/kernel';
import { neighboursFold, type NeighboursSeen, requestsFold, type RequestsSeen } from './cache/cache-requests.ts';
import { improvementsFold, type ImprovementsSeen } from './experiments/reverse-holdback.ts';
import { seasonsFold, type SeasonsSeen } from './experiments/seasons.ts';
import { trialsFold, type TrialsSeen } from './experiments/trials.ts';
import { stepsFold, type StepsSeen } from './hypotheses/steps.ts';
import { spentFold, type SpentSeen } from './learning-cost.ts';
import { outcomesFold, type OutcomesSeen } from './models/outcome-windows.ts';
import { promptsFold, type PromptsSeen } from './prompts/prompt-knowledge.ts';
import { holdbackFold, type HoldbackSeen } from './quality/holdback-seen.ts';
import { screenedFold, type ScreenedSeen } from './screening/screened-changes.ts';
import { trafficFold, type TrafficSeen } from './traffic.ts';

/**
 * What the optimizer knows of one partition of the log. Its containers are changed in place, its statistics never:
 * evidence may hold on to them.
 */
export interface Observations
  extends
    RequestsSeen,
    StepsSeen,
    NeighboursSeen,
    SpentSeen,
    OutcomesSeen,
    HoldbackSeen,
    SeasonsSeen,
    TrafficSeen,
    TrialsSeen,
    ImprovementsSeen,
    PromptsSeen,
    ScreenedSeen {}

/** Each question's small fold, side by side. */
export const observations: Fold<Observations> = combined<Observations>({
  requests: requestsFold,
  steps: stepsFold,
  neighbours: neighboursFold,
  spent: spentFold,
  outcomes: outcomesFold,
  holdback: holdbackFold,
  seasons: seasonsFold,
  traffic: trafficFold,
  trials: trialsFold,
  improvements: improvementsFold,
  prompts: promptsFold,
  screened: screenedFold,
});
