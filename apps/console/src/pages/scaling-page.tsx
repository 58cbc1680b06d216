import type { ForecastDocument, ScalingDocument } from '@contentflow/contracts';
import type { ReportSeries } from '@contentflow/ledger';
import { useMemo } from 'react';
import type { DesiredInstances, Listed } from '../api/documents.ts';
import { usePolled } from '../api/polling.ts';
import { instant, score, words } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { Empty, Panel } from '../parts/panel.tsx';
import { Page } from '../parts/page.tsx';
import { curvesOf } from '../plots/curves.ts';
import { TimePlot } from '../plots/time-plot.tsx';

const EVERY_MS = 10_000;

/** Load as it came and is foreseen, and the instances that were started for it. */
export function ScalingPage() {
  const { document: desired } = usePolled<DesiredInstances>('/v1/scaling/desired', EVERY_MS);
  const { document: forecasts } = usePolled<Listed<ForecastDocument>>('/v1/forecasts?limit=60', EVERY_MS);
  const { document: changes } = usePolled<Listed<ScalingDocument>>('/v1/scaling?limit=25', EVERY_MS);
  const { document: series } = usePolled<ReportSeries>('/v1/report/series', EVERY_MS * 3);
  const curves = useMemo(() => series && curvesOf(series), [series]);
  const foreseen = (forecasts?.items ?? []).toSorted((a, b) => a.for - b.for);
  return (
    <Page title="Scaling" lead="How load is forecast half an hour ahead, and who starts and stops instances for it.">
      <div className="grid">
        <Panel title="Now" name="instances">
          <Facts
            facts={[
              ['Instances', desired ? `${desired.running} of ${desired.desired}` : '…'],
              ['Started by', desired ? words(desired.executor) : '…'],
            ]}
          />
        </Panel>
        <Panel title="Load" name="curves" note="briefs per minute; the band holds four of five">
          {curves && curves.steps.length > 0 ? (
            <div className="plots wide">
              <TimePlot
                title="Instances and load"
                times={curves.steps}
                lines={curves.instances}
                format={score}
                isFromZero
              />
              <TimePlot
                title="Forecast"
                times={foreseen.map((each) => each.for / 1000)}
                lines={[
                  {
                    name: 'expected',
                    color: 'current',
                    values: foreseen.map(({ expected }) => expected),
                    lower: foreseen.map(({ lower }) => lower),
                    upper: foreseen.map(({ upper }) => upper),
                  },
                  { name: 'came', color: 'load', values: foreseen.map(({ actual }) => actual ?? null) },
                ]}
                format={score}
                isFromZero
              />
            </div>
          ) : (
            <Empty>Nothing came yet.</Empty>
          )}
        </Panel>
        <Panel title="Started and stopped" name="scalings">
          {(changes?.items ?? []).length === 0 && <Empty>{changes ? 'Nothing was changed yet.' : 'Loading …'}</Empty>}
          <ul className="rows">
            {(changes?.items ?? []).map(({ id, from, to, reason, status, at }) => (
              <li key={id} className="line">
                <strong>
                  {from} → {to}
                </strong>
                <span>{words(reason)}</span>
                <span className="tag">{status}</span>
                <time className="muted">{instant(at)}</time>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </Page>
  );
}
