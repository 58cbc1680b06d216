import { Link } from 'wouter';
import type { ListedAnomaly } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, instant, words } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';

const EVERY_MS = 6000;
const UP = { path: '/incidents', name: 'Incidents' };

/** One anomaly from its opening to its end. */
export function AnomalyPage({ id }: { readonly id: string }) {
  const { document: anomaly, problem } = usePolled<ListedAnomaly>(`/v1/anomalies/${encodeURIComponent(id)}`, EVERY_MS);
  if (!anomaly)
    return (
      <Page title="Anomaly" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  const { rule, contentType, model, severity, status, affected, of, detectedAt, action, target, resolvedAt, lastedMs } =
    anomaly;
  const made = `/content?contentType=${encodeURIComponent(contentType)}&model=${encodeURIComponent(model)}`;
  return (
    <Page
      title={`${words(rule)}, ${words(contentType)}`}
      up={UP}
      lead={
        <>
          <span className={`tag ${status}`}>{status}</span> {severity}
        </>
      }
    >
      <div className="grid">
        <Panel title="What happened" name="anomaly">
          <Facts
            facts={[
              ['Departed', `${count(affected)} of ${count(of)} contents by ${model}`],
              ['Found', instant(detectedAt)],
              ['Done', action ? words(action) : 'nothing yet'],
              target !== null && ['To', target],
              ['Over', resolvedAt === null ? 'not yet' : `${instant(resolvedAt)}, after ${duration(lastedMs)}`],
              ['Contents', <Link href={made}>of this type by this model</Link>],
              ['Id', <code>{id}</code>],
            ]}
          />
        </Panel>
        <History subject={id} />
      </div>
    </Page>
  );
}
