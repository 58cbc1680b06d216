import type { Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { duration, timeOfDay, words } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';

interface ListedAnomaly {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'warning' | 'critical';
  readonly contentType: string;
  readonly model: string;
  readonly affected: number;
  readonly of: number;
  readonly status: 'open' | 'resolved';
  readonly detectedAt: number;
  readonly action?: string | null;
  readonly lastedMs?: number | null;
  readonly simulated: boolean;
}

const SHOWN = 12;

/** What departs from its baseline, what was done about it, and when it was over. */
export function AnomaliesPanel() {
  const { document, problem } = usePolled<Listed<ListedAnomaly>>(`/v1/anomalies?limit=${SHOWN}`, 3000);
  const all = document?.items ?? [];
  const open = all.filter(({ status }) => status === 'open').length;
  return (
    <Panel
      title="Anomalies"
      name="anomalies"
      simulated={all.some(({ simulated }) => simulated)}
      note={document && `${open} open`}
    >
      {all.length === 0 && <Empty>{problem ?? 'None: nothing has departed from its baseline.'}</Empty>}
      <ul className="rows feed">
        {all.map((anomaly) => (
          <li key={anomaly.id}>
            <div className="line">
              <strong className={anomaly.severity === 'critical' ? 'bad' : 'warn'}>{words(anomaly.rule)}</strong>
              <span className="tag">{words(anomaly.contentType)}</span>
              <span className={`tag ${anomaly.status}`}>{anomaly.status}</span>
              <time className="muted">{timeOfDay(anomaly.detectedAt)}</time>
            </div>
            <div className="muted">{courseOf(anomaly)}</div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const courseOf = ({ model, affected, of, action, lastedMs }: ListedAnomaly): string =>
  [
    `${affected} of ${of} by ${model}`,
    ...(action ? [`handled: ${words(action)}`] : []),
    ...(lastedMs == null ? [] : [`over after ${duration(lastedMs)}`]),
  ].join('; ');
