import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed, ShownProposal } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { describeChange, titleOfChange } from '../decision-sentences.ts';
import { instant, shortId, words } from '../format.ts';
import { Answers, expectedGainOf } from '../panels/proposal-item.tsx';
import { ChangedPrompt } from '../parts/changed-prompt.tsx';
import { Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';

const EVERY_MS = 5000;
const UP = { path: '/proposals', name: 'Proposals' };

/** One proposal: what, why, what it promises, and the answer. One that has become an improvement is in the ledger alone. */
export function ProposalPage({ id }: { readonly id: string }) {
  const { document, problem, refresh } = usePolled<Listed<ShownProposal>>('/v1/proposals?limit=1000', EVERY_MS);
  const proposal = document?.items.find((each) => each.id === id);
  if (!proposal)
    return (
      <Page
        title="Proposal"
        up={UP}
        lead={problem ?? (document ? 'It is no longer open: what came of it stands in the ledger.' : 'Loading …')}
      >
        <History subject={id} />
      </Page>
    );
  const { contentType, status, why, lever, kind, proposedAt, answerUntil, answer, experimentId } = proposal;
  return (
    <Page
      title={titleOfChange(proposal.change)}
      up={UP}
      lead={
        <>
          <span className="tag">{words(status)}</span> {words(contentType)}
        </>
      }
      actions={<Answers proposal={proposal} onAnswered={refresh} />}
    >
      <div className="grid">
        <Panel title="What and why" name="proposal">
          <Facts
            facts={[
              ['Change', describeChange(proposal.change)],
              ['Why', why],
              ['Expected', expectedGainOf(proposal)],
              ['Lever', `${lever}, ${words(kind)}`],
              ['Proposed', instant(proposedAt)],
              answerUntil !== null && ['Withdrawn', `${instant(answerUntil)}, unless somebody answers`],
              answer !== null && ['Answer', `${answer.answer} by ${answer.by}: ${answer.reason}`],
              experimentId !== null && [
                'On trial in',
                <Link href={addressOf('experiments', experimentId)}>{shortId(experimentId)}</Link>,
              ],
            ]}
          />
        </Panel>
        <ChangedPrompt contentType={contentType} change={proposal.change} />
        <History subject={id} />
      </div>
    </Page>
  );
}
