import { DAY_MS, type Random, seededRandom } from '@contentflow/kernel';
import type { SeriesRow } from '../backtests/series.ts';
import { probationOf, type LabelledSeries } from './anomaly-score.ts';

/** Series as services have them, each with up to three planted anomalies, to see whether a detector does well on what it was not chosen by. */
export const madeKinds = ['daily load', 'price', 'traffic', 'machine', 'latency', 'counts', 'nothing wrong'] as const;
export type MadeKind = (typeof madeKinds)[number];

interface Recipe {
  readonly steps: number;
  readonly stepMs: number;
  /** Share of steps after which some are missing. */
  readonly gaps: number;
  readonly isWhole: boolean;
  readonly valueAt: (at: Moment, random: Random) => number;
}

interface Moment {
  /** Of the day, in radians. */
  readonly angle: number;
  readonly hour: number;
  readonly isWorkday: boolean;
  /** A standard deviation of 1, half forgotten after three steps. */
  readonly wandering: number;
  /** A slow random walk. */
  readonly drifting: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export function madeSeries(seed: string, perKind = 4): LabelledSeries[] {
  return madeKinds.flatMap((kind) =>
    Array.from({ length: perKind }, (_, i) => labelled(kind, i, seededRandom(`${seed}/${kind}/${i}`))),
  );
}

function labelled(kind: MadeKind, i: number, random: Random): LabelledSeries {
  const recipe = recipeOf(kind, i, random);
  const rows = rowsOf(recipe, random);
  const places = kind === 'nothing wrong' ? [] : placesOf(1 + random.below(3), rows.length, random);
  const perDay = DAY_MS / recipe.stepMs;
  for (const at of places) plant(rows, at, perDay, random);
  if (recipe.isWhole) rows.forEach((row, at) => (rows[at] = { ...row, value: Math.max(0, Math.round(row.value)) }));
  // As the benchmark has it: a tenth of the series in windows about the anomalies.
  const half = Math.floor(rows.length / 20 / Math.max(1, places.length));
  const windows = places.map(
    (at) => [Math.max(probationOf(rows), at - half), Math.min(rows.length - 1, at + half)] as const,
  );
  return { name: `${kind}/${i}`, rows, windows };
}

function recipeOf(kind: MadeKind, i: number, random: Random): Recipe {
  const phase = 2 * Math.PI * random.next();
  const roughness = 0.02 + 0.15 * random.next();
  const tail = 1 + 2 * random.next();
  const weekend = random.next() < 0.5 ? 1 : 1 - 0.4 * random.next();
  const wave = (angle: number): number => 1 + 0.7 * Math.sin(angle + phase) + 0.3 * Math.sin(2 * angle + 1 + phase);
  const daily = ({ angle, isWorkday, wandering }: Moment): number =>
    1000 * ((isWorkday ? 1 : weekend) * wave(angle) + 1.2 + roughness * wandering);
  const plain = { steps: 4032, stepMs: 5 * MINUTE, gaps: 0, isWhole: false };
  switch (kind) {
    case 'daily load': {
      const [steps, stepMs] = i % 3 === 0 ? [4032, 5 * MINUTE] : i % 3 === 1 ? [10_000, 30 * MINUTE] : [7000, HOUR];
      return { ...plain, steps, stepMs, valueAt: daily };
    }
    case 'price':
      return {
        ...plain,
        steps: 1600,
        stepMs: HOUR,
        valueAt: ({ angle, wandering }, draw) =>
          Math.exp(0.25 * Math.sin(angle + phase) + 0.25 * wandering + 0.08 * tail * draw.normal()) *
          (draw.next() < 0.01 ? 1 + 1.2 * draw.next() : 1),
      };
    case 'traffic':
      return {
        steps: 1200 + random.below(1300),
        stepMs: 10 * MINUTE,
        gaps: 0.2,
        isWhole: true,
        valueAt: ({ hour, isWorkday }, draw) => {
          const rush = isWorkday ? Math.exp(-((hour - 8) ** 2) / 2) + Math.exp(-((hour - 17.5) ** 2) / 3) : 0.1;
          const jam = draw.next() < 0.02 ? 20 * draw.next() : 0;
          return Math.max(3, 75 - 25 * rush * (0.6 + 0.5 * draw.next()) + 4 * draw.normal() - jam);
        },
      };
    case 'machine':
      return {
        ...plain,
        ...(i % 2 === 0 ? { steps: 22_000 } : { steps: 7200, stepMs: HOUR }),
        valueAt: ({ angle, wandering, drifting }) => 85 + 40 * drifting + 0.9 * wandering + 3 * Math.sin(angle),
      };
    case 'latency':
      return {
        ...plain,
        valueAt: ({ angle }, draw) =>
          45 + 2 * draw.normal() * (1 + 0.3 * Math.sin(angle)) + (draw.next() < 0.01 ? 12 * tail * draw.next() : 0),
      };
    case 'counts':
      return {
        ...plain,
        isWhole: true,
        valueAt: ({ angle, wandering }, draw) => {
          const mean = Math.exp(2.5 + 0.8 * Math.sin(angle + phase) + 0.2 * wandering);
          return mean + Math.sqrt(mean) * draw.normal();
        },
      };
    case 'nothing wrong':
      return {
        ...plain,
        valueAt:
          [
            (_: Moment, draw: Random) => 50 + 5 * draw.normal(),
            daily,
            ({ wandering }: Moment) => Math.exp(0.5 * wandering),
            ({ angle }: Moment) => Math.floor(20 * wave(angle)),
          ][i % 4] ?? daily,
      };
  }
}

function rowsOf({ steps, stepMs, gaps, valueAt }: Recipe, random: Random): SeriesRow[] {
  let timestamp = 0;
  let wandering = 0;
  let drifting = 0;
  return Array.from({ length: steps }, () => {
    wandering = 0.8 * wandering + 0.6 * random.normal();
    drifting = 0.999 * (drifting + 0.02 * random.normal());
    const share = (timestamp % DAY_MS) / DAY_MS;
    const isWorkday = Math.floor(timestamp / DAY_MS) % 7 < 5;
    const moment = { angle: 2 * Math.PI * share, hour: 24 * share, isWorkday, wandering, drifting };
    const row = { timestamp, value: valueAt(moment, random) };
    timestamp += stepMs * (random.next() < gaps ? 1 + random.below(5) : 1);
    return row;
  });
}

function placesOf(count: number, length: number, random: Random): number[] {
  const places: number[] = [];
  for (let tries = 0; places.length < count && tries < 100; tries++) {
    const at = Math.floor(length * (0.22 + 0.71 * random.next()));
    if (places.every((other) => Math.abs(other - at) > 0.12 * length)) places.push(at);
  }
  return places.sort((a, b) => a - b);
}

/** A spike, a new level, a drift, a stand-still, more noise, or another time of the day. */
function plant(rows: SeriesRow[], at: number, perDay: number, random: Random): void {
  const before = rows.map(({ value }) => value);
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const sd = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length);
  const length = Math.max(6, Math.round(perDay * (0.15 + 0.5 * random.next())));
  const sign = random.next() < 0.7 ? 1 : -1;
  const height = 4 + 3 * random.next();
  const shapes: readonly [lengths: number, (i: number) => number][] = [
    [1 / length, (i) => (before[i] as number) + sign * height * sd],
    [4, (i) => (before[i] as number) + 2 * sign * sd],
    [1, (i) => (before[i] as number) + (4 * sd * (i - at)) / length],
    [1.2, () => (before[at - 1] as number) + 0.01 * sd * random.normal()],
    [1, (i) => (before[i] as number) + 2 * sd * random.normal()],
    [1, (i) => 0.5 * (before[Math.max(0, i - Math.round(perDay / 2))] as number) + 0.1 * sd * random.normal()],
  ];
  const [lengths, valueAt] = random.pick(shapes);
  for (let i = at; i < Math.min(rows.length, at + Math.max(1, length * lengths)); i++)
    rows[i] = { ...(rows[i] as SeriesRow), value: valueAt(i) };
}
