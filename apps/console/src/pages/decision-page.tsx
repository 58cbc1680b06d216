import type { Basis } from '@contentflow/contracts';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { ListedDecision, MetricComparison } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { decisionSentence, nameOfDecision } from '../decision-sentences.ts';
import { count, instant } from '../format.ts';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { ValueTree } from '../parts/value-tree.tsx';
import { Comparisons } from './experiment-page.tsx';

const SLOW_POLL_MS = 3_600_000;
const UP = { path: '/ledger', name: 'Ledger' };

interface DecisionData {
  readonly basis?: Basis | null;
  readonly metrics?: Readonly<Record<string, MetricComparison>>;
  readonly experimentId?: string;
  readonly improvementId?: string;
  readonly anomalyId?: string;
  readonly incidentId?: string;
}

/** One decision: the sentence first, then what it says, what it was made on, and its place in the chain. */
export function DecisionPage({ id }: { readonly id: string }) {
  const { document: decision, problem } = usePolled<ListedDecision>(
    `/v1/decisions/${encodeURIComponent(id)}`,
    SLOW_POLL_MS,
  );
  if (!decision)
    return (
      <Page title="Decision" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  const { basis, metrics, ...said } = decision.data as DecisionData;
  return (
    <Page title={nameOfDecision(decision.name)} up={UP} lead={decisionSentence(decision)}>
      <div className="grid">
        <Panel title="When, by whom, about what" name="decision">
          <Facts
            facts={[
              ['Taken', instant(decision.time)],
              ['By', `the ${decision.source}`],
              ['Entry', `${count(decision.seq)} of the ledger`],
              ...aboutOf(said),
            ]}
          />
        </Panel>
        {metrics && (
          <Panel title="What it found" name="metrics">
            <Comparisons metrics={metrics} />
          </Panel>
        )}
        <Panel title="What it says" name="said">
          <ValueTree value={said} depth={1} />
        </Panel>
        <Panel title="What it was made on" name="basis">
          {basis ? (
            <BasisDetails basis={basis} />
          ) : (
            <p className="muted">It stands on no evidence but its own words.</p>
          )}
        </Panel>
        <Panel title="Its place in the chain" name="chain">
          <Facts
            facts={[
              ['Event', <code>{decision.id}</code>],
              ['Type', decision.type],
              ['Hash', <code>{decision.hash}</code>],
              ['After', <code>{decision.previousHash}</code>],
            ]}
          />
        </Panel>
      </div>
    </Page>
  );
}

const aboutOf = ({ experimentId, improvementId, anomalyId, incidentId }: DecisionData): Fact[] => [
  ...(experimentId
    ? [['Experiment', <Link href={addressOf('experiments', experimentId)}>open it</Link>] as const]
    : []),
  ...(improvementId
    ? [['Improvement', <Link href={addressOf('improvements', improvementId)}>open it</Link>] as const]
    : []),
  ...(anomalyId ? [['Anomaly', <Link href={addressOf('anomalies', anomalyId)}>open it</Link>] as const] : []),
  ...(incidentId ? [['Incident', <Link href={addressOf('incidents', incidentId)}>open it</Link>] as const] : []),
];

function BasisDetails({ basis }: { readonly basis: Basis }) {
  const { evidence, positions, ...taken } = basis;
  return (
    <>
      <ValueTree value={taken} />
      <details>
        <summary>Evidence</summary>
        <ValueTree value={evidence ?? {}} depth={1} />
      </details>
      <details>
        <summary>Positions of the log that it was folded up to</summary>
        <ValueTree value={positions} />
      </details>
    </>
  );
}
