import { DAY_MS } from '@contentflow/kernel';
import { forecastNext, startForecast, type ForecastState, type LoadForecast } from '../forecast.ts';
import { stepOf, type SeriesRow } from './series.ts';

/** The even steps that an uneven series is seen in. Row times that are even already are the ends of its steps. */
interface StepGrid {
  /** Milliseconds. */
  readonly step: number;
  /** Steps in a day; 0 where a day is not a useful number of them. */
  readonly period: number;
  /** Steps ahead. */
  readonly horizon: number;
}

/** Finer steps than so many to the horizon tell nothing more of what comes at its end. */
const MOST_TO_HORIZON = 30;
const STEPS_A_DAY = { least: 12, most: 1500 };
/** By so much a step may be off a whole part of a day and still be meant as one. */
const SLACK = 0.01;

function gridOf(rows: readonly SeriesRow[], leadMs: number): StepGrid {
  const own = stepOf(rows) || leadMs || 1;
  const isEven = rows.every((row, i) => i === 0 || row.timestamp - (rows[i - 1] as SeriesRow).timestamp === own);
  const coarse = own * Math.ceil(leadMs / own / MOST_TO_HORIZON || 1);
  const daily = Math.round(DAY_MS / coarse);
  const step = !isEven && Math.abs(DAY_MS / daily - coarse) <= SLACK * coarse ? DAY_MS / daily : coarse;
  const period = daily >= STEPS_A_DAY.least && daily <= STEPS_A_DAY.most ? daily : 0;
  return { step, period, horizon: Math.max(1, Math.round(leadMs / step)) };
}

/** A forecast as it stood at some time, with what it was made from. */
export interface ForecastAt {
  readonly forecast: LoadForecast;
  readonly state: ForecastState;
  /** The last row that was known. */
  readonly last: SeriesRow;
}

/**
 * Forecasts of a series, each from the rows up to its time and nothing later: rows are taken into steps, of which one
 * without rows is unknown, not 0. Asked in order of time.
 * @param learned rows that the length of a step is read off
 */
export class SteppedForecasts {
  private readonly rows: readonly SeriesRow[];
  private readonly grid: StepGrid;
  /** All steps before the one that the last row lies in. */
  private closed: ForecastState;
  private taken = 0;
  private cell = 0;
  private inCell: number[] = [];
  /** As it stands so many steps after the last row, nothing having come since. */
  private ahead: { readonly cell: number; readonly state: ForecastState; readonly forecast: LoadForecast } | undefined;

  constructor(
    rows: readonly SeriesRow[],
    { leadMs, learned, coverage }: { leadMs: number; learned: readonly SeriesRow[]; coverage?: number },
  ) {
    this.rows = rows;
    this.grid = gridOf(learned, leadMs);
    const { horizon, period } = this.grid;
    this.closed = startForecast({ horizon, period, ...(coverage !== undefined && { coverage }) });
  }

  /** What was forecast at that time for one lead later; undefined before the first row. */
  at(time: number): ForecastAt | undefined {
    for (let row = this.rows[this.taken]; row && row.timestamp <= time; row = this.rows[++this.taken]) this.take(row);
    const last = this.rows[this.taken - 1];
    if (!last) return undefined;
    const target = Math.max(this.cell, this.whole(time - this.origin));
    let now = this.ahead ?? { cell: this.cell, ...forecastNext(this.closed, this.level()) };
    for (let missing = this.missing(target - now.cell); missing > 0; missing--)
      now = { cell: target, ...forecastNext(now.state, undefined) };
    this.ahead = now;
    return { forecast: now.forecast, state: now.state, last };
  }

  private get origin(): number {
    return this.rows[0]?.timestamp ?? 0;
  }

  /** Whole steps in a time; one that lacks the rounding of a number is whole. */
  private whole(ms: number): number {
    return Math.floor(ms / this.grid.step + 1e-9);
  }

  /** Of a gap longer than a week, what is left of its last one: by then all seasons are at the same place again. */
  private missing(steps: number): number {
    const { period, horizon } = this.grid;
    const week = Math.max(1, 7 * period);
    const most = Math.max(week, horizon);
    return steps > most ? most + (steps % week) : steps;
  }

  private take(row: SeriesRow): void {
    const cell = Math.round((row.timestamp - this.origin) / this.grid.step);
    if (cell > this.cell && this.inCell.length > 0) {
      this.closed = forecastNext(this.closed, this.level()).state;
      for (let missing = this.missing(cell - this.cell - 1); missing > 0; missing--)
        this.closed = forecastNext(this.closed, undefined).state;
      this.inCell = [];
    }
    this.cell = cell;
    this.inCell.push(row.value);
    this.ahead = undefined;
  }

  private level(): number {
    return this.inCell.reduce((sum, value) => sum + value / this.inCell.length, 0);
  }
}
