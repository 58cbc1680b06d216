import { HypothesisProposed, type Policy } from '@contentflow/contracts';
import { decided, type Decided } from '@contentflow/decisions';
import { canonicalJson, hash128, ownValue } from '@contentflow/kernel';
import { proposableChanges, type Proposal } from '@contentflow/recipes';
import { chanceBy, type Prospect, valuePerExposure } from '../experiments/value.ts';
import { marginsUnder } from '../objective.ts';
import { promptProposals } from '../prompts/prompt-candidates.ts';
import { expectedGain } from './expectation.ts';
import type { ProposalEvidence } from './proposal-evidence.ts';
import { joinedWorkflows } from './workflows.ts';

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
  const { gain, reason, otherGains = {} } = expectedGain(evidence, proposal, policy);
  const promise =
    gain <= policy.experiments.minimumImprovement
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
  const parts = proposable
    .filter(({ lever }) => lever === 'workflow')
    .map((proposal) => ({
      proposal,
      trial: ownValue(evidence.workflowTrials, contextOf(evidence, proposal)),
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
