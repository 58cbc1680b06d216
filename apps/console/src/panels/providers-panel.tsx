import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, instant, money } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

const EVERY_MS = 10_000;

interface Target {
  readonly provider: string;
  readonly model: string;
  readonly breaker: string;
  readonly retryAt: number;
  readonly inFlight: number;
  readonly queued: number;
  readonly worker: string;
}
interface Balance {
  readonly account: string;
  readonly limitUsd: number;
  readonly spentUsd: number;
  readonly leftUsd: number;
}

/** The models on offer, whether they answer, and what money is left for them today. */
export function ProvidersPanel() {
  const { document: targets, problem } = usePolled<Listed<Target>>('/v1/providers', EVERY_MS);
  const { document: budgets } = usePolled<Listed<Balance>>('/v1/budgets', EVERY_MS);
  const items = targets?.items ?? [];
  return (
    <Panel title="Models and budgets" name="providers">
      {items.length === 0 && (
        <Empty>
          {problem ?? (targets ? 'None: name a provider in contentflow.config.json and start again.' : 'Loading …')}
        </Empty>
      )}
      <ul className="rows">
        {items.map(({ provider, model, breaker, retryAt, inFlight, queued, worker }) => (
          <li key={`${provider}/${model}/${worker}`} className="line">
            <strong>{model}</strong>
            <span className="muted">{provider}</span>
            <span className={breaker === 'closed' ? 'good' : 'bad'}>
              {breaker === 'closed' ? 'answers' : `is skipped until ${instant(retryAt)}`}
            </span>
            <span className="muted">
              {count(inFlight)} calls under way, {count(queued)} waiting
            </span>
          </li>
        ))}
      </ul>
      {budgets && budgets.items.length > 0 && <h3>Left today</h3>}
      <ul className="rows">
        {budgets?.items.map(({ account, limitUsd, spentUsd, leftUsd }) => (
          <li key={account} className="line">
            <strong>{account}</strong>
            <span>
              {money(leftUsd)} of {money(limitUsd)}
            </span>
            <span className="muted">{money(spentUsd)} spent</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
