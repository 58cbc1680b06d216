import type { ShownProposal } from '../api/documents.ts';
import { ProposalItem } from '../panels/proposal-item.tsx';
import { StatusList } from '../parts/status-list.tsx';

const EVERY_MS = 5000;
const STATUSES = ['waiting', 'approved', 'queued', 'refused'];

/** What is proposed, and the answer of a person where one is waited for. */
export function ProposalsPage() {
  return (
    <StatusList<ShownProposal>
      title="Proposals"
      lead="Where a lever is set to propose, what is proposed on it waits for a person; where it is set to apply, it goes to trial by itself."
      panel={{ title: 'Proposed changes', name: 'proposals' }}
      path="/v1/proposals"
      everyMs={EVERY_MS}
      statuses={STATUSES}
      none="None is open."
      of="proposals"
      row={(proposal, refresh) => <ProposalItem key={proposal.id} proposal={proposal} onAnswered={refresh} />}
    />
  );
}
