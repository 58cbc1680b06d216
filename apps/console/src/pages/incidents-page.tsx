import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import type { ListedAnomaly } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, instant, words } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { StatusList } from '../parts/status-list.tsx';

const EVERY_MS = 6000;
const STATUSES = ['open', 'resolved'];
const UP = { path: '/incidents', name: 'Incidents' };

/** What departed from its baseline, what was done about it, and when it was over. */
export function IncidentsPage() {
  return (
    <StatusList<ListedAnomaly>
      title="Incidents"
      lead="Where content of a type and model departs from what is usual for it."
      panel={{ title: 'Anomalies', name: 'anomalies' }}
      path="/v1/anomalies"
      everyMs={EVERY_MS}
      statuses={STATUSES}
      none="None: nothing has departed from its baseline."
      of="incidents"
      row={(anomaly) => (
        <li key={anomaly.id}>
          <Link href={addressOf('incidents', anomaly.id)} className="row" data-incident={anomaly.status}>
            <span className="line">
              <strong className={anomaly.severity === 'critical' ? 'bad' : 'warn'}>{words(anomaly.rule)}</strong>
              <span className="tag">{words(anomaly.contentType)}</span>
              <span className={`tag ${anomaly.status}`}>{anomaly.status}</span>
              <time className="muted">{instant(anomaly.detectedAt)}</time>
            </span>
            <span className="line muted">{courseOf(anomaly)}</span>
          </Link>
        </li>
      )}
    />
  );
}

const courseOf = ({ model, affected, of, action, lastedMs }: ListedAnomaly): string =>
  [
    `${count(affected)} of ${count(of)} by ${model}`,
    ...(action ? [`handled: ${words(action)}`] : []),
    ...(lastedMs == null ? [] : [`over after ${duration(lastedMs)}`]),
  ].join('; ');

/** One incident from its opening to its end. */
export function IncidentPage({ id }: { readonly id: string }) {
  const { document: anomaly, problem } = usePolled<ListedAnomaly>(`/v1/anomalies/${encodeURIComponent(id)}`, EVERY_MS);
  if (!anomaly)
    return (
      <Page title="Incident" up={UP}>
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
        <Panel title="What happened" name="incident">
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
