import type { Estimate } from '@contentflow/contracts';
import type { HourOfPerformance, ReportSeries } from '@contentflow/ledger';
import { count } from '../format.ts';
import type { Line } from './time-plot.tsx';

export interface Curves {
  /** Epoch seconds. */
  readonly hours: readonly number[];
  readonly steps: readonly number[];
  readonly time: readonly Line[];
  readonly cost: readonly Line[];
  readonly quality: readonly Line[];
  readonly price: readonly Line[];
  readonly instances: readonly Line[];
}

const STEP_MINUTES = 10;

/** The report's series as lines to plot. The load's last step is still going on, and left out. */
export function curvesOf({ hours, load }: ReportSeries): Curves {
  const steps = load.slice(0, -1);
  return {
    hours: hours.map(({ from }) => from / 1000),
    steps: steps.map(({ from }) => from / 1000),
    time: againstHoldback(hours, 'avg_generation_time'),
    cost: againstHoldback(hours, 'cost_per_content'),
    quality: againstHoldback(hours, 'quality_score'),
    price: [
      { name: 'expected', color: 'holdback', values: hours.map(({ learning }) => learning?.quality_expected ?? null) },
      { name: 'observed', color: 'current', ...bandOf(hours.map(({ learning }) => learning?.quality ?? null)) },
    ],
    instances: [
      {
        name: 'instances',
        color: 'current',
        values: steps.map(({ instances }) => instances),
        isStepped: true,
        format: count,
      },
      { name: 'briefs per minute', color: 'load', values: steps.map(({ accepted }) => accepted / STEP_MINUTES) },
    ],
  };
}

function againstHoldback(hours: readonly HourOfPerformance[], metric: keyof HourOfPerformance['initial']): Line[] {
  return [
    { name: 'holdback', color: 'holdback', ...bandOf(hours.map(({ initial }) => initial[metric])) },
    { name: 'current', color: 'current', ...bandOf(hours.map(({ current }) => current[metric])) },
  ];
}

const bandOf = (estimates: readonly (Estimate | null)[]): Pick<Line, 'values' | 'lower' | 'upper'> => ({
  values: estimates.map((each) => each?.value ?? null),
  lower: estimates.map((each) => each?.lower ?? null),
  upper: estimates.map((each) => each?.upper ?? null),
});
