import type { Recipe, RecipeChange } from '@contentflow/contracts';
import {
  autonomySetOn,
  openExperiments,
  question,
  type Question,
  recipeInForce,
  replacedAt,
  type SystemState,
} from '@contentflow/decisions';
import { MINUTE_MS, ownValue } from '@contentflow/kernel';
import { movedParts, type OfferedModel } from '@contentflow/recipes';
import type { ArmStatistics } from '../arm-statistics.ts';
import { MIN_REQUESTS, type ReplayedCache, replayedCaches } from '../cache/cache-replay.ts';
import { neighboursOf, requestsOf } from '../cache/cache-requests.ts';
import { recordOf, type TrialRecord } from '../experiments/value.ts';
import type { Observations } from '../observations.ts';
import { paretoSet, type ScreenedPrompt } from '../prompts/prompt-candidates.ts';
import { type ScreenedChange, screenedIn } from '../screening/screened-changes.ts';
import { isScreeningWanted, screeningRoom, type ScreeningRoom } from '../screening/screening.ts';
import { latestTraffic } from '../traffic.ts';
import { WINDOW_MS } from '../windows.ts';
import { type FewerDrafts, fewerDraftsOf } from './drafts.ts';
import { stepsOf, type StepStatistics } from './steps.ts';
import { type WorkflowTrial, workflowTrials } from './workflows.ts';

/** What the optimizer stands on when it looks for something to better in a content type. */
export interface ProposalEvidence {
  readonly kind: 'propose';
  readonly contentType: string;
  readonly recipe: Recipe;
  readonly models: readonly OfferedModel[];
  readonly traffic: ArmStatistics;
  readonly steps: Readonly<Record<string, StepStatistics>>;
  /** Prompts that were tried on held-out briefs, and that nothing beats. */
  readonly prompts: readonly ScreenedPrompt[];
  /** Changes that were tried on held-out briefs, and what came of it. */
  readonly screened: readonly ScreenedChange[];
  /** What fewer drafts than the recipe's would have come to, in every content made of all; absent where nothing tells. */
  readonly fewerDrafts?: FewerDrafts;
  /** What there is to try more on; null where nothing is to be tried before traffic sees it. */
  readonly screening: ScreeningRoom | null;
  /** Levers that may be acted on. */
  readonly freeLevers: readonly string[];
  /** Changes that are on trial or wait for it: what moves the same parts waits. */
  readonly open: readonly RecipeChange[];
  /** Contexts in which a hypothesis was tested before. */
  readonly tested: readonly string[];
  /** By context: what trials of the workflow showed. */
  readonly workflowTrials: Readonly<Record<string, WorkflowTrial>>;
  /** Span that the traffic was seen over. */
  readonly overMs: number;
  /** How other caches would have answered the latest requests, beside the one in use; none with too few of them. */
  readonly caches: readonly ReplayedCache[];
  /** By what was tried. */
  readonly record: Readonly<Record<string, TrialRecord>>;
}

/** How often the optimizer asks what is due. */
export const TICK_MS = MINUTE_MS;

/** One question per content type and cycle, at its first tick, if there is traffic enough to answer it and room to experiment. */
export function proposalsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<ProposalEvidence>[] {
  const { hypotheses: rules, learningBudget } = system.policy;
  const cycle = Math.floor(at / rules.cycleEveryMs);
  if (at % rules.cycleEveryMs >= TICK_MS) return [];
  if (openExperiments(system).length >= learningBudget.concurrentExperiments) return [];
  return Object.keys(system.generation0).flatMap((contentType) => {
    const freeLevers = freeLeversOf(system, contentType);
    const open = openChanges(system, contentType);
    const isFree = (kind: RecipeChange['kind']): boolean => !open.some((each) => movedParts(each).includes(kind));
    if (freeLevers.length === 0 || !isExperimentedWith(system, contentType)) return [];
    const { statistics: traffic, overMs } = latestTraffic(
      parts,
      contentType,
      rules.windowMs + WINDOW_MS,
      rules.minGenerations,
      at,
      replacedAt(system, contentType),
    );
    if (traffic.success.n < rules.minGenerations) return [];
    const recipe = recipeInForce(system, contentType);
    const evidence = (): ProposalEvidence => {
      const fewerDrafts = fewerDraftsOf(parts, recipe, replacedAt(system, contentType));
      return {
        kind: 'propose',
        contentType,
        recipe,
        models: system.models,
        traffic,
        overMs,
        caches: freeLevers.includes('cache') && isFree('set_cache') ? cachesOf(parts, system, recipe) : [],
        steps: stepsOf(parts, contentType),
        prompts: freeLevers.includes('prompt') ? paretoSet(parts, recipe) : [],
        screened: screenedIn(parts, contentType),
        ...(fewerDrafts.length > 0 ? { fewerDrafts } : {}),
        // Of calls that are passed on there are no briefs to try anything on.
        screening:
          isScreeningWanted(system.policy) && !recipe.passedOn
            ? screeningRoom(
                parts,
                system,
                recipe,
                { statistics: traffic, overMs },
                freeLevers.includes('prompt') && isFree('set_examples'),
                at,
              )
            : null,
        freeLevers,
        open,
        tested: testedContexts(system, contentType),
        workflowTrials: freeLevers.includes('workflow') ? workflowTrials(system, contentType) : {},
        record: recordOf(system, contentType),
      };
    };
    return [question(`propose:${contentType}:${cycle}`, evidence)];
  });
}

/** Of a use for as long as the policy says what may be tried on it. */
const isExperimentedWith = ({ generation0, policy }: SystemState, contentType: string): boolean =>
  !ownValue(generation0, contentType)?.passedOn || ownValue(policy.uses, contentType)?.model != null;

/** Where answers to other words were wrong too often, no cache that gives more of them is proposed. */
function cachesOf(parts: readonly Observations[], system: SystemState, recipe: Recipe): readonly ReplayedCache[] {
  const requests = requestsOf(parts, recipe.contentType);
  if (requests.length < MIN_REQUESTS) return [];
  const { isRestricted = false, countedFrom = 0 } = ownValue(system.semanticCache, recipe.contentType) ?? {};
  const judged = neighboursOf(parts, recipe.contentType).filter(({ at }) => at >= countedFrom);
  return replayedCaches(recipe, requests, judged, system.policy).filter(
    ({ strategy, key }) => !isRestricted || (strategy !== 'semantic' && key === recipe.cache.key),
  );
}

const LEVERS = ['prompt', 'workflow', 'model', 'cache', 'style'] as const;

const freeLeversOf = (system: SystemState, contentType: string): string[] =>
  LEVERS.filter((lever) => autonomySetOn(system, lever, contentType) !== 'observe');

/** On trial, or waiting for it, whoever proposed it. */
const openChanges = (system: SystemState, contentType: string): RecipeChange[] => [
  ...openExperiments(system, contentType).map(({ change }) => change),
  ...[...Object.values(system.hypotheses), ...Object.values(system.adjustments)]
    .filter((each) => each.contentType === contentType && each.status === 'proposed')
    .map(({ change }) => change),
];

/** Of what was tested in a content type, or is. */
export const testedContexts = (system: SystemState, contentType: string): string[] =>
  Object.values(system.hypotheses)
    .filter((each) => each.contentType === contentType)
    .map(({ context }) => context)
    .sort();
