import type { Listed, ShownProposal } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { ProposalItem } from '../panels/proposal-item.tsx';
import { useAsked } from '../parts/asked.ts';
import { Choice } from '../parts/choice.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { Paging } from '../parts/paging.tsx';

const EVERY_MS = 5000;
const SHOWN = 25;
const STATUSES = ['waiting', 'approved', 'queued', 'refused'];

/** What is proposed, and the answer of a person where one is waited for. */
export function ProposalsPage() {
  const asked = useAsked(['status']);
  const { document, problem, refresh } = usePolled<Listed<ShownProposal>>(
    `/v1/proposals?limit=${SHOWN}${asked.query}`,
    EVERY_MS,
  );
  const items = document?.items ?? [];
  return (
    <Page
      title="Proposals"
      lead="Where a lever is set to propose, what is proposed on it waits for a person; where it is set to apply, it goes to trial by itself."
    >
      <Panel
        title="Proposed changes"
        name="proposals"
        note={
          <Choice
            label="Status"
            values={STATUSES}
            value={asked.value('status')}
            onChange={(status) => asked.set({ status })}
          />
        }
      >
        {items.length === 0 && <Empty>{problem ?? (document ? 'None is open.' : 'Loading …')}</Empty>}
        <ul className="rows">
          {items.map((proposal) => (
            <ProposalItem key={proposal.id} proposal={proposal} onAnswered={refresh} />
          ))}
        </ul>
        <Paging next={document?.next} of="proposals" />
      </Panel>
    </Page>
  );
}
