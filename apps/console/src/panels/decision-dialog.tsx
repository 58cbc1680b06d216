import type { Basis } from '@contentflow/contracts';
import type { ListedDecision, MetricComparison } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { decisionSentence } from '../decision-sentences.ts';
import { count, estimatedChange, instant, isPrecise, metricValue, pValue } from '../format.ts';
import { Dialog } from '../parts/dialog.tsx';
import { SimulatedMark } from '../parts/panel.tsx';
import { ValueTree } from '../parts/value-tree.tsx';

const SLOW_POLL_MS = 60_000;

/** One decision: what it says, what it was made on, and its place in the chain. */
export function DecisionDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { document: decision, problem } = usePolled<ListedDecision>(`/v1/decisions/${id}`, SLOW_POLL_MS);
  return (
    <Dialog title={decision?.name ?? 'Decision'} onClose={onClose}>
      {decision ? <DecisionDetails decision={decision} /> : <p>{problem ?? 'Loading …'}</p>}
    </Dialog>
  );
}

interface DecisionData {
  readonly basis?: Basis | null;
  readonly metrics?: Readonly<Record<string, MetricComparison>>;
}

function DecisionDetails({ decision }: { readonly decision: ListedDecision }) {
  const { basis, metrics, ...said } = decision.data as DecisionData;
  return (
    <>
      <p>
        {decisionSentence(decision)} {decision.simulated && <SimulatedMark />}
      </p>
      <p className="muted">
        {instant(decision.time)}, by the {decision.source}, entry {count(decision.seq)} of the ledger
      </p>
      {metrics && <Comparisons metrics={metrics} />}
      <h3>What it says</h3>
      <ValueTree value={said} depth={1} />
      {basis ? <BasisDetails basis={basis} /> : <p className="muted">It stands on no evidence but its own words.</p>}
      <h3>Its place in the chain</h3>
      <dl className="tree">
        <div>
          <dt>event</dt>
          <dd>
            <a href={`/v1/decisions/${decision.id}`}>{decision.id}</a> <span className="muted">{decision.type}</span>
          </dd>
        </div>
        <div>
          <dt>hash</dt>
          <dd>
            <code>{decision.hash}</code>
          </dd>
        </div>
        <div>
          <dt>after</dt>
          <dd>
            <code>{decision.previousHash}</code>
          </dd>
        </div>
      </dl>
    </>
  );
}

function BasisDetails({ basis }: { readonly basis: Basis }) {
  const { evidence, positions, ...taken } = basis;
  return (
    <>
      <h3>What it was made on</h3>
      <ValueTree value={taken} />
      <details open>
        <summary>Evidence</summary>
        <ValueTree value={evidence ?? {}} depth={1} />
      </details>
      <details>
        <summary>Positions of the log it was folded up to</summary>
        <ValueTree value={positions} />
      </details>
    </>
  );
}

/** Control and treatment, metric by metric. */
function Comparisons({ metrics }: { readonly metrics: Readonly<Record<string, MetricComparison>> }) {
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Control and treatment">
      <table>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">Control</th>
            <th scope="col">Treatment</th>
            <th scope="col">Change</th>
            <th scope="col">p</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(metrics).map(([name, { control, treatment, relative, p }]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{describeArm(name, control)}</td>
              <td>{describeArm(name, treatment)}</td>
              <td>{isPrecise(relative) ? estimatedChange(relative) : 'too early to tell'}</td>
              <td>{pValue(p)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const describeArm = (metric: string, { n, mean }: MetricComparison['control']): string =>
  n === 0 ? 'none' : `${metricValue(metric, mean)} (n ${count(n)})`;
