import { HypothesisProposed, type Metric, type Policy, type Recipe } from '@contentflow/contracts';
import {
  autonomySetOn,
  type Decided,
  decided,
  openExperiments,
  type Question,
  recipeInForce,
  type SystemState,
} from '@contentflow/decisions';
import { canonicalJson, hash128, MINUTE_MS } from '@contentflow/kernel';
import { type OfferedModel, priceOf, proposableChanges, type Proposal } from '@contentflow/recipes';
import { normalDensity, normalUpperTail } from '@contentflow/statistics';
import { FEWEST_REQUESTS, type ReplayedCache, replayedCaches } from './cache-replay.ts';
import { isSought, marginsUnder } from './objective.ts';
import {
  type ArmStatistics,
  neighboursOf,
  type Observations,
  requestsOf,
  sampleOfMetric,
  stepsOf,
  type StepStatistics,
  trafficSince,
  WINDOW_MS,
} from './observations.ts';
import { paretoSet, promptProposals, type ScreenedPrompt } from './prompt-candidates.ts';
import { chanceBy, type Prospect, recordOf, type TryRecord, valuePerExposure } from './value.ts';
import { joinedWorkflows, workflowGains, type WorkflowTrial, workflowTrials } from './workflows.ts';

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
  /** Levers that nothing is open on. */
  readonly freeLevers: readonly string[];
  /** Contexts in which a hypothesis was tested before. */
  readonly tested: readonly string[];
  /** By context: what trials of the workflow showed. */
  readonly workflowTrials: Readonly<Record<string, WorkflowTrial>>;
  /** Span that the traffic was seen over. */
  readonly overMs: number;
  /** How other caches would have answered the latest requests, beside the one in use; none with too few of them. */
  readonly caches: readonly ReplayedCache[];
  /** By what was tried. */
  readonly record: Readonly<Record<string, TryRecord>>;
}

/** How often the optimizer asks what is due. */
export const BEAT_MS = MINUTE_MS;

/** One question per content type and cycle, at its first beat, if there is traffic enough to answer it and room to experiment. */
export function proposalsDue(
  parts: readonly Observations[],
  system: SystemState,
  at: number,
): Question<ProposalEvidence>[] {
  const { hypotheses: rules, learningBudget } = system.policy;
  const cycle = Math.floor(at / rules.cycleEveryMs);
  if (at % rules.cycleEveryMs >= BEAT_MS) return [];
  if (openExperiments(system).length >= learningBudget.concurrentExperiments) return [];
  return Object.keys(system.generation0).flatMap((contentType) => {
    const freeLevers = freeLeversOf(system, contentType);
    if (freeLevers.length === 0) return [];
    const { statistics: traffic, overMs } = trafficSince(parts, contentType, at - rules.windowMs - WINDOW_MS, at);
    if (traffic.success.n < rules.fewestGenerations) return [];
    const recipe = recipeInForce(system, contentType);
    const evidence: ProposalEvidence = {
      kind: 'propose',
      contentType,
      recipe,
      models: system.models,
      traffic,
      overMs,
      caches: freeLevers.includes('cache') ? cachesOf(parts, system, recipe) : [],
      steps: stepsOf(parts, contentType),
      prompts: freeLevers.includes('prompt') ? paretoSet(parts, recipe) : [],
      freeLevers,
      tested: testedContexts(system, contentType),
      workflowTrials: freeLevers.includes('workflow') ? workflowTrials(system, contentType) : {},
      record: recordOf(system, contentType),
    };
    return [{ question: `propose:${contentType}:${cycle}`, evidence }];
  });
}

/** Where answers to other words were wrong too often, no cache that gives more of them is proposed. */
function cachesOf(parts: readonly Observations[], system: SystemState, recipe: Recipe): readonly ReplayedCache[] {
  const requests = requestsOf(parts, recipe.contentType);
  if (requests.length < FEWEST_REQUESTS) return [];
  const { isRestricted = false, countedFrom = 0 } = system.semanticCache[recipe.contentType] ?? {};
  const judged = neighboursOf(parts, recipe.contentType).filter(({ at }) => at >= countedFrom);
  return replayedCaches(recipe, requests, judged, system.policy).filter(
    ({ strategy, key }) => !isRestricted || (strategy !== 'semantic' && key === recipe.cache.key),
  );
}

function freeLeversOf(system: SystemState, contentType: string): string[] {
  const taken = new Set<string>([
    ...openExperiments(system, contentType).map(({ lever }) => lever),
    ...Object.values(system.hypotheses)
      .filter((each) => each.contentType === contentType && (each.status === 'proposed' || each.status === 'testing'))
      .map(({ lever }) => lever),
  ]);
  return (['prompt', 'workflow', 'model', 'cache'] as const).filter(
    (lever) => !taken.has(lever) && autonomySetOn(system, lever) !== 'observe',
  );
}

/** Of what was tested in a content type, or is. */
export const testedContexts = (system: SystemState, contentType: string): string[] =>
  Object.values(system.hypotheses)
    .filter((each) => each.contentType === contentType)
    .map(({ context }) => context)
    .sort();

/** No traffic sees a prompt that was not tried on held-out briefs: prompts are proposed from what came of that. */
const untried = ({ recipe, models }: ProposalEvidence): Proposal[] =>
  proposableChanges(recipe, models).filter(({ lever }) => lever !== 'prompt');

/** Of what could be proposed on each free lever, the one that is worth most for each unit exposed to its try. */
export function decideProposals(
  evidence: ProposalEvidence,
  policy: Policy,
  proposable: readonly Proposal[] = untried(evidence),
): Decided[] {
  const expected = [
    ...proposable.map((proposal) => ({ proposal, ...promiseOf(evidence, proposal, policy) })),
    ...promptProposals(evidence.prompts, policy).map((each) => ({
      ...each,
      promise: each.chance * worthOf(evidence, each.proposal, { [each.proposal.metric]: each.gain }, policy),
    })),
    ...joinedProposals(evidence, proposable, policy),
  ];
  const candidates = expected
    .filter(({ proposal }) => evidence.freeLevers.includes(proposal.lever))
    .map((each) => ({ ...each, context: contextOf(evidence, each.proposal) }))
    .filter(({ context, promise }) => promise > 0 && !evidence.tested.includes(context));

  return evidence.freeLevers.flatMap((lever) => {
    const [best] = candidates
      .filter(({ proposal }) => proposal.lever === lever)
      .sort((a, b) => b.promise - a.promise || (a.context < b.context ? -1 : 1));
    if (!best) return [];
    const { proposal, context, gain, reason } = best;
    return decided(HypothesisProposed, evidence.contentType, {
      hypothesisId: hash128(`hypothesis ${context}`),
      kind: proposal.kind,
      contentType: evidence.contentType,
      lever: proposal.lever,
      change: proposal.change,
      metric: proposal.metric,
      reason,
      context,
      expectedGain: gain,
    });
  });
}

/** What a hypothesis depends on: the change, and that part of the recipe that its lever moves. */
function contextOf(
  { contentType, recipe, models }: ProposalEvidence,
  { lever, change }: Pick<Proposal, 'lever' | 'change'>,
): string {
  const { prompt, steps, parallel, candidates, model, temperature, cache, style } = recipe;
  const parts: Record<string, unknown> = {
    prompt,
    workflow: { steps: steps.map(({ id, needs }) => ({ id, needs })), parallel, candidates },
    model: { model, temperature, offered: models },
    cache,
    style,
  };
  return hash128(canonicalJson({ contentType, change, part: parts[lever] ?? null })).slice(0, 16);
}

/** What is not expected to reach the least improvement even if all goes well is worth no try: it could not win. */
function promiseOf(
  evidence: ProposalEvidence,
  proposal: Proposal,
  policy: Policy,
): { promise: number; gain: number; reason: string } {
  const { gain, reason, besides = {} } = expectedGain(evidence, proposal, policy);
  const promise =
    gain <= policy.experiments.minimumImprovement
      ? 0
      : worthOf(evidence, proposal, { ...besides, [proposal.metric]: gain }, policy);
  return { promise, gain, reason };
}

/** Workflows joined of changes that will not do by themselves, where together they promise the least improvement. */
function joinedProposals(
  evidence: ProposalEvidence,
  proposable: readonly Proposal[],
  policy: Policy,
): { proposal: Proposal; promise: number; gain: number; reason: string }[] {
  const least = policy.experiments.minimumImprovement;
  const parts = proposable
    .filter(({ lever }) => lever === 'workflow')
    .map((proposal) => ({
      proposal,
      trial: evidence.workflowTrials[contextOf(evidence, proposal)],
      isEnough: expectedGain(evidence, proposal, policy).gain > least,
      chance: chanceBy(evidence.record, proposal),
    }));
  const trials = Object.entries(evidence.workflowTrials)
    .filter(([context, { change }]) => context === contextOf(evidence, { lever: 'workflow', change }))
    .map(([, trial]) => trial);
  return joinedWorkflows(evidence, parts, trials).map(({ proposal, gains, chance, reason }) => {
    const gain = gains[proposal.metric as keyof typeof gains];
    return {
      proposal,
      gain,
      reason,
      promise: gain <= least ? 0 : chance * worthOf(evidence, proposal, gains, policy),
    };
  });
}

/** What is known to breach a guardrail is worth nothing: it would take its share of the error control for nothing. */
function worthOf(
  { record, traffic: statistics, overMs }: ProposalEvidence,
  proposal: Proposal,
  gains: Prospect['gains'],
  policy: Policy,
): number {
  const present = { quality: statistics.quality.meanY, cost: statistics.cost.meanY };
  const { costMargin, timeMargin } = marginsUnder(policy.objective, policy.guardrails, present);
  if ((gains.cost ?? 0) < -costMargin || (gains.time ?? 0) < -timeMargin) return 0;
  const prospect = { chance: chanceBy(record, proposal), gains, metric: proposal.metric };
  return valuePerExposure(prospect, { statistics, overMs }, policy);
}

interface Expectation {
  readonly gain: number;
  readonly reason: string;
  /** What else it is known to change, relative, for the better above 0. */
  readonly besides?: { readonly cost?: number; readonly time?: number; readonly quality?: number };
}

/** How far true effects are taken to spread around none where nothing teaches better. */
const EFFECT_SPREAD = 0.15;

/** What an effect that exceeds this comes to on average: of a normal one, E[x | x > least]. */
const meanEffectAbove = (least: number): number =>
  (EFFECT_SPREAD * normalDensity(least / EFFECT_SPREAD)) / normalUpperTail(least / EFFECT_SPREAD);

const noGain: Expectation = { gain: 0, reason: 'there is nothing to gain' };

function expectedGain(evidence: ProposalEvidence, { change, metric }: Proposal, policy: Policy): Expectation {
  const { recipe, traffic, models } = evidence;
  const mean = (of: Metric): number => sampleOfMetric(traffic, of).mean;
  const rules = policy.hypotheses;
  switch (change.kind) {
    case 'replace_instructions': {
      const saved = (recipe.prompt.instructions.length - change.instructions.length) / 4;
      const calls = recipe.steps.length + recipe.candidates - 1;
      const gain = (saved * calls) / Math.max(1, mean('tokens'));
      const reason = `average tokens ${round(mean('tokens'))} against ${rules.averageTokens}; ${round(saved)} tokens of instructions can go`;
      return { gain: mean('tokens') > rules.averageTokens ? gain : 0, reason };
    }
    case 'run_in_parallel': {
      const gain = workflowGains(evidence, change).time;
      const reason = `average time ${round(mean('time'))} ms against ${rules.averageTimeMs}; independent steps wait for each other`;
      return { gain: mean('time') > rules.averageTimeMs ? gain : 0, reason };
    }
    case 'drop_step': {
      const { cost: gain, time } = workflowGains(evidence, change);
      const reason = `the step "${change.step}" takes ${round(100 * gain)} % of the cost`;
      return { gain, reason, besides: { time } };
    }
    case 'set_candidates': {
      const besides = workflowGains(evidence, change);
      const { cost, quality } = besides;
      const reason = `${change.candidates} drafts instead of ${recipe.candidates}: by the spread of quality ${round(100 * quality)} % of it at most, and ${round(-100 * cost)} % of the cost`;
      return { gain: metric === 'cost' ? cost : quality, reason, besides };
    }
    case 'use_model': {
      const [from, to] = [recipe.model, change.model].map((name) => models.find((model) => model.name === name));
      const variance = sampleOfMetric(traffic, 'quality').variance;
      const saving = from && to ? 1 - priceOf(to) / Math.max(1e-9, priceOf(from)) : 0;
      const reason = `variance of quality ${round(variance)} against ${rules.qualityVariance}; price ${round(100 * saving)} % lower`;
      const present = { quality: mean('quality'), cost: mean('cost') };
      // What another model does to quality only a try can tell.
      const unforeseen = meanEffectAbove(policy.experiments.minimumImprovement);
      const gains: Partial<Record<Metric, number>> =
        policy.objective.goal !== 'weighted'
          ? { cost: saving, quality: unforeseen }
          : { cost: saving, qualitySpread: variance > rules.qualityVariance ? unforeseen : 0 };
      return {
        gain: isSought(policy.objective, metric, present) ? (gains[metric] ?? 0) : 0,
        reason,
        besides: { cost: saving },
      };
    }
    case 'set_cache': {
      const hits = mean('cacheHits');
      const replayed = evidence.caches.find((cache) => settingsOf(cache) === settingsOf(change));
      if (!replayed || hits >= rules.cacheHitRate) return noGain;
      const { presentRate: now, hitRate: then, wrongShare } = replayed;
      // A hit costs nothing: the share of what is made now that would be hit.
      const saved = (then - now) / (1 - now);
      const reason = `cache hit rate ${round(hits)} against ${rules.cacheHitRate}; replayed, the latest requests give ${round(now)} as it is and ${round(then)} at most${wrongShare ? `; of ${wrongShare.judged} judged answers ${round(100 * wrongShare.upper)} % at most are wrong` : ''}`;
      if (metric === 'cost') return { gain: saved, reason, besides: { time: saved } };
      return {
        gain: (then - now) / Math.max(1e-9, now),
        reason,
        besides: { cost: saved, time: saved },
      };
    }
    // Of a temperature no figure says that it would gain anything, and it is not known to by a tenth.
    default:
      return noGain;
  }
}

const settingsOf = ({ strategy, timeToLiveMs, similarity, key }: Recipe['cache']): string =>
  canonicalJson({ strategy, timeToLiveMs, similarity, key });

const round = (value: number): number => Number(value.toPrecision(3));
