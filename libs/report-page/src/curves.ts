import type { Estimate } from '@contentflow/contracts';
import { MINUTE_MS } from '@contentflow/kernel';
import type { HourOfPerformance, ReportSeries } from '@contentflow/ledger';
import { count, figures } from './figures.ts';
import type { Html } from './html.ts';
import { plotFigure, type Point } from './plot.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** An hour's mean stands in its middle. */
const HALF_HOUR_MS = 30 * MINUTE_MS;
const LOAD_STEP_MINUTES = 10;

/** Each metric, and what readers say, against the holdback. */
export function curvesOf(hours: readonly HourOfPerformance[], span: Span): Html[] {
  const metrics = figures.map(({ metric, title, format, bounds }) =>
    againstHoldback(title, format, hours, span, ({ initial, current }) => [initial[metric], current[metric]], bounds),
  );
  const isRated = hours.some(({ rating }) => rating.initial ?? rating.current);
  const rated = againstHoldback(
    'Readers’ ratings, 1–5',
    (value) => value.toFixed(1),
    hours,
    span,
    ({ rating }) => [rating.initial, rating.current],
    [1, 5],
  );
  return isRated ? [...metrics, rated] : metrics;
}

function againstHoldback(
  title: string,
  format: (value: number) => string,
  hours: readonly HourOfPerformance[],
  span: Span,
  of: (hour: HourOfPerformance) => [holdback: Estimate | null, current: Estimate | null],
  [least, most]: readonly [least: number, most: number],
): Html {
  const points = (arm: 0 | 1): Point[] =>
    hours.flatMap((hour) => {
      const estimate = of(hour)[arm];
      if (!estimate) return [];
      const time = Math.min(span.to, hour.from + HALF_HOUR_MS);
      return [{ time, ...estimate, lower: Math.max(least, estimate.lower), upper: Math.min(most, estimate.upper) }];
    });
  return plotFigure({
    title,
    format,
    ...span,
    lines: [
      { name: 'holdback', color: 'holdback', points: points(0) },
      { name: 'current', color: 'current', points: points(1) },
    ],
  });
}

/** Whether instances followed load. */
export function loadFigure(load: ReportSeries['load'], span: Span): Html {
  // The last step may still have been going on.
  const steps = load.slice(0, -1);
  return plotFigure({
    title: 'Instances and load',
    format: (value) => value.toFixed(value % 1 === 0 ? 0 : 1),
    ...span,
    isFromZero: true,
    lines: [
      {
        name: 'briefs per minute',
        color: 'load',
        points: steps.map(({ from, accepted }) => ({ time: from, value: accepted / LOAD_STEP_MINUTES })),
      },
      {
        name: 'instances',
        color: 'current',
        isStepped: true,
        points: steps.map(({ from, instances }) => ({ time: from, value: instances })),
      },
    ],
  });
}

/** What learning was expected to take of quality, and took, over all contents. */
export function priceFigure(hours: readonly HourOfPerformance[], { from, to }: Span): Html {
  const at = ({ from: begin }: HourOfPerformance): number => Math.min(to, begin + HALF_HOUR_MS);
  return plotFigure({
    title: 'Price of learning, points of quality per content',
    format: (value) => value.toFixed(2).replace('-', '−'),
    from,
    to,
    isFromZero: true,
    lines: [
      {
        name: 'expected',
        color: 'holdback',
        points: hours.flatMap((hour) =>
          hour.learning ? [{ time: at(hour), value: hour.learning.quality_expected }] : [],
        ),
      },
      {
        name: 'observed',
        color: 'current',
        points: hours.flatMap((hour) => {
          const price = hour.learning?.quality;
          return price ? [{ time: at(hour), ...price }] : [];
        }),
      },
    ],
  });
}

/** How learning went on: what was concluded, and what of it is in force. */
export function learningFigure(learning: ReportSeries['learning'], { from, to }: Span): Html {
  const last = learning.at(-1);
  const steps = [{ time: from, concluded: 0, inForce: 0 }, ...learning, ...(last ? [{ ...last, time: to }] : [])];
  return plotFigure({
    title: 'Learning',
    format: count,
    from,
    to,
    isFromZero: true,
    lines: [
      {
        name: 'experiments concluded',
        color: 'holdback',
        isStepped: true,
        points: steps.map(({ time, concluded }) => ({ time, value: concluded })),
      },
      {
        name: 'improvements in force',
        color: 'current',
        isStepped: true,
        points: steps.map(({ time, inForce }) => ({ time, value: inForce })),
      },
    ],
  });
}
