import type { DayOutcome } from '../day-outcome.ts';
import type { ComparedFigure, Comparison } from '../many-days.ts';
import { change, count } from './figures.ts';
import { type Html, html } from './html.ts';
import { pageOf, section, table } from './page.ts';
import { at, scale } from './plot.ts';

/** What the figures are called, in the table over all days and in the one day by day. */
const names: Readonly<Record<string, readonly [long: string, short: string]>> = {
  timeImprovement: ['Time, improvement against the holdback', 'Time'],
  costImprovement: ['Cost, improvement against the holdback', 'Cost'],
  qualityChange: ['Quality, change against the holdback', 'Quality'],
  successChange: ['Success rate, change against the holdback', 'Success'],
  shareOfOracleGain: ['Share of the oracle’s gain', 'Of the oracle'],
  experiments: ['Experiments', 'Experiments'],
  applied: ['Improvements applied', 'Applied'],
  inForce: ['Improvements in force at the end', 'In force'],
  rolledBack: ['Improvements rolled back', 'Rolled back'],
  machineHours: ['Machine hours', 'Machine hours'],
  generations: ['Generations', 'Generations'],
  wallSeconds: ['Seconds it took to run', 'Seconds'],
  peakMemoryMb: ['Largest memory, MB', 'Memory, MB'],
};
const isRelative = (figure: string): boolean => /Improvement$|Change$|^share/.test(figure);

/** Many simulated days: each figure's median with its interval, its range, and every day as a dot. */
export function renderComparisonPage(comparison: Comparison): string {
  const { world, baseline, days, failed, meetsAll, withAnythingApplied, figures, outcomes } = comparison;
  return pageOf({
    title: `${count(days)} days in the world “${world}”`,
    subtitle: baseline === null ? 'as ContentFlow learns' : `baseline: ${baseline}`,
    simulated: true,
    body: html`
      ${section(
        'Over all days',
        true,
        html`<p>
            <strong>${meetsAll} of ${days}</strong> days met every aim together; something was applied in
            ${withAnythingApplied}${failed.length > 0 && `; ${failed.length} failed to run`}.
          </p>
          ${table(
            ['Figure', 'Median', '95 % interval of the median', 'Least to most', 'Each day'],
            figures.map((figure) => figureRow(figure, outcomes)),
          )}`,
      )}
      ${section('Day by day', true, daysTable(figures, outcomes))}
      ${
        failed.length > 0 &&
        section(
          'Failed to run',
          true,
          table(
            ['Seed', 'Error'],
            failed.map(({ seed, error }) => [seed, error]),
          ),
        )
      }
    `,
  });
}

function figureRow(compared: ComparedFigure, outcomes: readonly DayOutcome[]): (Html | string)[] {
  const { figure, median, lower, upper, least, most } = compared;
  return [
    names[figure]?.[0] ?? figure,
    html`<strong>${told(figure, median)}</strong>`,
    `${told(figure, lower)} to ${told(figure, upper)}`,
    `${told(figure, least)} to ${told(figure, most)}`,
    strip(compared, outcomes),
  ];
}

function told(figure: string, value: number | null): string {
  if (value === null) return '–';
  if (isRelative(figure)) return change(value);
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

const STRIP = { width: 240, height: 24 };

/** Every day as a dot, the median's interval as a bar behind them. */
function strip({ figure, least, most, lower, upper }: ComparedFigure, outcomes: readonly DayOutcome[]): Html | string {
  if (least === null || most === null || lower === null || upper === null) return '–';
  const [from, to] = isRelative(figure) ? [Math.min(0, least), Math.max(0, most)] : [least, most];
  const x = scale(from, to, 6, STRIP.width - 6);
  return html`<svg
    class="strip"
    viewBox="0 0 ${STRIP.width} ${STRIP.height}"
    role="img"
    aria-label="${told(figure, least)} to ${told(figure, most)}"
  >
    ${isRelative(figure) && html`<line class="grid" x1="${at(x(0))}" x2="${at(x(0))}" y1="0" y2="${STRIP.height}" />`}
    <rect
      class="band"
      x="${at(x(lower))}"
      y="3"
      width="${at(Math.max(1, x(upper) - x(lower)))}"
      height="${STRIP.height - 6}"
    />
    ${outcomes.map((outcome) => {
      const value = valueOf(outcome, figure);
      return (
        value !== null &&
        html`<circle class="dot" cx="${at(x(value))}" cy="12" r="3"
          ><title>seed ${outcome.seed}: ${told(figure, value)}</title></circle
        >`
      );
    })}
  </svg>`;
}

function daysTable(figures: Comparison['figures'], outcomes: readonly DayOutcome[]): Html {
  const shown = figures.filter(({ figure }) => figure !== 'wallSeconds' && figure !== 'peakMemoryMb');
  return table(
    ['Seed', 'All aims', ...shown.map(({ figure }) => names[figure]?.[1] ?? figure)],
    outcomes.map((outcome) => [
      outcome.seed,
      outcome.meetsAll ? html`<span class="good">met</span>` : html`<span class="muted">not all</span>`,
      ...shown.map(({ figure }) => told(figure, valueOf(outcome, figure))),
    ]),
  );
}

function valueOf(outcome: DayOutcome, figure: string): number | null {
  const value = (outcome as unknown as Readonly<Record<string, unknown>>)[figure];
  return typeof value === 'number' ? value : null;
}
