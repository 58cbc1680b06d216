import type { Alert, NotificationDocument, ShownIncident } from '@contentflow/contracts';
import { useState } from 'react';
import { Link } from 'wouter';
import { addressOf } from '../addresses.ts';
import { sendJson } from '../api/http.ts';
import { usePolled } from '../api/polling.ts';
import { count, duration, instant, money, words } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { History } from '../parts/history.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { ReasonDialog } from '../parts/reason-dialog.tsx';
import { StatusList } from '../parts/status-list.tsx';

const EVERY_MS = 6000;
const STATUSES = ['open', 'resolved'];
const UP = { path: '/incidents', name: 'Incidents' };

/** What is wrong, or was: all alerts of one cause are one incident. */
export function IncidentsPage() {
  return (
    <StatusList<ShownIncident>
      title="Incidents"
      lead="What is wrong, why, what was done about it, and who was told. All alerts of one cause are one incident."
      panel={{ title: 'Incidents', name: 'incidents' }}
      path="/v1/incidents"
      everyMs={EVERY_MS}
      statuses={STATUSES}
      none="None: nothing is wrong."
      of="incidents"
      row={(incident) => (
        <li key={incident.id}>
          <Link href={addressOf('incidents', incident.id)} className="row" data-incident={incident.status}>
            <span className="line">
              <strong className={incident.severity === 'critical' ? 'bad' : 'warn'}>{incident.title}</strong>
              <span className={`tag ${incident.status}`}>{incident.status}</span>
              <time className="muted">{instant(incident.openedAt)}</time>
            </span>
            <span className="line muted">{courseOf(incident)}</span>
          </Link>
        </li>
      )}
    />
  );
}

const courseOf = ({ why, done, lastedMs, notifications }: ShownIncident): string =>
  [why, done, ...(lastedMs === null ? [] : [`Over after ${duration(lastedMs)}.`]), ...toldIn(notifications)].join(' ');

function toldIn(notifications: readonly NotificationDocument[]): string[] {
  const failed = notifications.filter(({ status }) => status !== 'sent').map(({ channel }) => channel);
  if (failed.length > 0) return [`Not told: ${failed.join(', ')}.`];
  return notifications.length > 0 ? [`Told: ${notifications.map(({ channel }) => channel).join(', ')}.`] : [];
}

/** One incident from its opening to its end. */
export function IncidentPage({ id }: { readonly id: string }) {
  const path = `/v1/incidents/${encodeURIComponent(id)}`;
  const { document: incident, problem, refresh } = usePolled<ShownIncident>(path, EVERY_MS);
  const [isUndoing, setIsUndoing] = useState(false);
  if (!incident)
    return (
      <Page title="Incident" up={UP}>
        <p>{problem ?? 'Loading …'}</p>
      </Page>
    );
  const { title, why, done, undo, undoRoute, severity, status, openedAt, reopened, resolvedAt, lastedMs } = incident;
  const { alerts, notifications } = incident;
  return (
    <Page
      title={title}
      up={UP}
      lead={
        <>
          <span className={`tag ${status}`}>{status}</span> {severity}
        </>
      }
      actions={
        undoRoute !== undefined && (
          <button type="button" className="quiet" onClick={() => setIsUndoing(true)}>
            Undo what was done
          </button>
        )
      }
    >
      <div className="grid">
        <Panel title="What is wrong" name="incident">
          <Facts
            facts={[
              ['Cause', why],
              ['Done', done],
              ['Undo', undo],
              ['Began', instant(openedAt)],
              reopened > 0 && ['Came back', `${count(reopened)} times`],
              ['Over', resolvedAt === null ? 'not yet' : `${instant(resolvedAt)}, after ${duration(lastedMs)}`],
              ['Id', <code>{id}</code>],
            ]}
          />
        </Panel>
        <Panel title="Who was told" name="notifications">
          {notifications.length === 0 && <Empty>Nobody: Settings say which channels there are.</Empty>}
          <ul className="rows">
            {notifications.map(({ id: notice, channel, about, status: outcome, at, attempts, reason }) => (
              <li key={notice} className="line">
                <strong>{channel}</strong>
                <span className={outcome === 'sent' ? 'good' : 'bad'}>{outcome}</span>
                <span className="muted">
                  {about === 'over' ? 'that it is over' : 'that it began'}, {instant(at)}
                  {attempts > 1 && `, try ${attempts}`}
                  {reason !== null && `: ${reason}`}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel
          title="Alerts"
          name="alerts"
          note={incident.count > alerts.length && `the first of ${count(incident.count)}`}
        >
          <ul className="rows">
            {alerts.map((alert) => (
              <li key={`${alert.id} ${alert.at}`} className="line">
                <strong>{words(alert.rule ?? alert.kind)}</strong>
                <span>{factsOf(alert)}</span>
                {alert.kind === 'anomaly' && <Link href={addressOf('anomalies', alert.id)}>open it</Link>}
                <time className="muted">{instant(alert.at)}</time>
              </li>
            ))}
          </ul>
        </Panel>
        <History subject={id} />
      </div>
      {isUndoing && undoRoute !== undefined && (
        <ReasonDialog
          title="Undo what was done"
          consequence="The improvement stands again where it stood, and is watched as if it were new."
          confirm="Bring it back"
          onConfirm={async (reason) => {
            await sendJson('POST', undoRoute, { reason });
            refresh();
          }}
          onClose={() => setIsUndoing(false)}
        />
      )}
    </Page>
  );
}

function factsOf({ contentType, model, affected, of, spentUsd, limitUsd, from, to, by }: Alert): string {
  return [
    ...(contentType === undefined ? [] : [words(contentType)]),
    ...(model === undefined ? [] : [`by ${model}`]),
    ...(affected === undefined ? [] : [`${count(affected)} of ${count(of)}`]),
    ...(spentUsd === undefined ? [] : [`${money(spentUsd)} of ${money(limitUsd)}`]),
    ...(to === undefined ? [] : [`from ${from} to ${to} instances`]),
    ...(by === undefined ? [] : [`by ${by}`]),
  ].join(', ');
}
