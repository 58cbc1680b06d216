export * from './assignment.ts';
export * from './blast-radius.ts';
export * from './decision-procedure.ts';
export * from './freeze.ts';
export * from './margin-account.ts';
export * from './policy-change.ts';
export * from './portfolio.ts';
export * from './proposals.ts';
export * from './spending.ts';
export * from './system-changes.ts';
export * from './system-state.ts';
export { type Adjustment } from './system-state/adjustments.ts';
export { autonomyOf, autonomySetOn, mayProceed } from './system-state/autonomy.ts';
export {
  type Experiment,
  levelOfExperiment,
  levelOfNextExperiment,
  openExperiments,
} from './system-state/experiments.ts';
export { type Hypothesis } from './system-state/hypotheses.ts';
export {
  dependentsOf,
  type Doubt,
  evidenceFor,
  type Improvement,
  improvementsInForce,
} from './system-state/improvements.ts';
export {
  type AlertsOfCause,
  causeKey,
  type HeldAlert,
  type Incident,
  isNews,
  isOpen,
  isOver,
} from './system-state/incidents.ts';
export { type Intervention, type Objection, objectionTo } from './system-state/intervention-objections.ts';
export { type Answer, isPinned, type Pin, pinKey } from './system-state/interventions.ts';
export { type OutcomeGrades } from './system-state/models.ts';
export { type PromptRequest } from './system-state/prompts.ts';
export {
  baseOf,
  contentTypesMade,
  effectiveRecipe,
  holdbackRecipe,
  recipeInForce,
  recipesToReplace,
  type RecipeToReplace,
  recipeWith,
  replacedAt,
} from './system-state/recipes.ts';
export { type SemanticCacheState } from './system-state/semantic-cache.ts';
