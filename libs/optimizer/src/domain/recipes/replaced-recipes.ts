import {
  ExperimentConcluded,
  ImprovementExpired,
  ImprovementRolledBack,
  ProposalExpired,
  type Recipe,
  type RecipeChange,
  RecipeReplaced,
} from '@contentflow/contracts';
import {
  type Decided,
  decided,
  type Improvement,
  improvementsInForce,
  isPinned,
  openExperiments,
  type Question,
  recipesToReplace,
  type RecipeToReplace,
  type SystemState,
} from '@contentflow/decisions';
import { changedParts, movedParts, partInWords, recipeVersion, withChange } from '@contentflow/recipes';

/** A recipe that a person changed in the configuration, and all that stands on the one before. */
export interface ReplacementEvidence {
  readonly kind: 'recipe_replaced';
  readonly contentType: string;
  readonly before: Recipe;
  readonly after: Recipe;
  /** In the order applied. */
  readonly improvements: readonly StandingImprovement[];
  /** Registered or running. */
  readonly experiments: readonly string[];
  readonly proposals: readonly Proposal[];
}

type StandingImprovement = Pick<Improvement, 'improvementId' | 'change' | 'status'> & {
  /** A person wants it left alone. */
  readonly isPinned: boolean;
};

interface Proposal {
  readonly proposalId: string;
  readonly kind: 'hypothesis' | 'adjustment';
  readonly change: RecipeChange;
}

/** One question for each recipe of the configuration that is not in force; paused or not, since it is a person's own word. */
export const replacementsDue = (system: SystemState): Question<ReplacementEvidence>[] =>
  recipesToReplace(system).map(({ times, ...recipes }) => ({
    question: `recipe:${recipes.contentType}:${times}:${recipeVersion(recipes.after)}`,
    evidence: evidenceOf(system, recipes),
  }));

function evidenceOf(
  system: SystemState,
  { contentType, before, after }: Omit<RecipeToReplace, 'times'>,
): ReplacementEvidence {
  const isOpen = (each: { readonly contentType: string; readonly status: string }): boolean =>
    each.contentType === contentType && ['proposed', 'testing', 'on_trial'].includes(each.status);
  const hypotheses = Object.values(system.hypotheses)
    .filter(isOpen)
    .map(({ hypothesisId, change }) => ({ proposalId: hypothesisId, kind: 'hypothesis' as const, change }));
  const adjustments = Object.values(system.adjustments)
    .filter(isOpen)
    .map(({ adjustmentId, change }) => ({ proposalId: adjustmentId, kind: 'adjustment' as const, change }));
  return {
    kind: 'recipe_replaced',
    contentType,
    before,
    after,
    improvements: improvementsInForce(system, contentType).map(({ improvementId, change, status, lever }) => ({
      improvementId,
      change,
      status,
      isPinned: isPinned(system, contentType, lever),
    })),
    experiments: openExperiments(system, contentType).map(({ experimentId }) => experimentId),
    proposals: [...hypotheses, ...adjustments],
  };
}

/**
 * What a person wrote is how the content type is made from here on. Trials compare what is no longer made, and end void. Improvements in parts
 * that the person left alone stay, and are tested again on the new recipe; the person's word holds in the parts that they changed.
 */
export function decideReplacement(evidence: ReplacementEvidence): Decided[] {
  const { contentType, before, after, improvements, experiments, proposals } = evidence;
  const parts = changedParts(before, after);
  const { carried, ended, recipe } = fatesOf(improvements, parts, after);
  const reason = `the configuration changed ${inWords(parts)}`;
  return [
    ...experiments.map((experimentId) =>
      decided(ExperimentConcluded, experimentId, {
        experimentId,
        verdict: 'void',
        reason: 'recipe_replaced',
        metrics: {},
        units: 0,
      }),
    ),
    ...ended.map(({ improvementId, why }) =>
      decided(ImprovementRolledBack, improvementId, { improvementId, reason: why, by: 'person', impact: {} }),
    ),
    decided(RecipeReplaced, contentType, {
      contentType,
      from: recipeVersion(before),
      to: recipeVersion(after),
      parts,
      carried: carried.map(({ improvementId }) => improvementId),
      ended: ended.map(({ improvementId }) => improvementId),
      reason,
    }),
    ...carried
      .filter(({ status, isPinned }) => status !== 'expired' && !isPinned)
      .map(({ improvementId }) => decided(ImprovementExpired, improvementId, { improvementId, reason })),
    ...proposals.flatMap(({ proposalId, kind, change }) => {
      const why = objectionTo(change, parts, recipe);
      return why === undefined ? [] : [decided(ProposalExpired, proposalId, { proposalId, kind, reason: why })];
    }),
  ];
}

interface Fates {
  readonly carried: readonly StandingImprovement[];
  readonly ended: readonly (StandingImprovement & { readonly why: string })[];
  /** With all that is carried. */
  readonly recipe: Recipe;
}

/** Which improvements have a place in the new recipe, each on top of those before it. */
const fatesOf = (improvements: readonly StandingImprovement[], parts: readonly string[], after: Recipe): Fates =>
  improvements.reduce<Fates>(
    ({ carried, ended, recipe }, each) => {
      const why = objectionTo(each.change, parts, recipe);
      return why === undefined
        ? { carried: [...carried, each], ended, recipe: withChange(recipe, each.change) }
        : { carried, ended: [...ended, { ...each, why }], recipe };
    },
    { carried: [], ended: [], recipe: after },
  );

/** Why a change has no place in the recipe that a person wrote, if it has none. */
function objectionTo(change: RecipeChange, parts: readonly string[], recipe: Recipe): string | undefined {
  const touched = movedParts(change).filter((part) => parts.includes(part));
  if (touched.length > 0) return `the configuration changed ${inWords(touched)} itself`;
  return recipeVersion(withChange(recipe, change)) === recipeVersion(recipe)
    ? 'it changes nothing in the recipe that the configuration has now'
    : undefined;
}

const inWords = (parts: readonly string[]): string => parts.map(partInWords).join(', ');
