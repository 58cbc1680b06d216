import type { Assignment, Exposure, Recipe } from '@contentflow/contracts';
import { hashToUnit, ownValue } from '@contentflow/kernel';
import { recipeVersion } from '@contentflow/recipes';
import type { SystemState } from './system-state.ts';
import { type Experiment, openExperiments } from './system-state/experiments.ts';
import { improvementsInForce } from './system-state/improvements.ts';
import { effectiveRecipe, holdbackRecipe, recipeWith } from './system-state/recipes.ts';

/** The recipe a brief is made by, and how it came to be that one. */
export interface Assigned {
  readonly recipe: Recipe;
  readonly assignment: Assignment;
}

/**
 * Assigns a unit by hash alone, so that it meets the same arm whenever and wherever it comes back.
 *
 * - A share of units, the holdback, stays on generation 0, outside every experiment.
 * - A share of the others goes without each improvement, until its re-test: its reverse holdback; a greater one while it is rolled out in part.
 * - The learning budget keeps a share of units out of every experiment: they get the recipe in force, whatever is being tried.
 * - Each running experiment enrols more and more units, step by step up its ramp; of those enrolled, half meet the
 *   treatment. So arms never change as the ramp climbs, and control and treatment share every hour alike. While autonomy is paused nobody is
 *   exposed.
 *
 * @throws RangeError for a content type without a recipe
 */
export function assign(state: SystemState, contentType: string, unit: string, at: number): Assigned {
  const generation0 = ownValue(state.generation0, contentType);
  if (!generation0) throw new RangeError(`no recipe for content type "${contentType}"`);
  const { position: ledgerPosition, instances } = state;
  const none = { exposures: [], withheld: [], improvements: [], ledgerPosition, instances };

  if (hashToUnit(`${unit}:holdback`) < state.policy.holdbackShare) {
    const recipe = holdbackRecipe(state, contentType);
    return { recipe, assignment: { ...none, recipe: recipeVersion(recipe), holdback: true } };
  }

  const { improvements, running } = planOf(state, contentType);
  const mayLearn = hashToUnit(`${unit}:learning`) < state.policy.learningBudget.trafficShare;
  const exposures = mayLearn ? running.flatMap((experiment) => exposureOf(experiment, unit, at) ?? []) : [];
  const inArm = (variant: Exposure['variant'], isRetest: boolean): Experiment[] =>
    running.filter(
      ({ experimentId, origin }) =>
        (origin.kind === 'retest') === isRetest &&
        exposures.some((exposure) => exposure.experiment === experimentId && exposure.variant === variant),
    );
  const treated = inArm('treatment', false);
  // A re-test's control goes without what is tested again.
  const retested = inArm('control', true).map(({ origin }) => origin.id);
  const withheld = improvements.filter(
    ({ status, improvementId, isPartial }) =>
      retested.includes(improvementId) ||
      (status !== 'expired' && hashToUnit(`${unit}:without:${improvementId}`) < shareWithout(state, isPartial)),
  );
  const kept = improvements.filter((each) => !withheld.includes(each));
  const recipe = recipeMadeOf(state, generation0, kept, treated);
  return {
    recipe,
    assignment: {
      recipe: recipeVersion(recipe),
      holdback: false,
      exposures,
      withheld: withheld.map(({ improvementId }) => improvementId),
      improvements: kept.map(({ improvementId }) => improvementId),
      ledgerPosition,
      instances,
    },
  };
}

const shareWithout = ({ policy }: SystemState, isPartial: boolean): number =>
  isPartial ? Math.max(policy.reverseHoldbackShare, policy.watch.partialRolloutShare) : policy.reverseHoldbackShare;

/** The step of its ramp that an experiment has reached. */
export function epochOf(experiment: Experiment, at: number): number {
  const { ramp, rampStepMs } = experiment.design;
  return Math.max(0, Math.min(ramp.length - 1, Math.floor((at - (experiment.startedAt ?? at)) / rampStepMs)));
}

function exposureOf(experiment: Experiment, unit: string, at: number): Exposure | undefined {
  if (experiment.status !== 'running') return undefined;
  const epoch = epochOf(experiment, at);
  const enrolled = 2 * (experiment.design.ramp[epoch] ?? 0);
  if (hashToUnit(`${unit}:enrol:${experiment.experimentId}`) >= enrolled) return undefined;
  const variant = hashToUnit(`${unit}:arm:${experiment.experimentId}`) < 0.5 ? 'treatment' : 'control';
  return { experiment: experiment.experimentId, variant, epoch };
}

interface Plan {
  readonly improvements: ReturnType<typeof improvementsInForce>;
  readonly running: Experiment[];
}
const plans = new WeakMap<SystemState, Map<string, Plan>>();

/** What is in force and on trial for a content type, looked up once per state. */
function planOf(state: SystemState, contentType: string): Plan {
  const known = plans.get(state) ?? new Map<string, Plan>();
  plans.set(state, known);
  const plan = known.get(contentType) ?? {
    improvements: improvementsInForce(state, contentType),
    running:
      state.autonomy.state === 'paused'
        ? []
        : openExperiments(state, contentType).filter(({ status }) => status === 'running'),
  };
  known.set(contentType, plan);
  return plan;
}

/** Generation 0 with these improvements and what is tried on it. */
function recipeMadeOf(
  state: SystemState,
  generation0: Recipe,
  kept: Plan['improvements'],
  treated: readonly Experiment[],
): Recipe {
  const key = [
    ...kept.map(({ improvementId, revision }) => `${improvementId}.${revision ?? 0}`),
    ...treated.map(({ experimentId }) => experimentId),
    ownValue(state.qualityThresholds, generation0.contentType)?.threshold,
    ...Object.entries(state.replacedModels).flat(),
  ];
  const changes = [...kept, ...treated].map(({ change }) => change);
  return remembered(generation0, key.join(), () => effectiveRecipe(state, recipeWith(generation0, changes)));
}

const recipes = new WeakMap<Recipe, Map<string, Recipe>>();
const MAX_REMEMBERED = 500;

/** Equal changes to one generation 0 give one recipe object, so that it is made, and its version hashed, once. */
function remembered(generation0: Recipe, key: string, make: () => Recipe): Recipe {
  const known = recipes.get(generation0) ?? new Map<string, Recipe>();
  recipes.set(generation0, known);
  const recipe = known.get(key) ?? make();
  if (known.size > MAX_REMEMBERED) known.clear();
  known.set(key, recipe);
  return recipe;
}

/** The recipe that an assignment stands for, from the changes it names; for whoever reads it later. */
export function recipeOfAssignment(
  state: SystemState,
  contentType: string,
  { holdback, improvements, exposures }: Pick<Assignment, 'holdback' | 'improvements' | 'exposures'>,
): Recipe | undefined {
  const generation0 = ownValue(state.generation0, contentType);
  if (!generation0) return undefined;
  if (holdback) return holdbackRecipe(state, contentType);
  const kept = improvements.flatMap((id) => state.improvements.find(({ improvementId }) => improvementId === id) ?? []);
  const treated = exposures.flatMap(({ experiment, variant }) => {
    const found = ownValue(state.experiments, experiment);
    return variant === 'treatment' && found && found.origin.kind !== 'retest' ? found : [];
  });
  return recipeMadeOf(state, generation0, kept, treated);
}

/** Within it answers are shared: the arms of an experiment never answer each other's requests, nor do the holdback and the rest. */
export const cacheScope = ({ holdback, recipe, exposures }: Assignment): string =>
  [
    holdback ? 'holdback' : 'current',
    recipe,
    ...exposures.map(({ experiment, variant }) => `${experiment}:${variant}`),
  ].join('/');
