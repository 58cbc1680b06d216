import type { Estimate, Report } from '@contentflow/contracts';
import { asMoney } from '@contentflow/ledger';

/** How the report's figures are written, and which way is the better one. */
export type ReportedMetric = keyof Report['system_evolution']['initial_performance'];

export interface Figure {
  readonly metric: ReportedMetric;
  readonly title: string;
  readonly format: (value: number) => string;
  readonly isLowerBetter: boolean;
  /** What it can be at all: an interval that knows no bounds is drawn within these. */
  readonly bounds: readonly [least: number, most: number];
}

export const figures: readonly Figure[] = [
  {
    metric: 'avg_generation_time',
    title: 'Generation time',
    format: duration,
    isLowerBetter: true,
    bounds: [0, Infinity],
  },
  { metric: 'cost_per_content', title: 'Cost per content', format: money, isLowerBetter: true, bounds: [0, Infinity] },
  {
    metric: 'quality_score',
    title: 'Quality, 0–10',
    format: (value) => value.toFixed(2),
    isLowerBetter: false,
    bounds: [0, 10],
  },
  { metric: 'success_rate', title: 'Success rate', format: share, isLowerBetter: false, bounds: [0, 1] },
];

/** `850 ms`, `4.3 s`, `45 s` */
export function duration(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Cents matter where a text costs less than one. */
export function money(amount: number): string {
  const size = Math.abs(amount);
  return size > 0 && size < 0.1 ? `${amount < 0 ? '−' : ''}$${size.toPrecision(2)}` : asMoney(amount);
}

export function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** `−34 %` */
export function change(value: number): string {
  const percent = (100 * value).toFixed(1).replace('-', '−');
  return `${value > 0 ? '+' : ''}${percent} %`;
}

export const count = (n: number): string => n.toLocaleString('en-US');
export const words = (name: string): string => name.replaceAll('_', ' ');
export const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `2026-01` */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

export type Verdict = 'better' | 'worse' | 'no clear difference';

/** What an interval allows to say. */
export function verdictOf({ lower, upper }: Estimate, isLowerBetter: boolean): Verdict {
  if (lower <= 0 && upper >= 0) return 'no clear difference';
  return upper < 0 === isLowerBetter ? 'better' : 'worse';
}
