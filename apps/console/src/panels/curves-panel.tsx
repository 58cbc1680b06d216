import type { ReportSeries } from '@contentflow/ledger';
import { useMemo } from 'react';
import { duration, money, score } from '../format.ts';
import { Empty, Panel } from '../parts/panel.tsx';
import { curvesOf } from '../plots/curves.ts';
import { TimePlot } from '../plots/time-plot.tsx';

/** Time, cost and quality against the holdback, hour by hour with 95 % bands; and instances against load. */
export function CurvesPanel({ series }: { readonly series: ReportSeries | undefined }) {
  const curves = useMemo(() => series && curvesOf(series), [series]);
  return (
    <Panel title="Curves" name="curves" simulated={series?.simulated} note="hour by hour, bands of 95 %; times in UTC">
      {!curves || curves.hours.length < 2 ? (
        <Empty>The curves begin with the second hour of measured content.</Empty>
      ) : (
        <div className="plots">
          <TimePlot title="Generation time" times={curves.hours} lines={curves.time} format={duration} />
          <TimePlot title="Cost per content" times={curves.hours} lines={curves.cost} format={money} />
          <TimePlot title="Quality, 0–10" times={curves.hours} lines={curves.quality} format={score} />
          <TimePlot
            title="Price of learning, points of quality per content"
            times={curves.hours}
            lines={curves.price}
            format={score}
          />
          <TimePlot
            title="Instances and load"
            times={curves.steps}
            lines={curves.instances}
            format={score}
            isFromZero
          />
        </div>
      )}
    </Panel>
  );
}
