import type { ListedProposal } from '@contentflow/contracts';
import { useState } from 'react';
import type { Listed } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange } from '../decision-sentences.ts';
import { instant, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

type Answering = { readonly proposal: ListedProposal; readonly answer: 'approve' | 'refuse' };

/** What waits for a person, and the answer. */
export function ProposalsPanel() {
  const { document, problem, refresh } = usePolled<Listed<ListedProposal & { readonly simulated: boolean }>>(
    '/v1/proposals?limit=50',
    2000,
  );
  const [selected, setSelected] = useState<Answering>();
  const all = document?.items ?? [];
  const open = all.filter(({ status }) => status !== 'refused');
  const waiting = open.filter(({ status }) => status === 'waiting');

  async function answer({ proposal, answer: said }: Answering, reason: string): Promise<void> {
    await sendJson('POST', `/v1/proposals/${encodeURIComponent(proposal.id)}/${said}`, { reason });
    refresh();
  }

  return (
    <Panel
      title="Proposals"
      name="proposals"
      simulated={all[0]?.simulated}
      note={open.length > 0 && `${waiting.length} wait for a person, ${open.length - waiting.length} do not`}
    >
      {open.length === 0 && <Empty>{problem ?? 'None is open.'}</Empty>}
      <ul className="rows feed">
        {open.map((proposal) => (
          <li key={proposal.id} data-proposal={proposal.status}>
            <div className="line">
              <strong>{describeChange(proposal.change)}</strong>
              <span className="tag">{words(proposal.contentType)}</span>
              <span className="tag">{words(proposal.status)}</span>
            </div>
            <div className="line muted">
              <span>{proposal.why}</span>
              {proposal.status === 'waiting' && (
                <>
                  <button type="button" className="quiet" onClick={() => setSelected({ proposal, answer: 'approve' })}>
                    Approve
                  </button>
                  {proposal.experimentId === null && (
                    <button type="button" className="quiet" onClick={() => setSelected({ proposal, answer: 'refuse' })}>
                      Refuse
                    </button>
                  )}
                </>
              )}
            </div>
            {proposal.answerUntil !== null && (
              <div className="muted">withdrawn {instant(proposal.answerUntil)} unless somebody answers</div>
            )}
          </li>
        ))}
      </ul>
      {selected && (
        <ReasonDialog
          title={selected.answer === 'approve' ? 'Approve' : 'Refuse'}
          consequence={
            selected.answer === 'approve'
              ? `“${describeChange(selected.proposal.change)}” is tried on a share of ${words(selected.proposal.contentType)}, and applied if its trial supports it.`
              : `“${describeChange(selected.proposal.change)}” is not tried; the lever is free for other proposals.`
          }
          confirm={selected.answer === 'approve' ? 'Approve' : 'Refuse'}
          onConfirm={(reason) => answer(selected, reason)}
          onClose={() => setSelected(undefined)}
        />
      )}
    </Panel>
  );
}
