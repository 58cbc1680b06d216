import {
  type Estimate,
  improvementIn,
  type Metric,
  type Recipe,
  type RecipeChange,
  type WorkflowChange,
} from '@contentflow/contracts';
import type { SystemState } from '@contentflow/decisions';
import { canonicalJson, ownValue } from '@contentflow/kernel';
import { type Proposal, stepsInOrder, withChange } from '@contentflow/recipes';
import { type ArmStatistics, sampleOfMetric } from '../arm-statistics.ts';
import type { StepStatistics } from './steps.ts';

/** Relative gains of one workflow over another, for the better above 0. */
export interface WorkflowGains {
  readonly cost: number;
  readonly time: number;
  /** By what a choice among more drafts brings at most, or loses where there are fewer; a dropped step's worth is not foreseen. */
  readonly quality: number;
}

/** What a workflow is seen to be made of. */
export interface ObservedWorkflow {
  readonly recipe: Recipe;
  readonly steps: Readonly<Record<string, StepStatistics>>;
  readonly traffic: ArmStatistics;
}

/** What its steps' figures say that a change of the workflow brings. */
export function workflowGains({ recipe, steps, traffic }: ObservedWorkflow, change: RecipeChange): WorkflowGains {
  const changed = withChange(recipe, change);
  const share = (of: (each: Recipe) => number): number => (of(recipe) > 0 ? 1 - of(changed) / of(recipe) : 0);
  const { mean, variance } = sampleOfMetric(traffic, 'quality');
  // Drafts of one brief vary by no more than contents of all briefs do.
  const spread = Math.sqrt(variance) / Math.max(1, mean);
  return {
    cost: share((each) => costOf(each, steps)),
    time: share((each) => timeOf(each, steps)),
    quality: spread * (bestOf(changed.candidates) - bestOf(recipe.candidates)),
  };
}

/** Expected largest of n standard normal values. Source: Harter (1961), Biometrika 48, table 1 */
const BEST_OF = [0, 0.56419, 0.84628, 1.02938, 1.16296, 1.26721, 1.35218, 1.4236];
const bestOf = (candidates: number): number => BEST_OF[Math.min(candidates, BEST_OF.length) - 1] as number;

/** How often a content calls a step: as often as contents were seen to, but for the body, of which drafts are made at will. */
function callsOf(recipe: Recipe, step: string, steps: ObservedWorkflow['steps']): number {
  const calls = ownValue(steps, step)?.callsPerContent ?? 0;
  return step === recipe.output.body ? recipe.candidates * Math.min(1, calls) : calls;
}

const costOf = (recipe: Recipe, steps: ObservedWorkflow['steps']): number =>
  recipe.steps.reduce((sum, { id }) => sum + (ownValue(steps, id)?.cost.mean ?? 0) * callsOf(recipe, id, steps), 0);

const timeOf = (recipe: Recipe, steps: ObservedWorkflow['steps']): number =>
  recipe.parallel
    ? criticalTime(recipe, steps)
    : recipe.steps.reduce((sum, { id }) => sum + (ownValue(steps, id)?.time.mean ?? 0) * callsOf(recipe, id, steps), 0);

/** The longest way through the workflow when nothing waits but for what it needs. */
function criticalTime(recipe: Recipe, steps: ObservedWorkflow['steps']): number {
  const ends = new Map<string, number>();
  for (const { id, needs } of stepsInOrder(recipe))
    ends.set(
      id,
      Math.max(0, ...needs.map((need) => ends.get(need) ?? 0)) +
        (ownValue(steps, id)?.time.mean ?? 0) * Math.min(1, ownValue(steps, id)?.callsPerContent ?? 0),
    );
  return Math.max(0, ...ends.values());
}

/** How the trial of a workflow change ended that is not in force. */
export interface WorkflowTrial {
  readonly change: RecipeChange;
  readonly metric: Metric;
  /** It hurt, was not shown to keep to the guardrails, or was rolled back since; else it did nothing that could be told from chance, or too little. */
  readonly isHarmful: boolean;
  readonly effect?: Estimate;
}

/** By context: what the trials of a content type's workflow changes showed. */
export function workflowTrials(system: SystemState, contentType: string): Record<string, WorkflowTrial> {
  const concluded = Object.values(system.experiments).filter(
    (each) => each.contentType === contentType && each.lever === 'workflow' && each.status === 'concluded',
  );
  return Object.fromEntries(
    concluded.flatMap(({ origin, change, metric, verdict, reason, effect }) => {
      const hypothesis = origin.kind === 'hypothesis' ? ownValue(system.hypotheses, origin.id) : undefined;
      if (!hypothesis) return [];
      const isHarmful = verdict !== 'none' || reason === 'guardrail';
      return [[hypothesis.context, { change, metric, isHarmful, ...(effect ? { effect } : {}) }] as const];
    }),
  );
}

/** A single change, and what is known of it in the workflow as it is. */
export interface WorkflowPart {
  readonly proposal: Proposal;
  readonly trial: WorkflowTrial | undefined;
  /** Whether it can reach the least improvement by itself; then it is tried by itself first. */
  readonly isEnough: boolean;
  /** That one of its kind comes out well. */
  readonly chance: number;
}

export interface JoinedWorkflow {
  readonly proposal: Proposal;
  readonly gains: WorkflowGains;
  /** That each part of it does no harm: 1 for what was tried, and did none. */
  readonly chance: number;
  readonly reason: string;
}

const MAX_JOINED = 3;

/**
 * Workflows that join two or three single changes, none of which will do by itself: tried without being found good or bad, or too small to
 * be tried. What hurt in this workflow is in none of them, and of what hurt together no more than a part.
 */
export function joinedWorkflows(
  seen: ObservedWorkflow,
  parts: readonly WorkflowPart[],
  trials: readonly WorkflowTrial[],
): JoinedWorkflow[] {
  const worthwhile = parts.filter(({ proposal, trial, isEnough }) => {
    if (trial ? trial.isHarmful : isEnough) return false;
    return Object.values(shownGains(seen, proposal.change, [{ proposal, trial }])).some((gain) => gain > 0);
  });
  const hurtTogether = trials.flatMap(({ change, isHarmful }) =>
    isHarmful && change.kind === 'join_workflow' ? [change.changes] : [],
  );
  return subsets(worthwhile, MAX_JOINED).flatMap((joined) => {
    const changes = joined.map(({ proposal }) => proposal.change as WorkflowChange);
    if (!areCompatible(seen.recipe, changes) || hurtTogether.some((hurt) => isWithin(hurt, changes))) return [];
    const change: RecipeChange = { kind: 'join_workflow', changes };
    const gains = shownGains(seen, change, joined);
    const metric = (['cost', 'time', 'quality'] as const).toSorted((a, b) => gains[b] - gains[a])[0] as Metric;
    return {
      proposal: { kind: 'joined_workflow', lever: 'workflow' as const, change, metric },
      gains,
      chance: joined.reduce((product, { trial, chance }) => product * (trial ? 1 : chance), 1),
      reason: `${joined.map(({ proposal }) => proposal.kind).join(' with ')}: too little each, and none was found harmful`,
    };
  });
}

/** The steps' figures, put right by what trials of the parts showed of their metric. */
function shownGains(
  seen: ObservedWorkflow,
  change: RecipeChange,
  parts: readonly Pick<WorkflowPart, 'proposal' | 'trial'>[],
): WorkflowGains {
  const gains = workflowGains(seen, change);
  const corrected = (of: keyof WorkflowGains): number =>
    parts.reduce((gain, { proposal, trial }) => {
      if (trial?.effect === undefined || trial.metric !== of) return gain;
      return gain + improvementIn(of, trial.effect.value) - workflowGains(seen, proposal.change)[of];
    }, gains[of]);
  return { cost: corrected('cost'), time: corrected('time'), quality: corrected('quality') };
}

/** Whether each of them still changes something after those before it, and none takes back another. */
function areCompatible(recipe: Recipe, changes: readonly WorkflowChange[]): boolean {
  const kinds = changes.map(({ kind }) => kind).filter((kind) => kind !== 'drop_step');
  if (new Set(kinds).size < kinds.length) return false;
  let made = recipe;
  return changes.every((change) => {
    const before = made;
    made = withChange(made, change);
    return canonicalJson(made) !== canonicalJson(before);
  });
}

const isWithin = (some: readonly WorkflowChange[], all: readonly WorkflowChange[]): boolean => {
  const names = all.map((each) => canonicalJson(each));
  return some.every((each) => names.includes(canonicalJson(each)));
};

/** All choices of two to `most`, in the order of the list. */
function subsets<T>(list: readonly T[], most: number): T[][] {
  const from = (start: number, chosen: readonly T[]): T[][] =>
    list.slice(start).flatMap((each, index) => {
      const next = [...chosen, each];
      return [...(next.length > 1 ? [next] : []), ...(next.length < most ? from(start + index + 1, next) : [])];
    });
  return from(0, []);
}
