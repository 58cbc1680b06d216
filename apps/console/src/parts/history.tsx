import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { Listed, ListedDecision } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { decisionKind, decisionSentence, nameOfDecision } from '../decision-sentences.ts';
import { instant } from '../format.ts';
import { Empty, Panel } from './panel.tsx';

const EVERY_MS = 10_000;

/** What the ledger says of one thing, the latest first. */
export function History({ subject, title = 'In the ledger' }: { readonly subject: string; readonly title?: string }) {
  const { document, problem } = usePolled<Listed<ListedDecision>>(
    `/v1/decisions?limit=50&subject=${encodeURIComponent(subject)}`,
    EVERY_MS,
  );
  const items = document?.items ?? [];
  return (
    <Panel title={title} name="history">
      {items.length === 0 && <Empty>{problem ?? (document ? 'Nothing.' : 'Loading …')}</Empty>}
      <DecisionList decisions={items} />
    </Panel>
  );
}

export function DecisionList({ decisions }: { readonly decisions: readonly ListedDecision[] }) {
  return (
    <ul className="rows">
      {decisions.map((decision) => (
        <li key={decision.id}>
          <Link href={addressOf('ledger', decision.id)} className="row" data-decision={decision.name}>
            <span className="line">
              <span className={`name ${decisionKind(decision.name)}`}>{nameOfDecision(decision.name)}</span>
              <time className="muted">{instant(decision.time)}</time>
            </span>
            <span className="sentence">{decisionSentence(decision)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
