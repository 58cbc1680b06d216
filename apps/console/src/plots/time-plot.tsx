import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import { useColorScheme } from './color-scheme.ts';

export interface Line {
  readonly name: string;
  /** The name of a colour of the page: `--plot-current`. */
  readonly color: 'current' | 'holdback' | 'load';
  readonly values: readonly (number | null)[];
  readonly lower?: readonly (number | null)[];
  readonly upper?: readonly (number | null)[];
  readonly isStepped?: boolean;
  /** Where it differs from the plot's own. */
  readonly format?: (value: number | null) => string;
}

interface TimePlotProps {
  readonly title: string;
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly format: (value: number | null) => string;
  readonly isFromZero?: boolean;
}

const HEIGHT = 180;

/** Lines over time with their bands; pointing at it reads the values out. */
export function TimePlot({ title, times, lines, format, isFromZero = false }: TimePlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [pointed, setPointed] = useState<number>();
  const scheme = useColorScheme();
  const shape = lines.map(({ name, lower }) => `${name}${lower ? ' band' : ''}`).join();
  const latest = useRef({ times, lines, format, isFromZero });
  latest.current = { times, lines, format, isFromZero };

  useEffect(() => {
    const box = place.current as HTMLDivElement;
    const now = latest.current;
    const made = new uPlot(optionsFor(box, now, setPointed), dataOf(now.times, now.lines), box);
    plot.current = made;
    const resizing = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    resizing.observe(box);
    return () => {
      resizing.disconnect();
      made.destroy();
    };
  }, [scheme, shape]);

  useEffect(() => plot.current?.setData(dataOf(times, lines)), [times, lines]);

  const at = pointed ?? lastComplete(lines, times.length);
  return (
    <figure>
      <figcaption>
        <h3>{title}</h3>
        {lines.map(({ name, color, values, format: ofLine = format }) => (
          <span key={name} className={`key ${color}`}>
            {name} <b>{ofLine(values[at] ?? null)}</b>
          </span>
        ))}
        <span className="muted">{hourOf(times[at])}</span>
      </figcaption>
      <div ref={place} className="plot" aria-hidden="true" />
    </figure>
  );
}

/** The last time that every line has a value of; the present hour may have none of the holdback yet. */
function lastComplete(lines: readonly Line[], length: number): number {
  for (let i = length - 1; i >= 0; i--) if (lines.every(({ values }) => values[i] != null)) return i;
  return length - 1;
}

const hourOf = (time: number | undefined): string =>
  time === undefined ? '' : new Date(time * 1000).toISOString().slice(11, 16);

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  const series = lines.flatMap(({ values, lower, upper }) => (lower && upper ? [values, upper, lower] : [values]));
  return [[...times], ...series.map((values) => [...values])];
}

function optionsFor(
  box: HTMLElement,
  { lines, format, isFromZero }: Pick<TimePlotProps, 'lines' | 'format' | 'isFromZero'>,
  onPointerMoved: (index: number | undefined) => void,
): uPlot.Options {
  const color = (name: string): string => getComputedStyle(box).getPropertyValue(`--plot-${name}`).trim();
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  for (const line of lines) {
    const stroke = color(line.color);
    const paths = line.isStepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    series.push({ stroke, width: 2, spanGaps: true, points: { size: 4, fill: stroke }, ...(paths ? { paths } : {}) });
    if (!line.lower) continue;
    bands.push({ series: [series.length, series.length + 1], fill: color(`${line.color}-band`) });
    series.push(bandEdge, bandEdge);
  }
  const axis = { stroke: color('text'), grid: { stroke: color('grid'), width: 1 }, ticks: { show: false } };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    series,
    bands,
    legend: { show: false },
    ...(isFromZero ? { scales: { y: { range: (_, _least, most) => [0, Math.max(1, most * 1.1)] } } } : {}),
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
    axes: [
      { ...axis, size: 26, space: 60, values: (_, times) => times.map((time) => hourOf(time)) },
      { ...axis, size: 56, space: 32, values: (_, values) => values.map((value) => format(value)) },
    ],
    hooks: { setCursor: [({ cursor }) => onPointerMoved(cursor.idx ?? undefined)] },
  };
}

const bandEdge: uPlot.Series = { width: 0, stroke: 'transparent', points: { show: false }, spanGaps: true };
