import type { DecisionProcedure, Question, SystemState } from '@contentflow/decisions';
import type { LookEvidence } from './experiments/look-evidence.ts';
import { decideLook, looksDue } from './experiments/looks.ts';
import { decideRegistration, type RegistrationEvidence, registrationsDue } from './experiments/registration.ts';
import { decideStart, type StartEvidence, startsDue } from './experiments/starts.ts';
import { decideRebase, type RebaseEvidence, rebasesDue } from './quality/holdback.ts';
import { TICK_MS, type ProposalEvidence, proposalsDue } from './hypotheses/proposal-evidence.ts';
import { decideProposals } from './hypotheses/proposals.ts';
import { decideUnanswered, unansweredDue, type UnansweredEvidence } from './hypotheses/unanswered.ts';
import { loadSolver } from './models/linear-program.ts';
import { decideModelTraffic, modelTrafficDue, type ModelTrafficEvidence } from './models/model-traffic.ts';
import {
  decideSuperseded,
  decideWithdrawnModels,
  supersededDue,
  type SupersededEvidence,
  withdrawnModelsDue,
  type WithdrawnModelsEvidence,
} from './models/withdrawn-models.ts';
import { type Observations, observations } from './observations.ts';
import { decideReplacement, replacementsDue, type ReplacementEvidence } from './recipes/replaced-recipes.ts';
import { decidePrompts, type PromptEvidence, promptsDue } from './prompts/prompt-candidates.ts';
import { decideThreshold, type QualityEvidence, thresholdsDue } from './quality/quality-evolution.ts';
import { decideWatch, watchesDue, type WatchEvidence } from './experiments/watch.ts';

export type OptimizerEvidence =
  | ProposalEvidence
  | ModelTrafficEvidence
  | PromptEvidence
  | RegistrationEvidence
  | StartEvidence
  | LookEvidence
  | WatchEvidence
  | QualityEvidence
  | RebaseEvidence
  | UnansweredEvidence
  | WithdrawnModelsEvidence
  | SupersededEvidence
  | ReplacementEvidence;

const cycleDue = (parts: readonly Observations[], system: SystemState, at: number): Question<OptimizerEvidence>[] =>
  system.autonomy.state === 'paused'
    ? // Nobody is exposed to anything new: what ends and what protects goes on.
      [
        ...withdrawnModelsDue(system),
        ...supersededDue(system),
        ...looksDue(parts, system, at),
        ...watchesDue(parts, system, at),
        ...rebasesDue(parts, system, at),
      ]
    : [
        ...withdrawnModelsDue(system),
        ...supersededDue(system),
        ...looksDue(parts, system, at),
        ...watchesDue(parts, system, at),
        ...startsDue(system, at),
        ...registrationsDue(parts, system, at),
        ...modelTrafficDue(parts, system, at),
        ...promptsDue(parts, system, at),
        ...proposalsDue(parts, system, at),
        ...thresholdsDue(parts, system, at),
        ...rebasesDue(parts, system, at),
        ...unansweredDue(system, at),
      ];

/** The optimizer's cycle: propose, register, start, look, apply or refute, watch, raise the bar. */
export const optimizerProcedure: DecisionProcedure<Observations, OptimizerEvidence> = {
  name: 'optimizer.cycle',
  every: () => TICK_MS,
  prepare: loadSolver,
  fold: observations,
  // Until it is decided, each brief of these recipes waits, or fails.
  urgent: (system) =>
    [...withdrawnModelsDue(system), ...replacementsDue(system)].map(({ question }) => question).join(),
  due: (parts, system, at) => {
    const replacements = replacementsDue(system);
    // Whatever else is due would be decided on recipes that are about to go.
    return replacements.length > 0 ? [...withdrawnModelsDue(system), ...replacements] : cycleDue(parts, system, at);
  },
  decide: (evidence, policy, at) => {
    switch (evidence.kind) {
      case 'propose':
        return decideProposals(evidence, policy);
      case 'model_traffic':
        return decideModelTraffic(evidence, policy);
      case 'prompts':
        return decidePrompts(evidence, at);
      case 'register':
        return decideRegistration(evidence, policy);
      case 'start':
        return decideStart(evidence);
      case 'look':
        return decideLook(evidence, policy, at);
      case 'watch':
        return decideWatch(evidence, policy, at);
      case 'quality':
        return decideThreshold(evidence, policy);
      case 'rebase':
        return decideRebase(evidence);
      case 'withdrawn_models':
        return decideWithdrawnModels(evidence);
      case 'superseded':
        return decideSuperseded(evidence);
      case 'recipe_replaced':
        return decideReplacement(evidence);
      case 'unanswered':
        return decideUnanswered(evidence, at);
    }
  },
};
