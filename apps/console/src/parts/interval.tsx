import type { Estimate } from '@contentflow/contracts';
import { change, estimatedChange, isPrecise } from '../format.ts';

/** Half of what is drawn at least, and at most: wider intervals run out of the picture. */
const LEAST = 0.1;
const MOST = 1;

/** How wide a picture must be for these intervals. */
export const spanOf = (estimates: readonly Estimate[]): number =>
  Math.min(MOST, Math.max(LEAST, ...estimates.filter(isPrecise).flatMap(({ lower, upper }) => [-lower, upper])) * 1.1);

interface IntervalProps {
  readonly estimate: Estimate;
  readonly span: number;
  /** What it may lose, relative; drawn as a line where it is known. */
  readonly margin?: number | undefined;
}

/** A change with its interval around nothing: what lies wholly on one side is known to differ. */
export function Interval({ estimate, span, margin }: IntervalProps) {
  if (!isPrecise(estimate)) return <span className="muted">too early to tell</span>;
  const at = (value: number): number => Math.min(100, Math.max(0, 50 + (50 * value) / span));
  const { value, lower, upper } = estimate;
  return (
    <span className="interval">
      <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        <line className="zero" x1="50" x2="50" y1="0" y2="12" />
        {margin !== undefined && <line className="margin" x1={at(margin)} x2={at(margin)} y1="0" y2="12" />}
        <line className="range" x1={at(lower)} x2={at(upper)} y1="6" y2="6" />
        <line className="middle" x1={at(value)} x2={at(value)} y1="2" y2="10" />
      </svg>
      <span title={`95 % interval: ${change(lower)} to ${change(upper)}`}>{estimatedChange(estimate)}</span>
    </span>
  );
}
