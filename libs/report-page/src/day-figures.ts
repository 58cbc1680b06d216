import { HOUR_MS } from '@contentflow/kernel';
import type { DayOutcome } from './day-outcome.ts';

/** How a figure of a day is told: a share that may be negative, a share of all, a count, a number, milliseconds in hours. */
export type FigureKind = 'change' | 'share' | 'count' | 'number' | 'duration';

/** A figure that days are compared by. */
export interface DayFigure {
  readonly figure: keyof DayOutcome;
  readonly title: string;
  readonly short: string;
  readonly kind: FigureKind;
}

const figure = (name: keyof DayOutcome, kind: FigureKind, short: string, title = short): DayFigure => ({
  figure: name,
  title,
  short,
  kind,
});

/** Every figure that days are compared by, in the order in which it is shown. */
export const dayFigures: readonly DayFigure[] = [
  figure('timeImprovement', 'change', 'Time', 'Time, improvement against the holdback'),
  figure('costImprovement', 'change', 'Cost', 'Cost, improvement against the holdback'),
  figure('qualityChange', 'change', 'Quality', 'Quality, change against the holdback'),
  figure('successChange', 'change', 'Success', 'Success rate, change against the holdback'),
  figure('shareOfOracleGain', 'change', 'Of the oracle', 'Share of the oracle’s gain'),
  figure('shareWithinMargins', 'change', 'Within margins', 'Share of what an oracle gains that keeps to the margins'),
  figure('shareOfOracleQuality', 'change', 'Of its quality', 'Share of what the oracle gains in quality'),
  figure('oracleTime', 'change', 'Oracle: time', 'Time, what the oracle would have saved'),
  figure('oracleCost', 'change', 'Oracle: cost', 'Cost, what the oracle would have saved'),
  figure('oracleQuality', 'change', 'Oracle: quality', 'Quality, what the oracle would have gained'),
  figure('experiments', 'count', 'Experiments'),
  figure('applied', 'count', 'Applied', 'Improvements applied'),
  figure('inForce', 'count', 'In force', 'Improvements in force at the end'),
  figure('rolledBack', 'count', 'Rolled back', 'Improvements rolled back'),
  figure('harmfulApplied', 'count', 'Harmful applied', 'Applied though truly worse than their margin'),
  figure('harmfulInForce', 'count', 'Harmful in force', 'Truly worse than their margin and in force at the end'),
  figure('decayed', 'count', 'Decayed', 'Improvements that the truth turned against'),
  figure('decayedRolledBack', 'count', 'Decay undone', 'Those of them that were rolled back'),
  figure('rollBackMs', 'duration', 'Decay lasted', 'From the turn of the truth to the rollback'),
  figure(
    'exposureToHarm',
    'share',
    'Exposed to harm',
    'Share of generations truly worse than generation 0 by more than the margin',
  ),
  figure(
    'qualityLossFirstHours',
    'number',
    'Loss, first hours',
    'Points of true quality lost against generation 0 in the first three hours',
  ),
  figure(
    'qualityLossAtEnd',
    'number',
    'Loss at the end',
    'Points of true quality lost against generation 0 in the last two hours, by the content type that lost most',
  ),
  figure('lateHarmMs', 'duration', 'Late harm lasted', 'From a model’s turn for the worse until it is no longer felt'),
  figure('lateShare', 'share', 'Late', 'Share of contents that waited too long for an instance'),
  figure('instancesToForesight', 'number', 'Instances', 'Instance-hours ÷ the least that could have done it'),
  figure('machineHours', 'number', 'Machine hours'),
  figure('ratingErrorFirst', 'number', 'Rating error, first', 'Error of predicted ratings, first 25'),
  figure('ratingErrorNow', 'number', 'Rating error, now', 'Error of predicted ratings, latest'),
  figure('generations', 'count', 'Generations'),
  figure('wallSeconds', 'number', 'Seconds', 'Seconds it took to run'),
  figure('peakMemoryMb', 'number', 'Memory, MB', 'Largest memory, MB'),
];

/** `+32.0 %`, `4.1 %`, `18`, `58.4`, `2.1 h`; a dash where nothing is known. */
export function formatted(kind: FigureKind, value: number | null): string {
  if (value === null) return '–';
  if (kind === 'change') return `${value < 0 ? '−' : '+'}${(100 * Math.abs(value)).toFixed(1)} %`;
  if (kind === 'share') return `${(100 * value).toFixed(1)} %`;
  if (kind === 'duration') return `${(value / HOUR_MS).toFixed(1)} h`;
  return value.toLocaleString('en-US', { maximumFractionDigits: kind === 'count' ? 1 : 2 });
}

export function valueOf(outcome: DayOutcome, name: keyof DayOutcome): number | null {
  const value = outcome[name];
  return typeof value === 'number' ? value : null;
}
