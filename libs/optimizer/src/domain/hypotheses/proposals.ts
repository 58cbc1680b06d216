import { HypothesisProposed, type Policy, type RecipeChange } from '@contentflow/contracts';
import { decided, type Decided } from '@contentflow/decisions';
import { DAY_MS, hash128, ownValue } from '@contentflow/kernel';
import {
  isForReadersToJudge,
  moveSameLever,
  otherVoices,
  proposableChanges,
  proposableUseChanges,
  type Proposal,
  shorterTexts,
} from '@contentflow/recipes';
import type { MeasuredEffect } from '@contentflow/statistics';
import {
  successProbabilityBy,
  minImprovement,
  type Prospect,
  valuePerExposure,
  weightsOf,
  worthTogether,
} from '../experiments/value.ts';
import { marginsUnder } from '../objective.ts';
import { promptProposals } from '../prompts/prompt-candidates.ts';
import { exampleProposals, isScreened, screeningOrder, type ToScreen } from '../screening/screening.ts';
import { contextOf } from './context.ts';
import { seenOf, trueEffect } from './drafts.ts';
import { expectedGain } from './expectation.ts';
import type { ProposalEvidence } from './proposal-evidence.ts';
import { SCREENING_DOUBT, screenedProposals, secondLooks } from './screened-proposals.ts';
import { joinedWorkflows } from './workflows.ts';

/** No traffic sees a prompt that was not tried on held-out briefs: prompts are proposed from what came of that. */
const untried = ({ recipe, models }: ProposalEvidence, { uses }: Policy): Proposal[] =>
  recipe.passedOn
    ? proposableUseChanges(recipe, models, ownValue(uses, recipe.contentType))
    : [...proposableChanges(recipe, models), ...shorterTexts(recipe), ...otherVoices(recipe)].filter(
        ({ lever }) => lever !== 'prompt',
      );

/** Something to try, and what its try is worth for each unit exposed to it. */
interface Expected {
  readonly proposal: Proposal;
  readonly promise: number;
  readonly gain: number;
  readonly reason: string;
  readonly qualityForeseen?: MeasuredEffect;
}

/**
 * Of what could be proposed, and moves nothing that is on trial, what is worth most for each unit exposed to its try; then what is worth most of the rest that moves
 * other parts. What only a try can tell to do no harm is tried on held-out briefs first.
 */
export function decideProposals(
  evidence: ProposalEvidence,
  policy: Policy,
  proposable: readonly Proposal[] = untried(evidence, policy),
): Decided[] {
  // What every content shows is neither guessed nor tried on held-out briefs.
  const unseen = proposable.filter(({ change }) => seenOf(change, evidence.fewerDrafts) === undefined);
  const singles = unseen.map((proposal) => ({ proposal, ...promiseOf(evidence, proposal, policy) }));
  const joined = joinedProposals(evidence, proposable, policy);
  const waits = ({ proposal }: Expected): boolean => evidence.screening !== null && isScreened(proposal.change);
  const expected: Expected[] = [
    ...[...singles, ...joined].filter((each) => !waits(each)),
    ...promptProposals(evidence.prompts, policy).map((each) => ({
      ...each,
      promise: each.chance * worthOf(evidence, each.proposal, { [each.proposal.metric]: each.gain }, policy),
    })),
    ...screenedProposals(evidence, policy).map((each) => ({
      ...each,
      promise: each.chance * worthOf(evidence, each.proposal, each.gains, policy, SCREENING_DOUBT),
    })),
    ...consistentModels(evidence, singles),
  ];
  return [
    ...hypotheses(evidence, expected),
    ...screeningOf(evidence, [...singles.filter(waits), ...joined.filter(waits)], policy),
  ];
}

/** Models that are tried for consistent quality, once their own was seen not to be worse. */
const consistentModels = (evidence: ProposalEvidence, singles: readonly Expected[]): Expected[] =>
  evidence.screening === null
    ? []
    : singles.filter(({ proposal: { metric, change } }) => {
        const context = contextOf(evidence, { change });
        const screened = evidence.screened.find((each) => each.context === context);
        return (
          metric === 'qualitySpread' && screened !== undefined && screened.briefs > 0 && screened.quality.effect > 0
        );
      });

/** What may better quality, by how much on average where it does; relative. */
const DEFAULT_QUALITY_GAIN = 0.06;

const mayImproveQuality = ({ kind }: RecipeChange): boolean =>
  kind === 'use_model' ||
  kind === 'set_temperature' ||
  kind === 'set_examples' ||
  kind === 'drop_step' ||
  kind === 'set_tone' ||
  kind === 'set_words';

/** What was not tried yet in this recipe and might be worth it, as far as the learning budget goes. */
function screeningOf(evidence: ProposalEvidence, waiting: readonly Expected[], policy: Policy): Decided[] {
  const { screening, recipe, freeLevers, open, tested } = evidence;
  if (screening === null) return [];
  const weights = weightsOf(policy.objective);
  const { costMargin } = marginsUnder(policy.objective, policy.guardrails, presentOf(evidence));
  const potentialOf = ({ proposal, promise }: Pick<Expected, 'proposal' | 'promise'>): number => {
    const { otherGains = {}, gain } = expectedGain(evidence, proposal, policy);
    const cost = otherGains.cost ?? (proposal.metric === 'cost' ? gain : 0);
    if (cost < -costMargin) return 0;
    const saved = weights.cost * cost + weights.time * (otherGains.time ?? 0);
    if (mayImproveQuality(proposal.change)) return saved + weights.quality * DEFAULT_QUALITY_GAIN;
    return promise > 0 ? Math.max(saved, weights.quality * (otherGains.quality ?? 0)) : 0;
  };
  const isFree = ({ lever, change }: Proposal): boolean =>
    freeLevers.includes(lever) && !open.some((other) => moveSameLever(other, change));
  const known = new Set([...tested, ...evidence.screened.map(({ context }) => context)]);
  const unknown = new Map<string, ToScreen>();
  const examples = exampleProposals(recipe, screening.examples).map((proposal) => ({ proposal, promise: 0 }));
  for (const each of [...waiting, ...examples]) {
    const context = contextOf(evidence, each.proposal);
    if (known.has(context) || !isFree(each.proposal)) continue;
    const potential = Math.max(potentialOf(each), unknown.get(context)?.potential ?? 0);
    unknown.set(context, { proposal: each.proposal, potential });
  }
  const doubtful = secondLooks(evidence, policy)
    .filter(({ proposal }) => isFree(proposal) && !tested.includes(contextOf(evidence, proposal)))
    .map(({ proposal, chance, gains, tries }) => ({
      proposal,
      tries,
      potential: chance * worthTogether(gains, policy.objective),
    }))
    .filter(({ potential }) => isWorthMoreBriefs(evidence, potential));
  return screeningOrder({ ...evidence, screening }, [...unknown.values(), ...doubtful]);
}

/** Whether a day of it would save more than trying it on as many briefs again costs, beside the recipe in force. */
const isWorthMoreBriefs = ({ traffic, overMs, screening }: ProposalEvidence, potential: number): boolean =>
  (potential * traffic.success.n * DAY_MS) / overMs > 2 * (screening?.heldOut.length ?? 0);

const presentOf = ({ traffic }: ProposalEvidence) => ({ quality: traffic.quality.meanY, cost: traffic.cost.meanY });

function hypotheses(evidence: ProposalEvidence, expected: readonly Expected[]): Decided[] {
  const candidates = expected
    .filter(({ proposal }) => evidence.freeLevers.includes(proposal.lever))
    .map((each) => ({ ...each, context: contextOf(evidence, each.proposal) }))
    .filter(({ context, promise }) => promise > 0 && !evidence.tested.includes(context));
  const chosen: typeof candidates = [];
  const isFree = ({ proposal: { change } }: Expected): boolean =>
    ![...evidence.open, ...chosen.map(({ proposal }) => proposal.change)].some((each) => moveSameLever(each, change));
  for (const each of candidates.sort((a, b) => b.promise - a.promise || (a.context < b.context ? -1 : 1)))
    if (isFree(each)) chosen.push(each);
  return chosen.map(({ proposal, context, gain, reason, qualityForeseen = null }) =>
    decided(HypothesisProposed, evidence.contentType, {
      hypothesisId: hash128(`hypothesis ${context}`),
      kind: proposal.kind,
      contentType: evidence.contentType,
      lever: proposal.lever,
      change: proposal.change,
      metric: proposal.metric,
      reason,
      context,
      expectedGain: gain,
      qualityForeseen,
    }),
  );
}

/** What is not expected to reach the least improvement even if all goes well is worth no try: it could not win. */
function promiseOf(
  evidence: ProposalEvidence,
  proposal: Proposal,
  policy: Policy,
): { promise: number; gain: number; reason: string } {
  const { gain, reason, otherGains = {} } = expectedGain(evidence, proposal, policy);
  const promise =
    gain <= minImprovement(proposal.metric, presentOf(evidence).quality, policy.experiments)
      ? 0
      : worthOf(evidence, proposal, { ...otherGains, [proposal.metric]: gain }, policy);
  return { promise, gain, reason };
}

/** Workflows joined of changes that will not do by themselves, where together they promise the least improvement. */
function joinedProposals(
  evidence: ProposalEvidence,
  proposable: readonly Proposal[],
  policy: Policy,
): { proposal: Proposal; promise: number; gain: number; reason: string }[] {
  const least = policy.experiments.minimumImprovement;
  const harmful = new Set(
    evidence.screened
      .filter(({ briefs, quality }) => briefs > 0 && quality.effect <= -policy.guardrails.qualityMargin)
      .map(({ context }) => context),
  );
  const isHarmfulBySight = (change: RecipeChange): boolean => {
    const seen = seenOf(change, evidence.fewerDrafts);
    return seen !== undefined && trueEffect(seen).effect <= -policy.guardrails.qualityMargin;
  };
  const parts = proposable
    .filter((proposal) => proposal.lever === 'workflow' && !harmful.has(contextOf(evidence, proposal)))
    .filter(({ change }) => !isHarmfulBySight(change))
    .map((proposal) => ({
      proposal,
      trial: ownValue(evidence.workflowTrials, contextOf(evidence, proposal)),
      isEnough: expectedGain(evidence, proposal, policy).gain > least,
      chance: successProbabilityBy(evidence.record, proposal),
    }));
  const trials = Object.entries(evidence.workflowTrials)
    .filter(([context, { change }]) => context === contextOf(evidence, { change }))
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
  evidence: ProposalEvidence,
  proposal: Proposal,
  gains: Prospect['gains'],
  policy: Policy,
  doubt = 0,
): number {
  const { record, traffic: statistics, overMs } = evidence;
  const { costMargin, timeMargin } = marginsUnder(policy.objective, policy.guardrails, presentOf(evidence));
  if ((gains.cost ?? 0) < -costMargin - doubt || (gains.time ?? 0) < -timeMargin - doubt) return 0;
  const isSeen = seenOf(proposal.change, evidence.fewerDrafts) !== undefined;
  const isForReaders = isForReadersToJudge(proposal.change) && !isSeen;
  const prospect = { chance: successProbabilityBy(record, proposal), gains, metric: proposal.metric, isForReaders };
  return Math.max(0, valuePerExposure(prospect, { statistics, overMs }, policy));
}
