import { type ListedProposal, ProposalExpired } from '@contentflow/contracts';
import { type Decided, decided, proposalsOf, type Question, type SystemState } from '@contentflow/decisions';

import { HOUR_MS } from '@contentflow/kernel';

/** A proposal that waits for a person, and nobody has answered. */
export interface UnansweredEvidence {
  readonly kind: 'unanswered';
  readonly proposal: Pick<ListedProposal, 'id' | 'kind' | 'proposedAt'>;
}

/** Those that have waited for as long as the policy lets them. */
export const unansweredDue = (system: SystemState, at: number): Question<UnansweredEvidence>[] =>
  proposalsOf(system)
    .filter(({ answerUntil }) => answerUntil !== null && answerUntil <= at)
    .map(({ id, kind, proposedAt }) => ({
      question: `unanswered:${id}:${proposedAt}`,
      evidence: { kind: 'unanswered', proposal: { id, kind, proposedAt } },
    }));

/** It is withdrawn, so that its lever is free: an improvement that was to be tested again stays for another term. */
export const decideUnanswered = ({ proposal: { id, kind, proposedAt } }: UnansweredEvidence, at: number): Decided[] => [
  decided(ProposalExpired, id, {
    proposalId: id,
    kind,
    reason: `nobody answered for ${Math.round((at - proposedAt) / HOUR_MS)} hours`,
  }),
];
