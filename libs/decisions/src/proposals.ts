import { ownValue } from '@contentflow/kernel';
import type { ListedProposal } from '@contentflow/contracts';
import type { SystemState } from './system-state.ts';
import { autonomySetOn } from './system-state/autonomy.ts';
import { openExperiments } from './system-state/experiments.ts';

type Open = Pick<
  ListedProposal,
  'id' | 'kind' | 'contentType' | 'lever' | 'change' | 'metric' | 'why' | 'expectedGain' | 'proposedAt'
> & {
  readonly isRefused: boolean;
};

/** Proposals that are open, and those that people refused or did not answer; the latest first. */
export function proposalsOf(system: SystemState): ListedProposal[] {
  const { answerWithinMs } = system.policy.hypotheses;
  const trials = new Map(openExperiments(system).map(({ origin, experimentId }) => [origin.id, experimentId]));
  return openProposals(system)
    .map(({ isRefused, ...proposal }): ListedProposal => {
      const answer = ownValue(system.answers, proposal.id) ?? null;
      const asks = autonomySetOn(system, proposal.lever, proposal.contentType) === 'propose';
      const isWaiting = asks && answer === null && !isRefused;
      const status = isRefused
        ? 'refused'
        : answer?.answer === 'approved'
          ? 'approved'
          : isWaiting
            ? 'waiting'
            : 'queued';
      const experimentId = trials.get(proposal.id) ?? null;
      const isUntried = isWaiting && experimentId === null;
      return {
        ...proposal,
        status,
        experimentId,
        answerUntil: isUntried ? proposal.proposedAt + answerWithinMs : null,
        answer,
      };
    })
    .sort((a, b) => b.proposedAt - a.proposedAt || (a.id < b.id ? -1 : 1));
}

function openProposals({ hypotheses, adjustments, improvements, answers, experiments }: SystemState): Open[] {
  const isOpen = (status: string): boolean => ['proposed', 'testing', 'on_trial', 'refused'].includes(status);
  return [
    ...Object.values(hypotheses)
      .filter(({ status }) => isOpen(status))
      .map(
        ({ hypothesisId: id, contentType, lever, change, metric, reason: why, expectedGain, proposedAt, status }) => ({
          ...{ id, kind: 'hypothesis' as const, contentType, lever, change, metric, why, expectedGain, proposedAt },
          isRefused: status === 'refused',
        }),
      ),
    ...Object.values(adjustments)
      .filter(({ status }) => isOpen(status))
      .map(({ adjustmentId: id, contentType, lever, change, metric, support, proposedAt, status }) => ({
        ...{ id, kind: 'adjustment' as const, contentType, lever, change, metric, expectedGain: null, proposedAt },
        why: `${support.raters} readers ask for it`,
        isRefused: status === 'refused',
      })),
    ...improvements
      .filter(
        ({ status, improvementId }) => status === 'expired' || ownValue(answers, improvementId)?.answer === 'refused',
      )
      .filter(({ status }) => status !== 'rolled_back')
      .map((improvement) => ({
        ...{ id: improvement.improvementId, kind: 'retest' as const, expectedGain: null },
        ...{ contentType: improvement.contentType, lever: improvement.lever, change: improvement.change },
        metric: ownValue(experiments, improvement.experimentId)?.metric ?? null,
        why: improvement.retestFor ?? 'its date has come',
        proposedAt: improvement.expiredAt ?? improvement.expiresAt,
        isRefused: improvement.status !== 'expired',
      })),
  ];
}
