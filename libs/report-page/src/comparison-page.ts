import { type DayFigure, dayFigures, formatted, valueOf } from './day-figures.ts';
import type { DayOutcome } from './day-outcome.ts';
import type { ComparedFigure, Comparison, Comparisons } from './comparison.ts';
import { count } from './figures.ts';
import { type Html, html } from './html.ts';
import { pageOf, section, table } from './page.ts';
import { at, scale } from './plot.ts';

/** Many simulated days: each figure's median with its interval, its range, and every day as a dot; world beside world, rules beside rules. */
export function renderComparisonPage({ comparisons }: Comparisons): string {
  const days = comparisons.reduce((sum, each) => sum + each.days, 0);
  return pageOf({
    title: `${count(days)} simulated days`,
    subtitle: comparisons.map(nameOf).join(' · '),
    simulated: true,
    body: html`
      ${comparisons.length > 1 && section('Side by side: medians', true, sideBySide(comparisons))}
      ${comparisons.map(sectionsOf)}
    `,
  });
}

const nameOf = ({ world, baseline }: Comparison): string => (baseline === null ? world : `${world} (${baseline})`);

function sideBySide(comparisons: readonly Comparison[]): Html {
  const counts: [string, (comparison: Comparison) => string][] = [
    ['Days', ({ days }) => `${days}`],
    ['Days that met every aim', ({ meetsAll }) => `${meetsAll}`],
    ['Days with anything applied', ({ withAnythingApplied }) => `${withAnythingApplied}`],
    ['Days that ended with something harmful in force', ({ withHarmInForce }) => `${withHarmInForce}`],
    ['Days on which all decay was undone', ({ decayReverted }) => `${decayReverted.days} of ${decayReverted.of}`],
  ];
  return table(
    ['Figure', ...comparisons.map(nameOf)],
    [
      ...counts.map(([title, of]) => [title, ...comparisons.map(of)]),
      ...dayFigures.map(({ title, kind }, index) => [
        title,
        ...comparisons.map(({ figures }) => formatted(kind, figures[index]?.median ?? null)),
      ]),
    ],
  );
}

function sectionsOf(comparison: Comparison): Html {
  const { days, failed, meetsAll, withAnythingApplied, figures, outcomes } = comparison;
  const name = nameOf(comparison);
  return html`
    ${section(
      `${name}: over all days`,
      true,
      html`<p>
          <strong>${meetsAll} of ${days}</strong> days met every aim together; something was applied in
          ${withAnythingApplied}${failed.length > 0 && `; ${failed.length} failed to run`}.
        </p>
        ${table(
          ['Figure', 'Median', '95 % interval of the median', 'Least to most', 'Each day'],
          figures.map((figure, index) => figureRow(dayFigures[index] as DayFigure, figure, outcomes)),
        )}`,
    )}
    ${section(`${name}: day by day`, true, daysTable(outcomes))}
    ${
      failed.length > 0 &&
      section(
        `${name}: failed to run`,
        true,
        table(
          ['Seed', 'Error'],
          failed.map(({ seed, error }) => [seed, error]),
        ),
      )
    }
  `;
}

function figureRow(shown: DayFigure, compared: ComparedFigure, outcomes: readonly DayOutcome[]): (Html | string)[] {
  const { median, lower, upper, least, most } = compared;
  const say = (value: number | null): string => formatted(shown.kind, value);
  return [
    shown.title,
    html`<strong>${say(median)}</strong>`,
    `${say(lower)} to ${say(upper)}`,
    `${say(least)} to ${say(most)}`,
    strip(shown, compared, outcomes),
  ];
}

const STRIP = { width: 240, height: 24 };

/** Every day as a dot, the median's interval as a bar behind them. */
function strip(
  { figure, kind }: DayFigure,
  { least, most, lower, upper }: ComparedFigure,
  outcomes: readonly DayOutcome[],
): Html | string {
  if (least === null || most === null || lower === null || upper === null) return '–';
  const isRelative = kind === 'change';
  const [from, to] = isRelative ? [Math.min(0, least), Math.max(0, most)] : [least, most];
  const x = scale(from, to, 6, STRIP.width - 6);
  return html`<svg
    class="strip"
    viewBox="0 0 ${STRIP.width} ${STRIP.height}"
    role="img"
    aria-label="${formatted(kind, least)} to ${formatted(kind, most)}"
  >
    ${isRelative && html`<line class="grid" x1="${at(x(0))}" x2="${at(x(0))}" y1="0" y2="${STRIP.height}" />`}
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
          ><title>seed ${outcome.seed}: ${formatted(kind, value)}</title></circle
        >`
      );
    })}
  </svg>`;
}

function daysTable(outcomes: readonly DayOutcome[]): Html {
  const shown = dayFigures.filter(({ figure }) => figure !== 'wallSeconds' && figure !== 'peakMemoryMb');
  return table(
    ['Seed', 'All aims', ...shown.map(({ short }) => short)],
    outcomes.map((outcome) => [
      outcome.seed,
      outcome.meetsAll ? html`<span class="good">met</span>` : html`<span class="muted">not all</span>`,
      ...shown.map(({ figure, kind }) => formatted(kind, valueOf(outcome, figure))),
    ]),
  );
}
