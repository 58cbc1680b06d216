import { backtestDetect } from '../backtests/detect.ts';
import type { SeriesRow } from '../backtests/series.ts';
import { ALARM_THRESHOLD } from '../detector.ts';
import type { Report } from './report.ts';

/** A series with the windows in which its anomalies lie, by first and last row. */
export interface LabelledSeries {
  readonly name: string;
  readonly rows: readonly SeriesRow[];
  readonly windows: readonly (readonly [first: number, last: number])[];
}

/** What an alarm costs and a found window brings, before position counts. */
export interface ScoringProfile {
  readonly falseAlarm: number;
  readonly missedWindow: number;
}

/** The profiles of the Numenta Anomaly Benchmark. */
export const PROFILES = {
  standard: { falseAlarm: 0.11, missedWindow: 1 },
  'few false alarms': { falseAlarm: 0.22, missedWindow: 1 },
  'few misses': { falseAlarm: 0.11, missedWindow: 2 },
} as const satisfies Record<string, ScoringProfile>;

/** The rows at the start that are not scored: 15 %, 750 at most. */
export const probationOf = (rows: readonly SeriesRow[]): number => Math.floor(Math.min(0.15 * rows.length, 750));

/** The detector on labelled series, as it comes and at one alarm line for all of them. */
export function benchDetector(
  series: readonly LabelledSeries[],
  report: Report,
): Record<keyof typeof PROFILES, number> {
  const alarms = series.map(({ rows }) =>
    backtestDetect(rows, { probation: probationOf(rows) }).rows.map((row) => row.anomaly_score >= ALARM_THRESHOLD),
  );
  report(`Detector: ${series.length} series, ${series.reduce((sum, { windows }) => sum + windows.length, 0)} windows`);
  const scored = Object.entries(PROFILES).map(([name, profile]) => {
    const score = anomalyScore(series, alarms, profile);
    report(`  ${name}: ${score.toFixed(1)}`);
    return [name, score];
  });
  return Object.fromEntries(scored) as Record<keyof typeof PROFILES, number>;
}

/**
 * Score of alarms over series: 100 for every window found at its first row and no false alarm, 0 for silence.
 * Source: Lavin and Ahmad (2015), "Evaluating Real-Time Anomaly Detection Algorithms", arXiv:1510.03336
 */
export function anomalyScore(
  series: readonly LabelledSeries[],
  alarms: readonly (readonly boolean[])[],
  profile: ScoringProfile = PROFILES.standard,
): number {
  const windows = series.reduce((sum, each) => sum + each.windows.length, 0);
  const raw = series.reduce((sum, each, i) => sum + rawScore(each, alarms[i] ?? [], profile), 0);
  return (100 * (raw + profile.missedWindow * windows)) / (windows * (1 + profile.missedWindow));
}

function rawScore({ rows, windows }: LabelledSeries, alarms: readonly boolean[], profile: ScoringProfile): number {
  const found = new Map<number, number>();
  let score = 0;
  for (let row = probationOf(rows); row < rows.length; row++) {
    if (!alarms[row]) continue;
    const at = windows.findIndex(([first, last]) => row >= first && row <= last);
    if (at < 0) score += profile.falseAlarm * falseAlarmWeight(row, windows);
    else found.set(at, Math.max(found.get(at) ?? -1, foundWeight(row, windows[at] as readonly [number, number])));
  }
  windows.forEach((_, at) => (score += found.get(at) ?? -profile.missedWindow));
  return score;
}

/** 1 at the window's first row, falling to 0 at its last. */
const foundWeight = (row: number, [first, last]: readonly [number, number]): number =>
  sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);

/** −1, or less severe right after a window. */
function falseAlarmWeight(row: number, windows: LabelledSeries['windows']): number {
  const past = windows.filter(([, last]) => last < row).at(-1);
  if (past === undefined) return -1;
  const distance = (row - past[1]) / Math.max(1, past[1] - past[0]);
  return distance > 3 ? -1 : sigmoid(distance);
}

const sigmoid = (x: number): number => 2 / (1 + Math.exp(5 * x)) - 1;
