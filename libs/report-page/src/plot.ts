import { timeLabel, timeTicks, valueTicks } from './axis-ticks.ts';
import { type Html, html } from './html.ts';

/** One line of a plot, over times in epoch milliseconds or what else is across. */
export interface Line {
  readonly name: string;
  readonly color: 'current' | 'holdback' | 'load';
  readonly points: readonly Point[];
  readonly isStepped?: boolean;
}
export interface Point {
  readonly time: number;
  readonly value: number;
  /** Its band, where it has one. */
  readonly lower?: number;
  readonly upper?: number;
}

export interface Plot {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  readonly from: number;
  readonly to: number;
  readonly isFromZero?: boolean;
  /** What is across, where it is not time. */
  readonly across?: (value: number) => string;
}

const WIDTH = 640;
const HEIGHT = 220;
const margin = { left: 80, right: 10, top: 8, bottom: 24 };

type Scale = (value: number) => number;

/** Lines with their bands, drawn once: no script, sharp at any size, on paper too. */
export function plotFigure(plot: Plot): Html {
  const { title, lines, format, from, to, across } = plot;
  const [least, most] = valueRange(plot);
  const x = scale(from, to, margin.left, WIDTH - margin.right);
  const y = scale(least, most, HEIGHT - margin.bottom, margin.top);
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      ${lines.map(({ name, color }) => html`<span class="key ${color}">${name}</span>`)}
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${lines.map(inWords(format)).join('; ')}">
      ${across ? axis(valueTicks(from, to), across, x, HEIGHT) : timeAxis(from, to, x, HEIGHT)}
      ${valueTicks(least, most).map(
        (tick) =>
          html`<line
              class="grid"
              x1="${margin.left}"
              x2="${WIDTH - margin.right}"
              y1="${at(y(tick))}"
              y2="${at(y(tick))}"
            />
            <text x="${margin.left - 6}" y="${at(y(tick) + 4)}" text-anchor="end">${format(tick)}</text>`,
      )}
      ${lines.map(({ points, color }) => html`<path class="band ${color}" d="${bandPath(points, x, y)}" />`)}
      ${lines.map((line) => html`<path class="line ${line.color}" d="${linePath(line, x, y)}" />`)}
      ${lines.map(({ points, color, isStepped }) => !isStepped && points.map(dotOf(color, x, y, format, across ?? timeLabel, points.length)))}
    </svg>
  </figure>`;
}

function valueRange({ lines, isFromZero = false }: Plot): [least: number, most: number] {
  const all = lines.flatMap(({ points }) =>
    points.flatMap(({ value, lower = value, upper = value }) => [lower, upper]),
  );
  const least = isFromZero ? 0 : Math.min(...all);
  const most = Math.max(...all);
  if (all.length === 0) return [0, 1];
  const room = (most - least) * 0.06 || Math.abs(most) * 0.1 || 1;
  return [isFromZero ? 0 : least - room, most + room];
}

/** The times below a plot, and the lines that rise from them. */
export function timeAxis(from: number, to: number, x: Scale, height: number): Html {
  return axis(timeTicks(from, to), timeLabel, x, height);
}

function axis(ticks: readonly number[], label: (value: number) => string, x: Scale, height: number): Html {
  const foot = height - margin.bottom;
  return html`${ticks.map(
    (tick) =>
      html`<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${margin.top}" y2="${foot}" />
        <text x="${at(x(tick))}" y="${height - 6}" text-anchor="middle">${label(tick)}</text>`,
  )}`;
}

export function scale(from: number, to: number, start: number, end: number): Scale {
  const width = to - from || 1;
  return (value) => start + ((value - from) / width) * (end - start);
}

/** Tenths of a pixel are as fine as it gets. */
export const at = (pixels: number): string => (Math.round(pixels * 10) / 10).toString();

function linePath({ points, isStepped = false }: Line, x: Scale, y: Scale): string {
  return points
    .map(({ time, value }, i) => {
      if (i === 0) return `M${at(x(time))} ${at(y(value))}`;
      return isStepped ? `H${at(x(time))}V${at(y(value))}` : `L${at(x(time))} ${at(y(value))}`;
    })
    .join('');
}

function bandPath(points: readonly Point[], x: Scale, y: Scale): string {
  const banded = points.filter(({ lower, upper }) => lower !== undefined && upper !== undefined);
  if (banded.length === 0) return '';
  const upper = banded.map(({ time, upper: top }) => `${at(x(time))} ${at(y(top as number))}`);
  const lower = banded.map(({ time, lower: low }) => `${at(x(time))} ${at(y(low as number))}`).toReversed();
  return `M${[...upper, ...lower].join('L')}Z`;
}

/** Beyond this many, dots hide the line. */
const MAX_DOTS = 60;

const dotOf =
  (color: Line['color'], x: Scale, y: Scale, format: Plot['format'], label: (value: number) => string, of: number) =>
  ({ time, value, lower, upper }: Point): Html | false =>
    of <= MAX_DOTS &&
    html`<circle class="dot ${color}" cx="${at(x(time))}" cy="${at(y(value))}" r="2.5">
      <title>
        ${label(time)}
        ${format(value)}${lower !== undefined && upper !== undefined && ` (${format(lower)} to ${format(upper)})`}
      </title>
    </circle>`;

const inWords =
  (format: Plot['format']) =>
  ({ name, points }: Line): string => {
    const [first, last] = [points[0], points.at(-1)];
    return first && last ? `${name} from ${format(first.value)} to ${format(last.value)}` : `${name}: none`;
  };
