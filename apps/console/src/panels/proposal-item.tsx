import { useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { ShownProposal } from '../api/documents.ts';
import { sendJson } from '../api/http.ts';
import { titleOfChange } from '../decision-sentences.ts';
import { change, instant, words } from '../format.ts';
import { ReasonDialog } from '../parts/reason-dialog.tsx';

interface ItemProps {
  readonly proposal: ShownProposal;
  readonly onAnswered: () => void;
}

/** A proposal in a list. */
export function ProposalItem({ proposal, onAnswered }: ItemProps) {
  const { id, status, contentType, why, answerUntil } = proposal;
  return (
    <li data-proposal={status}>
      <div className="line">
        <strong>
          <Link href={addressOf('proposals', id)}>{titleOfChange(proposal.change)}</Link>
        </strong>
        <span className="tag">{words(contentType)}</span>
        <span className="tag">{words(status)}</span>
        <Answers proposal={proposal} onAnswered={onAnswered} />
      </div>
      <div className="muted">{why}</div>
      {answerUntil !== null && <div className="muted">withdrawn {instant(answerUntil)} unless somebody answers</div>}
    </li>
  );
}

/** The buttons of a proposal that waits for a person. */
export function Answers({ proposal, onAnswered }: ItemProps) {
  const { id, status, contentType, experimentId } = proposal;
  const [answer, setAnswer] = useState<'approve' | 'refuse'>();
  const title = titleOfChange(proposal.change);
  if (status !== 'waiting') return null;
  return (
    <span className="answers">
      <button
        type="button"
        aria-label={`Approve “${title}” for ${words(contentType)}`}
        onClick={() => setAnswer('approve')}
      >
        Approve
      </button>
      {experimentId === null && (
        <button
          type="button"
          className="quiet"
          aria-label={`Refuse “${title}” for ${words(contentType)}`}
          onClick={() => setAnswer('refuse')}
        >
          Refuse
        </button>
      )}
      {answer && (
        <ReasonDialog
          title={answer === 'approve' ? 'Approve' : 'Refuse'}
          consequence={
            answer === 'approve'
              ? `“${title}” is tried on a share of ${words(contentType)}, and applied if its trial supports it.`
              : `“${title}” is not tried; the lever is free for other proposals.`
          }
          confirm={answer === 'approve' ? 'Approve' : 'Refuse'}
          onConfirm={async (reason) => {
            await sendJson('POST', `/v1/proposals/${encodeURIComponent(id)}/${answer}`, { reason });
            onAnswered();
          }}
          onClose={() => setAnswer(undefined)}
        />
      )}
    </span>
  );
}

/** `about 20 % of cost` */
export const expectedGainOf = ({ expectedGain, metric }: ShownProposal): string =>
  expectedGain === null
    ? 'not estimated'
    : `${change(expectedGain)}${metric === null ? '' : ` of ${metric}`}, for the better`;
